//! What deploying needs to know of templates and their versions. The operations on them have files of their own.

use super::decode::{Row, flag, number, text, text_or_null, word};
use super::error::StoreError;
use super::transaction::Reader;
use crate::domain::version::{Offer, VersionNumber};

/// A template, as deploying sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueTemplate {
    /// Its ARN.
    pub arn: String,
    /// Whether what it describes is provisioned by the customer.
    pub customer_managed: bool,
}

/// A registered version, as deploying sees it. The schema is sensitive and not for logs.
#[derive(Clone, PartialEq, Eq)]
pub struct CatalogueVersion {
    /// The text of its schema file.
    pub schema_text: String,
    /// The SHA-256 of its bundle.
    pub bundle: String,
}

impl Reader {
    /// An environment template by its name.
    pub async fn catalogue_environment_template(&mut self, name: &str) -> Result<Option<CatalogueTemplate>, StoreError> {
        self.catalogue_template("ENVIRONMENT", name).await
    }

    /// A service template by its name; customer-managed is its pipeline.
    pub async fn catalogue_service_template(&mut self, name: &str) -> Result<Option<CatalogueTemplate>, StoreError> {
        self.catalogue_template("SERVICE", name).await
    }

    async fn catalogue_template(&mut self, kind: &str, name: &str) -> Result<Option<CatalogueTemplate>, StoreError> {
        let row = sqlx::query("SELECT arn, customer_managed FROM templates WHERE kind = $1 AND name = $2");
        let row = row.bind(kind).bind(name).fetch_optional(self.connection()).await?;
        row.as_ref()
            .map(|row| Ok(CatalogueTemplate { arn: text(row, "arn")?, customer_managed: flag(row, "customer_managed")? }))
            .transpose()
    }

    /// All versions of a template with their status, lowest first.
    pub async fn offers(&mut self, template_arn: &str) -> Result<Vec<Offer>, StoreError> {
        const SQL: &str = "SELECT major, minor, status FROM template_versions WHERE template_arn = $1 ORDER BY major, minor";
        let rows = sqlx::query(SQL).bind(template_arn).fetch_all(self.connection()).await?;
        rows.iter().map(offer).collect()
    }

    /// Schema and bundle of a version. None when there is no such version or it is not registered.
    pub async fn catalogue_version(
        &mut self,
        template_arn: &str,
        number: VersionNumber,
    ) -> Result<Option<CatalogueVersion>, StoreError> {
        const SQL: &str =
            "SELECT schema_text, bundle FROM template_versions WHERE template_arn = $1 AND major = $2 AND minor = $3";
        let row = sqlx::query(SQL).bind(template_arn).bind(number.major).bind(number.minor);
        let Some(row) = row.fetch_optional(self.connection()).await? else {
            return Ok(None);
        };
        let parts = text_or_null(&row, "schema_text")?.zip(text_or_null(&row, "bundle")?);
        Ok(parts.map(|(schema_text, bundle)| CatalogueVersion { schema_text, bundle }))
    }
}

fn offer(row: &Row) -> Result<Offer, StoreError> {
    let number = VersionNumber { major: number(row, "major")?, minor: number(row, "minor")? };
    Ok(Offer { number, status: word(row, "status")? })
}

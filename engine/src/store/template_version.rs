//! Table `template_versions`, and who uses a version.

use super::decode::{Row, json, json_or_null, number, text, text_or_null, time, to_json, word};
use super::error::StoreError;
use super::transaction::{Reader, Writer};
use crate::bundle::TemplateKind;
use crate::domain::template::Template;
use crate::domain::template_version::TemplateVersion;
use crate::domain::version::VersionNumber;

/// The columns of a version, with or without its schema, which is large.
fn select(schema: bool) -> String {
    let schema = if schema { "schema_text" } else { "NULL AS schema_text" };
    format!(
        "SELECT arn, template_arn, major, minor, status, status_message, description, {schema}, bundle, source, \
         compatible_environment_templates, supported_component_sources, created_at, modified_at FROM template_versions"
    )
}

impl Reader {
    /// A version by its ARN.
    pub async fn template_version(&mut self, arn: &str) -> Result<Option<TemplateVersion>, StoreError> {
        let sql = format!("{} WHERE arn = $1", select(true));
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(arn).fetch_optional(self.connection()).await?;
        row.as_ref().map(from_row).transpose()
    }

    /// All versions of a template without their schemas, lowest first.
    pub async fn template_versions(&mut self, template_arn: &str) -> Result<Vec<TemplateVersion>, StoreError> {
        let sql = format!("{} WHERE template_arn = $1 ORDER BY major, minor", select(false));
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(template_arn).fetch_all(self.connection()).await?;
        rows.iter().map(from_row).collect()
    }

    /// Number and schema of the registered minor versions of a major that are lower than `number`.
    pub async fn earlier_schemas(
        &mut self,
        template_arn: &str,
        number: VersionNumber,
    ) -> Result<Vec<(VersionNumber, String)>, StoreError> {
        const SQL: &str = "SELECT major, minor, schema_text FROM template_versions WHERE template_arn = $1 \
             AND major = $2 AND minor < $3 AND schema_text IS NOT NULL ORDER BY minor";
        let query = sqlx::query(SQL).bind(template_arn).bind(number.major).bind(number.minor);
        let rows = query.fetch_all(self.connection()).await?;
        rows.iter().map(|row| Ok((version_number(row)?, text(row, "schema_text")?))).collect()
    }

    /// ARNs of what is deployed from a version, or is being deployed from it, or has only ever been tried with it.
    pub async fn version_users(&mut self, template: &Template, number: VersionNumber) -> Result<Vec<String>, StoreError> {
        const SQL: &str = "SELECT DISTINCT t.arn FROM targets t JOIN deployments d ON d.target_arn = t.arn \
             WHERE d.template_name = $1 AND d.template_major = $2 AND d.template_minor = $3 AND t.kind IN ($4, $5) \
             AND (d.id = t.succeeded_id OR (d.id = t.attempted_id AND (d.completed_at IS NULL OR t.succeeded_id IS NULL))) \
             ORDER BY t.arn LIMIT 10";
        let (one, other) = match template.kind {
            TemplateKind::Environment => ("ENVIRONMENT", "ENVIRONMENT"),
            TemplateKind::Service => ("SERVICE_INSTANCE", "SERVICE_PIPELINE"),
        };
        let query = sqlx::query_scalar(SQL).bind(&template.name).bind(number.major).bind(number.minor);
        Ok(query.bind(one).bind(other).fetch_all(self.connection()).await?)
    }
}

impl Writer {
    /// Writes a version, new or changed.
    pub async fn put_template_version(&mut self, version: &TemplateVersion) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO template_versions (arn, template_arn, major, minor, status, status_message, \
             description, schema_text, bundle, source, compatible_environment_templates, supported_component_sources, \
             created_at, modified_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
             ON CONFLICT (arn) DO UPDATE SET status = excluded.status, status_message = excluded.status_message, \
             description = excluded.description, schema_text = excluded.schema_text, bundle = excluded.bundle, \
             compatible_environment_templates = excluded.compatible_environment_templates, \
             supported_component_sources = excluded.supported_component_sources, modified_at = excluded.modified_at";
        sqlx::query(SQL)
            .bind(&version.arn)
            .bind(&version.template_arn)
            .bind(version.number.major)
            .bind(version.number.minor)
            .bind(version.status.name())
            .bind(&version.status_message)
            .bind(&version.description)
            .bind(&version.schema_text)
            .bind(&version.bundle)
            .bind(to_json(&version.source, "source")?)
            .bind(to_json(&version.compatible, "compatible_environment_templates")?)
            .bind(to_json(&version.component_sources, "supported_component_sources")?)
            .bind(version.created_at.as_millisecond())
            .bind(version.modified_at.as_millisecond())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Deletes a version and its tags. Its bundle stays: past deployments were made from it.
    pub async fn delete_template_version(&mut self, arn: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM template_versions WHERE arn = $1").bind(arn).execute(self.connection()).await?;
        self.put_tags(arn, &[]).await
    }
}

fn version_number(row: &Row) -> Result<VersionNumber, StoreError> {
    Ok(VersionNumber { major: number(row, "major")?, minor: number(row, "minor")? })
}

fn from_row(row: &Row) -> Result<TemplateVersion, StoreError> {
    Ok(TemplateVersion {
        arn: text(row, "arn")?,
        template_arn: text(row, "template_arn")?,
        number: version_number(row)?,
        status: word(row, "status")?,
        status_message: text_or_null(row, "status_message")?,
        description: text_or_null(row, "description")?,
        schema_text: text_or_null(row, "schema_text")?,
        bundle: text_or_null(row, "bundle")?,
        source: json(row, "source")?,
        compatible: json_or_null(row, "compatible_environment_templates")?.unwrap_or_default(),
        component_sources: json_or_null(row, "supported_component_sources")?.unwrap_or_default(),
        created_at: time(row, "created_at")?,
        modified_at: time(row, "modified_at")?,
    })
}

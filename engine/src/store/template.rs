//! Table `templates`.

use super::decode::{Row, flag, text, text_or_null, time};
use super::error::StoreError;
use super::transaction::{Reader, Writer};
use crate::bundle::TemplateKind;
use crate::domain::idempotency::Creation;
use crate::domain::template::Template;

const SELECT: &str = "SELECT arn, kind, name, display_name, description, encryption_key, customer_managed, created_at, \
     modified_at, fingerprint, modified FROM templates";

/// The word that the store keeps for a kind.
pub(super) fn word(kind: TemplateKind) -> &'static str {
    match kind {
        TemplateKind::Environment => "ENVIRONMENT",
        TemplateKind::Service => "SERVICE",
    }
}

impl Reader {
    /// A template by its ARN, which has its kind and name in it.
    pub async fn template(&mut self, arn: &str) -> Result<Option<Template>, StoreError> {
        let sql = format!("{SELECT} WHERE arn = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(arn).fetch_optional(self.connection()).await?;
        row.as_ref().map(from_row).transpose()
    }

    /// Templates of a kind by name, behind the one named `after`.
    pub async fn templates(&mut self, kind: TemplateKind, after: Option<&str>, limit: i64) -> Result<Vec<Template>, StoreError> {
        let sql = format!("{SELECT} WHERE kind = $1 AND name > $2 ORDER BY name LIMIT $3");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(word(kind)).bind(after.unwrap_or_default()).bind(limit);
        let rows = query.fetch_all(self.connection()).await?;
        rows.iter().map(from_row).collect()
    }

    /// How many templates of both kinds there are.
    pub async fn count_templates(&mut self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT COUNT(*) FROM templates").fetch_one(self.connection()).await?)
    }
}

impl Writer {
    /// Writes a template, new or changed.
    pub async fn put_template(&mut self, template: &Template) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO templates (arn, kind, name, display_name, description, encryption_key, \
             customer_managed, created_at, modified_at, fingerprint, modified) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
             ON CONFLICT (arn) DO UPDATE SET display_name = excluded.display_name, description = excluded.description, \
             modified_at = excluded.modified_at, modified = excluded.modified";
        sqlx::query(SQL)
            .bind(&template.arn)
            .bind(word(template.kind))
            .bind(&template.name)
            .bind(&template.display_name)
            .bind(&template.description)
            .bind(&template.encryption_key)
            .bind(i64::from(template.customer_managed))
            .bind(template.created_at.as_millisecond())
            .bind(template.modified_at.as_millisecond())
            .bind(&template.creation.fingerprint)
            .bind(i64::from(template.creation.modified))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Deletes a template, which must have no versions, and its tags.
    pub async fn delete_template(&mut self, arn: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM templates WHERE arn = $1").bind(arn).execute(self.connection()).await?;
        self.put_tags(arn, &[]).await
    }
}

fn from_row(row: &Row) -> Result<Template, StoreError> {
    let kind = match text(row, "kind")?.as_str() {
        "ENVIRONMENT" => TemplateKind::Environment,
        "SERVICE" => TemplateKind::Service,
        _ => return Err(StoreError::Corrupt { column: "kind", cause: "not a known word".to_owned() }),
    };
    Ok(Template {
        arn: text(row, "arn")?,
        kind,
        name: text(row, "name")?,
        display_name: text_or_null(row, "display_name")?,
        description: text_or_null(row, "description")?,
        encryption_key: text_or_null(row, "encryption_key")?,
        customer_managed: flag(row, "customer_managed")?,
        created_at: time(row, "created_at")?,
        modified_at: time(row, "modified_at")?,
        creation: Creation { fingerprint: text(row, "fingerprint")?, modified: flag(row, "modified")? },
    })
}

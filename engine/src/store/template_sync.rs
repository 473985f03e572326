//! Table `template_syncs`.

use super::decode::{Row, text, text_or_null, time};
use super::error::StoreError;
use super::transaction::{Reader, Writer};
use crate::domain::sync_config::{Source, Sync};

const SELECT: &str = "SELECT y.template_arn AS target_arn, t.name AS synced_name, y.repository_arn, r.provider, \
     r.name AS repository, y.branch, y.subdirectory AS path, y.created_at FROM template_syncs y \
     JOIN templates t ON t.arn = y.template_arn JOIN repositories r ON r.arn = y.repository_arn";

impl Reader {
    /// What a template is synced from.
    pub async fn template_sync(&mut self, template_arn: &str) -> Result<Option<Sync>, StoreError> {
        let sql = format!("{SELECT} WHERE y.template_arn = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(template_arn).fetch_optional(self.connection()).await?;
        row.as_ref().map(from_row).transpose()
    }

    /// The templates that are synced from a repository.
    pub async fn template_syncs_of(&mut self, repository_arn: &str) -> Result<Vec<Sync>, StoreError> {
        let sql = format!("{SELECT} WHERE y.repository_arn = $1 ORDER BY y.template_arn");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(repository_arn).fetch_all(self.connection()).await?;
        rows.iter().map(from_row).collect()
    }

    /// How many templates are synced.
    pub async fn count_template_syncs(&mut self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT COUNT(*) FROM template_syncs").fetch_one(self.connection()).await?)
    }
}

impl Writer {
    /// Writes what a template is synced from, new or changed.
    pub async fn put_template_sync(&mut self, sync: &Sync) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO template_syncs (template_arn, repository_arn, branch, subdirectory, created_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (template_arn) DO UPDATE SET repository_arn = excluded.repository_arn, \
             branch = excluded.branch, subdirectory = excluded.subdirectory, created_at = excluded.created_at";
        sqlx::query(SQL)
            .bind(&sync.target_arn)
            .bind(&sync.source.repository_arn)
            .bind(&sync.source.branch)
            .bind(&sync.path)
            .bind(sync.created_at.as_millisecond())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Forgets what a template is synced from.
    pub async fn delete_template_sync(&mut self, template_arn: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM template_syncs WHERE template_arn = $1").bind(template_arn).execute(self.connection()).await?;
        Ok(())
    }
}

/// Reads what the queries of both kinds of syncs select.
pub(super) fn from_row(row: &Row) -> Result<Sync, StoreError> {
    Ok(Sync {
        target_arn: text(row, "target_arn")?,
        name: text(row, "synced_name")?,
        source: Source {
            repository_arn: text(row, "repository_arn")?,
            provider: text(row, "provider")?,
            repository: text(row, "repository")?,
            branch: text(row, "branch")?,
        },
        path: text_or_null(row, "path")?,
        created_at: time(row, "created_at")?,
    })
}

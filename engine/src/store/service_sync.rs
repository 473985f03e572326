//! Table `service_syncs`.

use super::error::StoreError;
use super::template_sync::from_row;
use super::transaction::{Reader, Writer};
use crate::domain::sync_config::Sync;

const SELECT: &str = "SELECT s.arn AS target_arn, y.service_name AS synced_name, y.repository_arn, r.provider, \
     r.name AS repository, y.branch, y.file_path AS path, y.created_at FROM service_syncs y \
     JOIN services s ON s.name = y.service_name JOIN repositories r ON r.arn = y.repository_arn";

impl Reader {
    /// What a service is synced from.
    pub async fn service_sync(&mut self, service: &str) -> Result<Option<Sync>, StoreError> {
        let sql = format!("{SELECT} WHERE y.service_name = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(service).fetch_optional(self.connection()).await?;
        row.as_ref().map(from_row).transpose()
    }

    /// The services that are synced from a repository.
    pub async fn service_syncs_of(&mut self, repository_arn: &str) -> Result<Vec<Sync>, StoreError> {
        let sql = format!("{SELECT} WHERE y.repository_arn = $1 ORDER BY y.service_name");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(repository_arn).fetch_all(self.connection()).await?;
        rows.iter().map(from_row).collect()
    }

    /// How many services are synced.
    pub async fn count_service_syncs(&mut self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT COUNT(*) FROM service_syncs").fetch_one(self.connection()).await?)
    }
}

impl Writer {
    /// Writes what a service is synced from, new or changed.
    pub async fn put_service_sync(&mut self, sync: &Sync) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO service_syncs (service_name, repository_arn, branch, file_path, created_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (service_name) DO UPDATE SET repository_arn = excluded.repository_arn, \
             branch = excluded.branch, file_path = excluded.file_path, created_at = excluded.created_at";
        sqlx::query(SQL)
            .bind(&sync.name)
            .bind(&sync.source.repository_arn)
            .bind(&sync.source.branch)
            .bind(sync.path.as_deref().unwrap_or_default())
            .bind(sync.created_at.as_millisecond())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Forgets what a service is synced from, and what blocks that.
    pub async fn delete_service_sync(&mut self, service: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM service_syncs WHERE service_name = $1").bind(service).execute(self.connection()).await?;
        Ok(())
    }
}

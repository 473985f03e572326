//! Table `sync_blockers`.

use super::decode::{Row, text, text_or_null, time, time_or_null};
use super::error::StoreError;
use super::transaction::{Reader, Writer};
use crate::domain::sync_blocker::Blocker;

impl Reader {
    /// A blocker by its id.
    pub async fn sync_blocker(&mut self, id: &str) -> Result<Option<Blocker>, StoreError> {
        let row = sqlx::query("SELECT * FROM sync_blockers WHERE id = $1").bind(id);
        row.fetch_optional(self.connection()).await?.as_ref().map(from_row).transpose()
    }

    /// The latest blockers of an instance, or without one those of the whole service, newest first.
    pub async fn sync_blockers(&mut self, service: &str, instance: Option<&str>, limit: i64) -> Result<Vec<Blocker>, StoreError> {
        const SQL: &str = "SELECT * FROM sync_blockers WHERE service_name = $1 \
             AND (service_instance_name = $2 OR ($2 IS NULL AND service_instance_name IS NULL)) \
             ORDER BY created_at DESC, id DESC LIMIT $3";
        let rows = sqlx::query(SQL).bind(service).bind(instance).bind(limit).fetch_all(self.connection()).await?;
        rows.iter().map(from_row).collect()
    }
}

impl Writer {
    /// Writes a blocker, new or resolved.
    pub async fn put_sync_blocker(&mut self, blocker: &Blocker) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO sync_blockers (id, service_name, service_instance_name, created_reason, created_at, \
             resolved_reason, resolved_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET \
             resolved_reason = excluded.resolved_reason, resolved_at = excluded.resolved_at";
        sqlx::query(SQL)
            .bind(&blocker.id)
            .bind(&blocker.service)
            .bind(&blocker.instance)
            .bind(&blocker.created_reason)
            .bind(blocker.created_at.as_millisecond())
            .bind(blocker.resolved.as_ref().map(|(reason, _)| reason))
            .bind(blocker.resolved.as_ref().map(|(_, at)| at.as_millisecond()))
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

fn from_row(row: &Row) -> Result<Blocker, StoreError> {
    Ok(Blocker {
        id: text(row, "id")?,
        service: text(row, "service_name")?,
        instance: text_or_null(row, "service_instance_name")?,
        created_reason: text(row, "created_reason")?,
        created_at: time(row, "created_at")?,
        resolved: text_or_null(row, "resolved_reason")?.zip(time_or_null(row, "resolved_at")?),
    })
}

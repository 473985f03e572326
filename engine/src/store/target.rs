//! Table `targets`.

use super::decode::{Row, json, text, text_or_null, time, time_or_null, to_json, word};
use super::error::StoreError;
use super::transaction::{Reader, Writer};
use crate::domain::target::{Attempt, Target};

/// The columns of a target, for queries that join it as `t`.
pub(super) const COLUMNS: &str = "t.arn, t.kind, t.created_at, t.state, t.message, t.attempted_id, t.attempted_at, \
     t.succeeded_id, t.succeeded_at, t.resources, t.stack_name";

impl Reader {
    /// A target by its ARN.
    pub async fn target(&mut self, arn: &str) -> Result<Option<Target>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM targets t WHERE t.arn = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(arn).fetch_optional(self.connection()).await?;
        row.as_ref().map(from_row).transpose()
    }
}

impl Writer {
    /// Writes a target, new or changed.
    pub(super) async fn put_target(&mut self, target: &Target) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO targets (arn, kind, created_at, state, message, attempted_id, attempted_at, \
             succeeded_id, succeeded_at, resources, stack_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
             ON CONFLICT (arn) DO UPDATE SET state = excluded.state, message = excluded.message, \
             attempted_id = excluded.attempted_id, attempted_at = excluded.attempted_at, \
             succeeded_id = excluded.succeeded_id, succeeded_at = excluded.succeeded_at, resources = excluded.resources";
        let at = |attempt: Option<&Attempt>| attempt.map(|attempt| attempt.at.as_millisecond());
        let id = |attempt: Option<&Attempt>| attempt.map(|attempt| attempt.id.clone());
        sqlx::query(SQL)
            .bind(&target.arn)
            .bind(target.kind.name())
            .bind(target.created_at.as_millisecond())
            .bind(target.state.name())
            .bind(&target.message)
            .bind(id(target.attempted.as_ref()))
            .bind(at(target.attempted.as_ref()))
            .bind(id(target.succeeded.as_ref()))
            .bind(at(target.succeeded.as_ref()))
            .bind(to_json(&target.resources, "resources")?)
            .bind(&target.stack_name)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Drops a target, with its deployments, its tags and the resource that it is the deployable half of.
    pub(super) async fn drop_target(&mut self, arn: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM tags WHERE arn = $1").bind(arn).execute(self.connection()).await?;
        sqlx::query("DELETE FROM targets WHERE arn = $1").bind(arn).execute(self.connection()).await?;
        Ok(())
    }
}

/// Reads the columns of [`COLUMNS`].
pub(super) fn from_row(row: &Row) -> Result<Target, StoreError> {
    let attempt = |id: &'static str, at: &'static str| -> Result<Option<Attempt>, StoreError> {
        Ok(text_or_null(row, id)?.zip(time_or_null(row, at)?).map(|(id, at)| Attempt { id, at }))
    };
    Ok(Target {
        arn: text(row, "arn")?,
        kind: word(row, "kind")?,
        created_at: time(row, "created_at")?,
        state: word(row, "state")?,
        message: text_or_null(row, "message")?,
        attempted: attempt("attempted_id", "attempted_at")?,
        succeeded: attempt("succeeded_id", "succeeded_at")?,
        resources: json(row, "resources")?,
        stack_name: text(row, "stack_name")?,
    })
}

//! Table `outbox`: work that is to be done at least once.
//!
//! A row is written in the transaction that makes the work necessary, and removed in the one that records its end. In
//! between the worker rewrites its journal and its due time after every step.

use jiff::Timestamp;

use super::decode::{Row, json, number, text, time, to_json, word};
use super::error::StoreError;
use super::transaction::{Reader, Writer};
use crate::domain::effect::EffectKind;

/// A row of the outbox.
#[derive(Clone, Debug)]
pub struct Effect {
    /// Its number, in the order of writing.
    pub id: i64,
    /// What is to be done.
    pub kind: EffectKind,
    /// To what: a deployment's id, or a template version's ARN.
    pub key: String,
    /// What the last step left for the next one; null at first.
    pub journal: serde_json::Value,
    /// When the next step is due.
    pub due_at: Timestamp,
    /// Steps that failed since the last one that did not.
    pub attempts: i64,
}

impl Reader {
    /// Rows that are due at `now`, longest due first.
    pub async fn due_effects(&mut self, now: Timestamp, limit: i64) -> Result<Vec<Effect>, StoreError> {
        const SQL: &str =
            "SELECT id, kind, key, journal, due_at, attempts FROM outbox WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2";
        let rows = sqlx::query(SQL).bind(now.as_millisecond()).bind(limit).fetch_all(self.connection()).await?;
        rows.iter().map(from_row).collect()
    }

    /// When the first row that is not due at `now` will be.
    pub async fn next_due_at(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        const SQL: &str = "SELECT due_at FROM outbox WHERE due_at > $1 ORDER BY due_at LIMIT 1";
        let row = sqlx::query(SQL).bind(now.as_millisecond()).fetch_optional(self.connection()).await?;
        row.as_ref().map(|row| time(row, "due_at")).transpose()
    }

    /// How many rows there are.
    pub async fn count_effects(&mut self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT COUNT(*) FROM outbox").fetch_one(self.connection()).await?)
    }

    /// Whether there still is such a row.
    pub async fn has_effect(&mut self, id: i64) -> Result<bool, StoreError> {
        let count: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM outbox WHERE id = $1").bind(id).fetch_one(self.connection()).await?;
        Ok(count > 0)
    }
}

impl Writer {
    /// Adds work that is due at `due_at`.
    pub async fn enqueue(&mut self, kind: EffectKind, key: &str, due_at: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO outbox (id, kind, key, journal, due_at, attempts) VALUES ($1, $2, $3, 'null', $4, 0)";
        let id = self.next_number("outbox").await?;
        sqlx::query(SQL).bind(id).bind(kind.name()).bind(key).bind(due_at.as_millisecond()).execute(self.connection()).await?;
        self.wakes();
        Ok(())
    }

    /// Makes work due now, if it is due later.
    pub async fn hasten(&mut self, kind: EffectKind, key: &str, now: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE outbox SET due_at = $3, attempts = 0 WHERE kind = $1 AND key = $2 AND due_at > $3";
        sqlx::query(SQL).bind(kind.name()).bind(key).bind(now.as_millisecond()).execute(self.connection()).await?;
        self.wakes();
        Ok(())
    }

    /// Records a step that went well: what it left, and when the next one is due.
    pub async fn reschedule(&mut self, id: i64, journal: &serde_json::Value, due_at: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE outbox SET journal = $2, due_at = $3, attempts = 0 WHERE id = $1";
        let journal = to_json(journal, "journal")?;
        sqlx::query(SQL).bind(id).bind(journal).bind(due_at.as_millisecond()).execute(self.connection()).await?;
        self.wakes();
        Ok(())
    }

    /// Records a step that failed: it is to be made again at `due_at`, with the journal as it was.
    pub async fn back_off(&mut self, id: i64, attempts: i64, due_at: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE outbox SET attempts = $2, due_at = $3 WHERE id = $1";
        sqlx::query(SQL).bind(id).bind(attempts).bind(due_at.as_millisecond()).execute(self.connection()).await?;
        self.wakes();
        Ok(())
    }

    /// Removes work that is done.
    pub async fn complete(&mut self, kind: EffectKind, key: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM outbox WHERE kind = $1 AND key = $2")
            .bind(kind.name())
            .bind(key)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

fn from_row(row: &Row) -> Result<Effect, StoreError> {
    Ok(Effect {
        id: number(row, "id")?,
        kind: word(row, "kind")?,
        key: text(row, "key")?,
        journal: json(row, "journal")?,
        due_at: time(row, "due_at")?,
        attempts: number(row, "attempts")?,
    })
}

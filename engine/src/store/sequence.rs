//! Numbers that are never used again, also not after the rows that had them are gone.

use super::error::StoreError;
use super::transaction::Writer;

impl Writer {
    /// The next number of a sequence, from 1.
    pub(super) async fn next_number(&mut self, sequence: &'static str) -> Result<i64, StoreError> {
        const SQL: &str = "INSERT INTO sequences (name, value) VALUES ($1, 1) \
             ON CONFLICT (name) DO UPDATE SET value = sequences.value + 1 RETURNING value";
        Ok(sqlx::query_scalar(SQL).bind(sequence).fetch_one(self.connection()).await?)
    }
}

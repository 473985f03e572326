//! Table `client_tokens`: requests that were made with a token, for as long as they are remembered.

use jiff::Timestamp;

use super::decode::{text, time};
use super::error::StoreError;
use super::transaction::{Reader, Writer};
use crate::domain::client_token::Remembered;

impl Reader {
    /// What is remembered of an operation's token, expired or not.
    pub async fn client_token(&mut self, operation: &str, token: &str) -> Result<Option<Remembered>, StoreError> {
        const SQL: &str = "SELECT fingerprint, resource, expires_at FROM client_tokens WHERE operation = $1 AND token = $2";
        let row = sqlx::query(SQL).bind(operation).bind(token).fetch_optional(self.connection()).await?;
        row.as_ref()
            .map(|row| {
                Ok(Remembered {
                    fingerprint: text(row, "fingerprint")?,
                    resource: text(row, "resource")?,
                    expires_at: time(row, "expires_at")?,
                })
            })
            .transpose()
    }
}

impl Writer {
    /// Remembers a token, in the place of what was remembered of it, and forgets all that have expired.
    pub async fn put_client_token(
        &mut self,
        operation: &str,
        token: &str,
        remembered: &Remembered,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO client_tokens (operation, token, fingerprint, resource, expires_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (operation, token) DO UPDATE SET \
             fingerprint = excluded.fingerprint, resource = excluded.resource, expires_at = excluded.expires_at";
        sqlx::query("DELETE FROM client_tokens WHERE expires_at <= $1")
            .bind(now.as_millisecond())
            .execute(self.connection())
            .await?;
        sqlx::query(SQL)
            .bind(operation)
            .bind(token)
            .bind(&remembered.fingerprint)
            .bind(&remembered.resource)
            .bind(remembered.expires_at.as_millisecond())
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

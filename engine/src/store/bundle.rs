//! Table `bundles`: template bundles by their content.

use super::error::StoreError;
use super::transaction::{Reader, Writer};

impl Reader {
    /// The bytes of a bundle by their SHA-256 in lower-case hexadecimal digits.
    pub async fn bundle(&mut self, sha256: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let content = sqlx::query_scalar("SELECT content FROM bundles WHERE sha256 = $1");
        Ok(content.bind(sha256).fetch_optional(self.connection()).await?)
    }
}

impl Writer {
    /// Keeps a bundle. The caller has checked that `sha256` is the hash of `content`; repeating changes nothing.
    pub async fn put_bundle(&mut self, sha256: &str, content: &[u8]) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO bundles (sha256, content) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING")
            .bind(sha256)
            .bind(content)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

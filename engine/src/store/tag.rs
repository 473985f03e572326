//! Table `tags`, of all resources.

use super::decode::text;
use super::error::StoreError;
use super::transaction::{Reader, Writer};
use crate::domain::tags::Tag;

impl Reader {
    /// The tags of a resource in the order in which they were set. None are not told apart from an unknown resource.
    pub async fn tags(&mut self, arn: &str) -> Result<Vec<Tag>, StoreError> {
        let rows = sqlx::query("SELECT key, value FROM tags WHERE arn = $1 ORDER BY position");
        let rows = rows.bind(arn).fetch_all(self.connection()).await?;
        rows.iter().map(|row| Ok(Tag { key: text(row, "key")?, value: text(row, "value")? })).collect()
    }
}

impl Writer {
    /// Replaces all tags of a resource.
    pub async fn put_tags(&mut self, arn: &str, tags: &[Tag]) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO tags (arn, key, value, position) VALUES ($1, $2, $3, $4)";
        sqlx::query("DELETE FROM tags WHERE arn = $1").bind(arn).execute(self.connection()).await?;
        for (position, tag) in (0i64..).zip(tags) {
            sqlx::query(SQL).bind(arn).bind(&tag.key).bind(&tag.value).bind(position).execute(self.connection()).await?;
        }
        Ok(())
    }
}

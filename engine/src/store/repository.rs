//! Table `repositories`, and what refers to its rows.

use super::decode::{Row, json, text, text_or_null};
use super::error::StoreError;
use super::transaction::{Reader, Writer};
use crate::domain::environment_members::RepositoryBranch;
use crate::domain::repository::Repository;

impl Reader {
    /// A linked repository by its ARN, which has provider and name in it.
    pub async fn repository(&mut self, arn: &str) -> Result<Option<Repository>, StoreError> {
        let row = sqlx::query("SELECT * FROM repositories WHERE arn = $1").bind(arn);
        row.fetch_optional(self.connection()).await?.as_ref().map(from_row).transpose()
    }

    /// Linked repositories by their ARN, behind the one of `after`.
    pub async fn repositories(&mut self, after: Option<&str>, limit: i64) -> Result<Vec<Repository>, StoreError> {
        let rows = sqlx::query("SELECT * FROM repositories WHERE arn > $1 ORDER BY arn LIMIT $2");
        let rows = rows.bind(after.unwrap_or_default()).bind(limit).fetch_all(self.connection()).await?;
        rows.iter().map(from_row).collect()
    }

    /// How many repositories are linked.
    pub async fn count_repositories(&mut self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT COUNT(*) FROM repositories").fetch_one(self.connection()).await?)
    }

    /// The ARNs of the environments, templates and services that use a linked repository.
    pub async fn repository_users(&mut self, arn: &str) -> Result<Vec<String>, StoreError> {
        const SYNCED: &str = "SELECT template_arn AS arn FROM template_syncs WHERE repository_arn = $1 \
             UNION SELECT s.arn AS arn FROM service_syncs y JOIN services s ON s.name = y.service_name \
             WHERE y.repository_arn = $1 ORDER BY arn";
        let mut users = Vec::new();
        let rows = sqlx::query("SELECT arn, repository FROM environments WHERE repository IS NOT NULL ORDER BY arn");
        for row in rows.fetch_all(self.connection()).await? {
            if json::<RepositoryBranch>(&row, "repository")?.arn == arn {
                users.push(text(&row, "arn")?);
            }
        }
        users.extend(sqlx::query_scalar::<_, String>(SYNCED).bind(arn).fetch_all(self.connection()).await?);
        Ok(users)
    }
}

impl Writer {
    /// Links a repository.
    pub async fn put_repository(&mut self, repository: &Repository) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO repositories (arn, provider, name, connection_arn, encryption_key) \
             VALUES ($1, $2, $3, $4, $5)";
        sqlx::query(SQL)
            .bind(&repository.arn)
            .bind(&repository.provider)
            .bind(&repository.name)
            .bind(&repository.connection_arn)
            .bind(&repository.encryption_key)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Deletes a link, which nothing may use, and its tags.
    pub async fn delete_repository(&mut self, arn: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM repositories WHERE arn = $1").bind(arn).execute(self.connection()).await?;
        self.put_tags(arn, &[]).await
    }
}

fn from_row(row: &Row) -> Result<Repository, StoreError> {
    Ok(Repository {
        arn: text(row, "arn")?,
        provider: text(row, "provider")?,
        name: text(row, "name")?,
        connection_arn: text(row, "connection_arn")?,
        encryption_key: text_or_null(row, "encryption_key")?,
    })
}

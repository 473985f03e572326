//! Brings the schema up to date, one numbered file after the other, each in a transaction of its own.

use super::error::StoreError;
use super::sqlite::{BEGIN_WRITE, Connection, Pool};

/// All migrations in order; the first one makes version 1.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_core.sql"),
    include_str!("migrations/0002_templates.sql"),
    include_str!("migrations/0003_services.sql"),
    include_str!("migrations/0004_components.sql"),
    include_str!("migrations/0005_links.sql"),
];

/// Runs what the database does not have yet.
pub(super) async fn run(pool: &Pool) -> Result<(), StoreError> {
    let mut transaction = pool.begin_with(BEGIN_WRITE).await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS migrations (version BIGINT PRIMARY KEY)").execute(&mut *transaction).await?;
    let found = version(&mut transaction).await?;
    transaction.commit().await?;
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    for (number, sql) in (1..).zip(MIGRATIONS).filter(|(number, _)| *number > found) {
        apply(pool, number, sql).await?;
    }
    Ok(())
}

async fn version(connection: &mut Connection) -> Result<i64, StoreError> {
    let version: Option<i64> = sqlx::query_scalar("SELECT MAX(version) FROM migrations").fetch_one(&mut *connection).await?;
    Ok(version.unwrap_or(0))
}

async fn apply(pool: &Pool, number: i64, sql: &'static str) -> Result<(), StoreError> {
    let mut transaction = pool.begin_with(BEGIN_WRITE).await?;
    sqlx::raw_sql(sql).execute(&mut *transaction).await?;
    sqlx::query("INSERT INTO migrations (version) VALUES ($1)").bind(number).execute(&mut *transaction).await?;
    transaction.commit().await?;
    tracing::info!(version = number, "migrated the database");
    Ok(())
}

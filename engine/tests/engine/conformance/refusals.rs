//! Refusals that every operation has: no permission, too many requests, a fault of the engine.

use std::path::Path;

use proton_model::ErrorKind;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::every_call::{Refused, mutating, reading};
use super::record::Record;
use super::stage::Stage;

/// AccessDeniedException: a role that may only read, and keys that are disabled.
pub async fn denied(stage: &Stage, record: &Record) {
    let role = |message: &str| assert!(message.contains("read-only") && message.contains("needs the role"), "{message}");
    mutating(&stage.reader(), &Refused { record, kind: ErrorKind::AccessDenied, attempts: 1, check: role }).await;

    let key = |message: &str| assert!(message.contains("AKIARIGDISABLED00001") && message.contains("disabled"), "{message}");
    let refused = Refused { record, kind: ErrorKind::AccessDenied, attempts: 1, check: key };
    mutating(&stage.disabled(), &refused).await;
    reading(&stage.disabled(), &refused).await;
}

/// ThrottlingException: more than the engine's rate.
pub async fn throttled(record: &Record) {
    let stage = Stage::start(&["--request-rate", "1"]).await;
    let check = |message: &str| assert!(message.contains("Rate exceeded") && message.contains("1 per second"), "{message}");
    let refused = Refused { record, kind: ErrorKind::Throttling, attempts: 20, check };
    mutating(&stage.admin(), &refused).await;
    reading(&stage.admin(), &refused).await;
}

/// InternalServerException: a store without its tables.
pub async fn broken(record: &Record) {
    let stage = Stage::start(&[]).await;
    break_store(&stage.data().join("proton-engine.sqlite")).await;
    let refused = Refused { record, kind: ErrorKind::InternalServer, attempts: 1, check: tells_nothing };
    mutating(&stage.admin(), &refused).await;
    reading(&stage.admin(), &refused).await;
}

/// Renames every table under the running engine.
async fn break_store(file: &Path) {
    let options = SqliteConnectOptions::new().filename(file).foreign_keys(false);
    let mut store = SqliteConnection::connect_with(&options).await.unwrap();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut store).await.unwrap();
    assert!(tables.len() > 5, "{tables:?}");
    for table in tables {
        let rename = format!("ALTER TABLE {table} RENAME TO lost_{table}");
        sqlx::query(sqlx::AssertSqlSafe(rename)).execute(&mut store).await.unwrap();
    }
    store.close().await.unwrap();
}

/// A fault's message says what to do and nothing about the inside.
fn tells_nothing(message: &str) {
    let text = message.to_lowercase();
    for inside in ["sql", "table", "select", "/tmp", "environments", "column", "panic"] {
        assert!(!text.contains(inside), "'{inside}' is about the inside: {message}");
    }
    assert!(text.contains("log"), "it says where the cause is: {message}");
}

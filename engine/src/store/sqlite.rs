//! All that is particular to SQLite: how the database is opened, and how a write transaction begins.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::error::StoreError;

/// The database that the store is on.
pub type Backend = sqlx::Sqlite;
/// A connection to it.
pub type Connection = <Backend as sqlx::Database>::Connection;
/// A pool of connections to it.
pub(super) type Pool = sqlx::Pool<Backend>;

/// Takes the write lock at once, so that what is read inside cannot be outdated when it is written.
pub(super) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";
/// A snapshot that is consistent from its first statement to its last.
pub(super) const BEGIN_READ: &str = "BEGIN DEFERRED";

/// The file in the data directory.
const FILE: &str = "proton-engine.sqlite";
/// Connections that read beside the one that writes.
const READERS: u32 = 4;

/// Opens, and where needed makes, the database: the pool of the one writer, and the pool of the readers.
pub(super) async fn open(directory: &Path) -> Result<(Pool, Pool), StoreError> {
    let path = directory.join(FILE);
    prepare(directory, &path)?;
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit survives a power failure.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(30));
    let writer = SqlitePoolOptions::new().min_connections(1).max_connections(1).idle_timeout(None).max_lifetime(None);
    let writer = writer.connect_with(options.clone()).await?;
    let readers = SqlitePoolOptions::new().max_connections(READERS);
    let readers = readers.connect_with(options.pragma("query_only", "ON")).await?;
    Ok((writer, readers))
}

/// Makes the directory and an empty file that only the owner can read; SQLite gives its other files the same mode.
fn prepare(directory: &Path, path: &Path) -> Result<(), StoreError> {
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |source| StoreError::Directory { path, source }
    };
    std::fs::create_dir_all(directory).map_err(failed(directory))?;
    let mut file = std::fs::OpenOptions::new();
    file.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.open(path).map(drop).map_err(failed(path))
}

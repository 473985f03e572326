//! Errors of the store.

/// What a caller can do about a store error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreErrorClass {
    /// Trying again may help: the database was busy or the disk full.
    Transient,
    /// The database cannot be opened or is not one of this engine's.
    Unusable,
    /// A row holds what this version cannot read.
    Corrupt,
}

/// The store failed. The text is for the engine's log and never holds values of rows.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused a statement.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The data directory or the file in it cannot be used.
    #[error("the data directory {path} cannot be used: {source}")]
    Directory {
        /// The directory or file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database is newer than this engine.
    #[error("the database has schema version {found}, this engine knows up to {known}: use a newer engine")]
    TooNew {
        /// The version of the database.
        found: i64,
        /// The last version that this engine knows.
        known: i64,
    },
    /// A column holds what it cannot hold.
    #[error("column {column} of a row cannot be read: {cause}")]
    Corrupt {
        /// The column.
        column: &'static str,
        /// Why, without the value.
        cause: String,
    },
}

impl StoreError {
    /// The class.
    pub fn class(&self) -> StoreErrorClass {
        match self {
            Self::Database(_) => StoreErrorClass::Transient,
            Self::Directory { .. } | Self::TooNew { .. } => StoreErrorClass::Unusable,
            Self::Corrupt { .. } => StoreErrorClass::Corrupt,
        }
    }
}

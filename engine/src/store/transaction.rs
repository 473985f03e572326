//! Transactions: snapshots for reading, and the one writer.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;

use tokio::sync::Notify;

use super::error::StoreError;
use super::migrate;
use super::sqlite::{self, BEGIN_READ, BEGIN_WRITE, Backend, Connection, Pool};

/// The open database. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    writer: Pool,
    readers: Pool,
    wake: Arc<Notify>,
}

impl Store {
    /// Opens the database in `directory` and brings its schema up to date. Makes both where they are missing, readable
    /// by the owner only.
    pub async fn open(directory: &Path) -> Result<Self, StoreError> {
        let (writer, readers) = sqlite::open(directory).await?;
        let store = Self { writer, readers, wake: Arc::new(Notify::new()) };
        migrate::run(&store.writer).await?;
        Ok(store)
    }

    /// Begins a snapshot.
    pub async fn read(&self) -> Result<Reader, StoreError> {
        Ok(Reader { inner: self.readers.begin_with(BEGIN_READ).await? })
    }

    /// Begins a write transaction, after those that were begun before have ended.
    pub async fn write(&self) -> Result<Writer, StoreError> {
        let inner = self.writer.begin_with(BEGIN_WRITE).await?;
        Ok(Writer { reader: Reader { inner }, wake: Arc::clone(&self.wake), wakes: false })
    }

    /// Waits until a transaction has put something into the outbox, or made something in it due earlier. One that
    /// committed since the last wait counts.
    pub async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Makes [`Store::woken`] return, as a commit would.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Closes all connections, after their transactions.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// A transaction that reads.
#[derive(Debug)]
pub struct Reader {
    inner: sqlx::Transaction<'static, Backend>,
}

impl Reader {
    /// The connection, for statements of this module.
    pub(super) fn connection(&mut self) -> &mut Connection {
        &mut self.inner
    }
}

/// A transaction that writes. Dropped without [`Writer::commit`] it has done nothing.
#[derive(Debug)]
pub struct Writer {
    reader: Reader,
    wake: Arc<Notify>,
    wakes: bool,
}

impl Writer {
    /// Makes everything permanent, then wakes the worker if the outbox got work.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.reader.inner.commit().await?;
        if self.wakes {
            self.wake.notify_one();
        }
        Ok(())
    }

    /// Has the commit wake the worker.
    pub(super) fn wakes(&mut self) {
        self.wakes = true;
    }
}

impl Deref for Writer {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl DerefMut for Writer {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }
}

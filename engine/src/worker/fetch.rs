//! Where the bundles of new template versions come from.

/// Why a bundle could not be fetched. The text is for the version's status message: what is wrong and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Repeating cannot help: no such object, not allowed, too large.
    #[error("{0}")]
    Refused(String),
    /// It may pass by itself: network, throttling, a 5xx answer.
    #[error("{0}")]
    Transient(String),
}

/// Reads the objects that `source.s3` names.
#[async_trait::async_trait]
pub trait FetchBundle: Send + Sync + 'static {
    /// Reads a whole object of at most `limit` bytes.
    async fn fetch(&self, bucket: &str, key: &str, limit: usize) -> Result<Vec<u8>, FetchError>;
}

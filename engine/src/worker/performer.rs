//! What performs one kind of effect.

use crate::store::{Effect, StoreError};

/// Performs effects of one kind.
#[async_trait::async_trait]
pub trait Performer: Send + Sync + 'static {
    /// Makes one step. On success the step itself has committed what came of it, and has rescheduled the row or removed
    /// it. On failure it has committed nothing, and the driver makes the row due again after a growing delay.
    async fn perform(&self, effect: &Effect) -> Result<(), Trouble>;
}

/// A step that came to nothing and is to be made again. The text is for the log.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A task of the engine's own ended without a result.
    #[error("{0}")]
    Internal(String),
}

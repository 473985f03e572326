//! Whether this process may still change anything. Checked before each mutating call, to the API server and to Proton alike.

use async_trait::async_trait;

/// This process is not, or no longer, the one that acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this replica does not hold the lease (any more), so it changes nothing")]
pub struct NotLeader;

/// The right to act.
#[async_trait]
pub trait Fence: Send + Sync {
    /// Fails when another replica may be acting, or will before a call that starts now can have ended.
    fn check(&self) -> Result<(), NotLeader>;

    /// Ends when [`Fence::check`] may succeed; at once where nothing is waited for.
    async fn granted(&self) {}
}

/// For an operator that runs without leader election.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unfenced;

impl Fence for Unfenced {
    fn check(&self) -> Result<(), NotLeader> {
        Ok(())
    }
}

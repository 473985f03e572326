//! Provisioning: what turns a rendered template into infrastructure, one small repeatable step at a time.
//!
//! A [`Provisioner`] is handed a [`Job`] (one deployment) and its own [`Journal`] and makes one pass of
//! observe → plan → act. The worker records what the pass gave before the next one begins. Every provisioner must
//! therefore be repeatable: a pass whose result was lost is made again and must not provision twice.
//!
//! - [`cloudformation`] deploys stacks through change sets (AWS Proton User Guide, page "How AWS Proton provisions
//!   infrastructure": AWS-managed provisioning);
//! - [`simulate`] provisions nothing and answers from a script and the template's `Outputs`;
//! - [`unprovided`] ends deployments of other manifests FAILED and says so;
//! - [`select`] chooses among them, once per deployment.

pub mod cloudformation;
mod error;
mod job;
mod outcome;
pub mod select;
pub mod simulate;
pub mod unprovided;

pub use error::{ErrorClass, ProvisionError};
pub use job::{Job, JobOperation, Method, Template};
pub use outcome::{Outcome, ProvisionedResource, ResourceEngine, Step};

/// A provisioner's own memory of one deployment: `Null` at the start, afterwards what its last step gave.
pub type Journal = serde_json::Value;

/// Something that can carry out deployments.
#[async_trait::async_trait]
pub trait Provisioner: Send + Sync {
    /// Makes one pass over `job`: observes, decides, acts at most once, and says what to remember.
    ///
    /// Repeating a pass with the same journal is safe at any time, because the decision rests on what is observed
    /// and not only on what was recorded.
    ///
    /// # Errors
    /// [`ErrorClass::Throttled`] and [`ErrorClass::Transient`]: the same pass should be made again later.
    /// [`ErrorClass::Denied`] and [`ErrorClass::Permanent`]: the deployment has failed with the error's message.
    async fn advance(&self, job: &Job, journal: &Journal, now: jiff::Timestamp) -> Result<Step, ProvisionError>;
}

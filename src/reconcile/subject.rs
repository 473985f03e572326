//! What the driver has to know of a kind.

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

use super::act::ActError;
use super::objects::Managed;
use super::surroundings::Surroundings;
use crate::api::{Lifecycle, ResourceStatus};
use crate::plan::{Decision, Desired, Memory};
use crate::proton::{Proton, Result, Tag};
use crate::runtime::fence::Fence;
use crate::runtime::poll::{Awaited, Seen};

/// Where a pass looks.
pub struct Around<'a> {
    /// The object's connection.
    pub proton: &'a dyn Proton,
    /// Objects of every kind.
    pub surroundings: &'a Surroundings,
    /// The object's namespace.
    pub namespace: &'a str,
    /// `--cluster-name`.
    pub cluster: &'a str,
}

/// A kind that the driver reconciles.
#[async_trait]
pub trait Subject: Managed {
    /// What a pass saw.
    type Observed: Debug + Send + Sync;

    /// The lifecycle block.
    fn lifecycle(&self) -> &Lifecycle;
    /// The status in the form that plans work on.
    fn remembered(&self) -> ResourceStatus;
    /// The status in the form that objects show.
    fn shown(status: &ResourceStatus) -> Value {
        serde_json::to_value(status).unwrap_or_default()
    }
    /// What every target has in common.
    fn desired(&self, cluster: &str) -> Desired;
    /// The service that calls for this object rewrite: they are made one after the other.
    fn rewrites(&self, _: &Surroundings) -> Option<String> {
        None
    }
    /// Looks at the remote side, and at the objects that this one refers to.
    async fn observe(&self, around: &Around<'_>, desired: &Desired, memory: &Memory, now: Timestamp) -> Result<Self::Observed>;
    /// Decides.
    fn plan(desired: &Desired, observed: &Self::Observed, memory: &Memory) -> Decision;
    /// Performs a remote act.
    async fn perform(
        observed: &Self::Observed,
        proton: &dyn Proton,
        fence: &dyn Fence,
        decision: &Decision,
    ) -> std::result::Result<(), ActError>;
    /// What the poller waits for, and what was seen of it.
    fn awaits(desired: &Desired, observed: &Self::Observed) -> Option<(Awaited, Seen)>;
    /// The remote tags that were seen.
    fn tags(observed: &Self::Observed) -> &[Tag];
}

//! ProtonEnvironment: the simplest subject of the driver.

#[cfg(test)]
mod tests;

use async_trait::async_trait;
use jiff::Timestamp;

use super::act::{self, ActError};
use super::dependents::Deleted;
use super::driver::Driver;
use super::observe;
use super::subject::{Around, Subject};
use crate::api::{Lifecycle, ProtonEnvironment, ResourceStatus};
use crate::plan::{self, Decision, Desired, Memory, Observed};
use crate::proton::{Proton, Result, Tag};
use crate::runtime::fence::Fence;
use crate::runtime::poll::{Awaited, Seen};

/// Reconciles environments.
pub type Environments = Driver<ProtonEnvironment>;

#[async_trait]
impl Subject for ProtonEnvironment {
    type Observed = Observed;

    fn lifecycle(&self) -> &Lifecycle {
        &self.spec.lifecycle
    }

    fn remembered(&self) -> ResourceStatus {
        self.status.clone().unwrap_or_default()
    }

    fn desired(&self, cluster: &str) -> Desired {
        Desired::of(self, cluster)
    }

    async fn observe(&self, around: &Around<'_>, desired: &Desired, memory: &Memory, now: Timestamp) -> Result<Observed> {
        let mut seen = observe::environment(around.proton, desired, memory, now).await?;
        if desired.deleting {
            let deleted = Deleted::Environment(&desired.name);
            seen.dependents = around.surroundings.dependents(around.namespace, self.lifecycle(), deleted);
        }
        Ok(seen)
    }

    fn plan(desired: &Desired, observed: &Observed, memory: &Memory) -> Decision {
        plan::plan(desired, observed, memory)
    }

    async fn perform(
        _: &Observed,
        proton: &dyn Proton,
        fence: &dyn Fence,
        decision: &Decision,
    ) -> std::result::Result<(), ActError> {
        act::perform(proton, fence, &decision.act).await
    }

    fn awaits(desired: &Desired, observed: &Observed) -> Option<(Awaited, Seen)> {
        let view = observed.environment.as_ref()?;
        Some((Awaited::Environment(desired.name.clone()), Seen::from(view)))
    }

    fn tags(observed: &Observed) -> &[Tag] {
        &observed.tags
    }
}

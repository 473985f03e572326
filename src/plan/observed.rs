//! What was seen of the remote side in this pass, and what a pass has to look at.

use jiff::Timestamp;

use crate::api::MinorVersionPolicy;
use crate::proton::{Deployment, DeploymentSummary, EnvironmentView, Output, Tag};

use super::dependent::Dependent;
use super::desired::Desired;
use super::memory::Memory;

/// Remote facts of one pass. `environment` is always asked for; the others as [`Needs`] says, empty where they are not needed.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// The time of this pass.
    pub now: Timestamp,
    /// GetEnvironment; `None` when it is not found.
    pub environment: Option<EnvironmentView>,
    /// ListTagsForResource of the environment.
    pub tags: Vec<Tag>,
    /// GetDeployment of `lastAttemptedDeploymentId`; `None` also when it is not found.
    pub attempted: Option<Deployment>,
    /// GetDeployment of `spec.rollbackTo`; `None` also when it is not found.
    pub rollback: Option<Deployment>,
    /// `recommendedMinorVersion` of the wanted major.
    pub recommended_minor: Option<String>,
    /// ListDeployments of the environment itself (rows of other targets left out), newest first.
    pub history: Option<Vec<DeploymentSummary>>,
    /// ListEnvironmentOutputs, with the deployment they are of.
    pub outputs: Option<(String, Vec<Output>)>,
    /// Objects of the cluster that still need the resource; looked for only when it is to be deleted.
    pub dependents: Vec<Dependent>,
}

impl Observed {
    /// Nothing there, nothing asked.
    pub fn absent(now: Timestamp) -> Self {
        Self {
            now,
            environment: None,
            tags: Vec::new(),
            attempted: None,
            rollback: None,
            recommended_minor: None,
            history: None,
            outputs: None,
            dependents: Vec::new(),
        }
    }
}

/// Which calls a pass has to make besides GetEnvironment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// ListTagsForResource.
    pub tags: bool,
    /// GetDeployment of this id, the last attempted one.
    pub attempted: Option<String>,
    /// GetDeployment of this id, `spec.rollbackTo`.
    pub rollback: Option<String>,
    /// The recommended minor of `Desired::template_major_version`.
    pub recommended_minor: bool,
    /// ListDeployments.
    pub history: bool,
    /// ListEnvironmentOutputs of this deployment, the last succeeded one.
    pub outputs: Option<String>,
}

impl Needs {
    /// What to ask for after GetEnvironment gave `environment`.
    pub fn of(desired: &Desired, memory: &Memory, environment: Option<&EnvironmentView>) -> Self {
        let follows = desired.minor_version_policy == MinorVersionPolicy::Follow && desired.template_minor_version.is_none();
        let mut needs = Self { recommended_minor: follows && !desired.deleting, ..Self::default() };
        let Some(environment) = environment else {
            return needs;
        };
        let target = &memory.status.target;
        needs.tags = true;
        needs.attempted = environment.last_attempted_deployment_id.clone().filter(|id| {
            environment.deployment_status.is_running()
                || target.record(id).is_none_or(|record| record.status != environment.deployment_status.as_str())
                || target.attempt.as_ref().is_some_and(|attempt| attempt.deployment_id.is_none())
        });
        needs.history = !desired.deleting
            && (desired.policy.history_limit.is_some()
                || environment.last_attempted_deployment_id.as_ref().is_some_and(|id| target.record(id).is_none()));
        needs.rollback = desired.policy.rollback_to.clone().filter(|_| !desired.deleting);
        needs.outputs = environment
            .last_succeeded_deployment_id
            .clone()
            .filter(|id| !desired.deleting && target.outputs.as_ref().is_none_or(|outputs| outputs.deployment_id != *id));
        needs
    }
}

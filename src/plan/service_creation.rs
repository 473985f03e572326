//! A service whose creation failed. Nothing of it was cleaned up; UpdateService with the same document completes it: that deploys the pipeline
//! (again) and makes the service ACTIVE, which UpdateServicePipeline does not.
//!
//! | an instance | pipeline's own last deployment | step |
//! |---|---|---|
//! | runs | any | wait |
//! | any | runs | wait |
//! | was not deployed | ended | Stalled, with the instance's name |
//! | all deployed | none, or SUCCEEDED | UpdateService |
//! | all deployed | FAILED or CANCELLED | as [`super::environment`] decides: `onFailure`, a retry, a change; sent as UpdateService |
//!
//! Source: AWS Proton User Guide, page ag-svc-update, and the API model's shape ServiceStatus.

use crate::api::Reason;
use crate::proton::{DeploymentStatus, ServiceView, UpdateEnvironment, UpdateService, UpdateType};

use super::conditions::Phase;
use super::decision::{Act, Decision, Step};
use super::desired::Desired;
use super::memory::Memory;
use super::ownership::{self, Relation};
use super::service::{self, ServiceSeen};
use super::service_document::ServiceDocument;
use super::{environment, gate, mirror};

/// The longest wait for an instance that no object of ours reports.
const WAKE: std::time::Duration = std::time::Duration::from_secs(15);
/// Stands for an update without an attempt: the creation's own attempt explains the deployment that it begins.
const NO_ATTEMPT: i64 = -1;

/// Whether the service is there and its creation failed.
pub fn is_unfinished(service: Option<&ServiceView>) -> bool {
    service.is_some_and(|service| service.status == "CREATE_FAILED")
}

/// The decision for such a service of ours; `None` where any target's plan decides.
pub fn plan(core: &Desired, seen: &ServiceSeen, memory: &Memory) -> Option<Decision> {
    let service = seen.service.as_ref().filter(|service| is_unfinished(Some(service)))?;
    let relation = ownership::relation(core, &seen.core, memory.status.target.arn.as_deref());
    let idle = core.deleting || core.policy.suspended || !core.finalizer;
    if idle || !matches!(relation, Relation::Ours(_)) {
        return None;
    }
    let step = gate::pass(step(core, seen, service)?, core, memory, seen.core.now);
    let status = mirror::status(core, &seen.core, &memory.status, &relation);
    Some(environment::finish(core, seen.core.now, memory, status, step))
}

fn step(core: &Desired, seen: &ServiceSeen, service: &ServiceView) -> Option<Step> {
    let named = |wanted: fn(&DeploymentStatus) -> bool| {
        let rows = seen.instances.iter().filter(|row| wanted(&row.deployment_status));
        rows.map(|row| row.name.as_str()).collect::<Vec<_>>()
    };
    let pipeline = service.pipeline.as_ref();
    let failed = named(|status| !status.is_running() && *status != DeploymentStatus::Succeeded);
    if !named(DeploymentStatus::is_running).is_empty() || pipeline.is_some_and(|own| own.deployment_status.is_running()) {
        let message = format!("Service {} is CREATE_FAILED, and a part of it is being deployed again.", service.name);
        return Some(Step::wait(Phase::working(Reason::Deploying, message), core.policy.interval.min(WAKE)));
    }
    if !failed.is_empty() {
        let message = format!(
            "Service {} is CREATE_FAILED: instances that were not deployed: {}. Correct or delete their ServiceInstance objects; once all are \
             deployed, the service is completed.",
            service.name,
            failed.join(", ")
        );
        return Some(Step::rest(Phase::stalled(Reason::DeploymentFailed, message), core.policy.interval.min(WAKE)));
    }
    let own_failure = |own: &crate::proton::PipelineView| {
        own.last_attempted_deployment_id.is_some() && own.deployment_status != DeploymentStatus::Succeeded
    };
    (!pipeline.is_some_and(own_failure)).then(|| {
        let request = UpdateEnvironment::new(core.name.clone(), UpdateType::CurrentVersion);
        let act = Act::Update { ordinal: NO_ATTEMPT, request: Box::new(request) };
        Step::act(act, Phase::progressing("The failed creation is being completed."))
    })
}

/// UpdateService with the current document, in which the pipeline's section is the wanted one.
pub fn complete(from: &UpdateEnvironment, current: &ServiceDocument) -> UpdateService {
    UpdateService { name: from.name.clone(), spec: Some(service::update(from, current).spec), ..UpdateService::default() }
}

#[cfg(test)]
#[path = "service_creation_tests.rs"]
mod tests;

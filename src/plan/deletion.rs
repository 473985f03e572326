//! Deleting: the finalizer stays until the remote resource is gone, or let go.
//!
//! | remote resource | policy Retain | policy Delete |
//! |---|---|---|
//! | absent | finalizer off | finalizer off |
//! | observed, unowned or another's | finalizer off | finalizer off |
//! | other ARN than the known one | finalizer off | Stalled RemoteElsewhere |
//! | ours, object suspended | marks off, then finalizer off | Resting DeletionSuspended |
//! | ours, our update runs | marks off, then finalizer off | cancel once, wait |
//! | ours, a create or someone else's deployment runs | marks off, then finalizer off | wait |
//! | ours, DELETE_IN_PROGRESS | marks off, then finalizer off | wait |
//! | ours, at rest or DELETE_FAILED, others need it | marks off, then finalizer off | wait for them ([`super::dependent`]) |
//! | ours, DELETE_FAILED | marks off, then finalizer off | delete again with growing pauses |
//! | ours, at rest | marks off, then finalizer off | delete |

use std::time::Duration;

use crate::api::{Attempt, DeletionPolicy, Operation, ProtonEnvironmentStatus, Reason};
use crate::proton::{DeploymentStatus, EnvironmentView};

use super::attempt::{self, Intent};
use super::conditions::Phase;
use super::decision::{Act, ActKind, Requeue, Step};
use super::dependent;
use super::desired::Desired;
use super::failure::Pace;
use super::gate::remaining;
use super::memory::Memory;
use super::observed::Observed;
use super::ownership::{self, Relation};
use super::supersede;

/// How long a creation whose outcome is open may still appear.
const LATE_CREATION: Duration = Duration::from_secs(30);

/// The step for an object that is being deleted.
pub fn plan(
    desired: &Desired,
    observed: &Observed,
    memory: &Memory,
    relation: &Relation<'_>,
    status: &mut ProtonEnvironmentStatus,
) -> Step {
    if !desired.finalizer {
        let phase = Phase::working(Reason::Deleting, "Nothing is left to do here.");
        return Step { act: Act::None, phase, requeue: Requeue::Never };
    }
    let retain = ownership::deletion_policy(desired, &observed.tags) == DeletionPolicy::Retain;
    match relation {
        Relation::Absent | Relation::Missing(_) => absent(observed, memory),
        Relation::Observed(_) | Relation::Unowned(_) | Relation::Another(_) => {
            let_go("The remote resource is not this object's and stays.")
        }
        Relation::Elsewhere { .. } if retain => let_go("The remote resource stays."),
        Relation::Elsewhere { known, shown } => elsewhere(desired, known, shown),
        Relation::Ours(environment) if retain => release(observed, environment),
        Relation::Ours(environment) if desired.policy.suspended => suspended(desired, environment),
        Relation::Ours(environment) => delete(desired, observed, memory, environment, status),
    }
}

/// What is deleted, in the middle of a sentence.
fn resource(desired: &Desired) -> String {
    format!("{} {}", desired.resource.noun().to_lowercase(), desired.name)
}

fn let_go(message: &str) -> Step {
    Step::act(Act::RemoveFinalizer, Phase::working(Reason::Deleting, message))
}

/// Gone, unless a creation whose outcome is open may still turn up.
fn absent(observed: &Observed, memory: &Memory) -> Step {
    let open = memory.last.as_ref().filter(|last| {
        last.key.kind == ActKind::Create && last.result.as_ref().is_err_and(|failure| failure.class.leaves_outcome_open())
    });
    let left = open.map_or(Duration::ZERO, |last| remaining(last.at, LATE_CREATION, observed.now));
    if left.is_zero() {
        return let_go("The remote resource is gone.");
    }
    Step::rest(Phase::working(Reason::Deleting, "The outcome of a creation is open; looking whether it appears."), left)
}

fn elsewhere(desired: &Desired, known: &str, shown: &str) -> Step {
    let message = format!(
        "{known} was known and the endpoint shows {shown}: it is not deleted. Correct the connection, or set deletionPolicy: Retain."
    );
    Step::rest(Phase::stalled(Reason::RemoteElsewhere, message), desired.policy.interval)
}

/// Takes the marks off, then the finalizer.
fn release(observed: &Observed, environment: &EnvironmentView) -> Step {
    let keys = ownership::marks(&observed.tags);
    if keys.is_empty() {
        return let_go("The remote resource stays.");
    }
    let act = Act::Untag { arn: environment.arn.clone(), keys };
    Step::act(act, Phase::working(Reason::Deleting, "The remote resource stays; the owner tag is taken off."))
}

fn suspended(desired: &Desired, environment: &EnvironmentView) -> Step {
    let message = format!(
        "{} {} is not deleted while the object is suspended: resume it, or set deletionPolicy: Retain.",
        desired.resource.noun(),
        environment.name
    );
    Step::rest(Phase::resting(Reason::DeletionSuspended, message), desired.policy.interval)
}

fn delete(
    desired: &Desired,
    observed: &Observed,
    memory: &Memory,
    environment: &EnvironmentView,
    status: &mut ProtonEnvironmentStatus,
) -> Step {
    let waits = dependent::wait(desired, &observed.dependents);
    match environment.deployment_status {
        DeploymentStatus::DeleteInProgress | DeploymentStatus::DeleteComplete => in_progress(desired, observed, status),
        DeploymentStatus::InProgress | DeploymentStatus::Cancelling | DeploymentStatus::Unknown(_) => {
            stop(desired, memory, environment, status)
        }
        DeploymentStatus::DeleteFailed => waits.unwrap_or_else(|| again(desired, observed, environment, status)),
        DeploymentStatus::Succeeded | DeploymentStatus::Failed | DeploymentStatus::Cancelled => waits.unwrap_or_else(|| {
            let retries = own(status).map_or(0, |attempt| attempt.retries);
            send(desired, observed, environment, status, retries)
        }),
    }
}

/// Our deletion, if one was set out.
fn own(status: &ProtonEnvironmentStatus) -> Option<&Attempt> {
    status.target.attempt.as_ref().filter(|attempt| attempt.operation == Operation::Delete)
}

fn in_progress(desired: &Desired, observed: &Observed, status: &ProtonEnvironmentStatus) -> Step {
    let left = own(status)
        .map_or(desired.policy.timeout, |attempt| remaining(attempt.started_at.0, desired.policy.timeout, observed.now));
    if left.is_zero() {
        let timeout = desired.policy.timeout.as_secs();
        let message = format!("The deletion of {} runs for longer than the timeout of {timeout} s.", resource(desired));
        return Step::wait(Phase::stalled(Reason::DeploymentTimedOut, message), desired.policy.interval);
    }
    let phase = Phase::working(Reason::Deleting, format!("The deletion of {} is in progress.", resource(desired)));
    Step::wait(phase, left.min(desired.policy.interval).max(Duration::from_secs(1)))
}

/// A deployment has to end before: an update of ours is cancelled, everything else is waited for.
fn stop(desired: &Desired, memory: &Memory, environment: &EnvironmentView, status: &mut ProtonEnvironmentStatus) -> Step {
    let step = supersede::end(memory, environment, &mut status.target);
    match step {
        Some(act) => Step::act(act, Phase::working(Reason::Deleting, "The running deployment is cancelled before the deletion.")),
        None => {
            let (id, status) = (environment.last_attempted_deployment_id.as_deref(), environment.deployment_status.as_str());
            let message = format!(
                "Deployment {} ({status}) has to end before {} is deleted.",
                id.unwrap_or("without an id"),
                resource(desired)
            );
            Step::wait(Phase::working(Reason::Deleting, message), desired.policy.interval)
        }
    }
}

/// DELETE_FAILED: once more after a pause, or at once on request or if it was not our deletion that failed.
fn again(desired: &Desired, observed: &Observed, environment: &EnvironmentView, status: &mut ProtonEnvironmentStatus) -> Step {
    let Some(attempt) = own(status) else {
        return send(desired, observed, environment, status, 0);
    };
    let retries = attempt.retries.saturating_add(1);
    let asked = desired.requests.retry.is_some() && desired.requests.retry != status.last_handled_retry_at;
    let pause = Pace::Medium.pause(u32::try_from(retries).unwrap_or(u32::MAX).saturating_add(1));
    let left = remaining(attempt.started_at.0, pause, observed.now);
    if asked || left.is_zero() {
        status.last_handled_retry_at.clone_from(&desired.requests.retry);
        return send(desired, observed, environment, status, retries);
    }
    let said = environment.deployment_status_message.as_ref().map(|text| text.as_str()).unwrap_or_default();
    let message = format!("The deletion of {} failed: {said} It is tried again.", resource(desired));
    Step::rest(Phase::stalled(Reason::DeleteFailed, message), left)
}

/// Writes the intent and deletes. The same intent stays as it is while its call is repeated.
fn send(
    desired: &Desired,
    observed: &Observed,
    environment: &EnvironmentView,
    status: &mut ProtonEnvironmentStatus,
    retries: i64,
) -> Step {
    let target = &mut status.target;
    let set_out =
        target.attempt.as_ref().is_some_and(|attempt| attempt.operation == Operation::Delete && attempt.retries == retries);
    if !set_out {
        let previous = target.attempt.as_ref();
        let intent = Intent {
            operation: Operation::Delete,
            spec_hash: previous.map(|attempt| attempt.spec_hash.clone()).unwrap_or_default(),
            baseline: environment.last_attempted_deployment_id.clone(),
            retries,
        };
        target.attempt = Some(attempt::next(previous, &desired.identity, intent, observed.now));
    }
    let act = Act::Delete { name: environment.name.clone(), retries };
    Step::act(act, Phase::working(Reason::Deleting, format!("The deletion of {} is sent.", resource(desired))))
}

#[cfg(test)]
#[path = "deletion_tests.rs"]
mod tests;

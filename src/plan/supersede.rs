//! What to do while a deployment runs: wait, or cancel it because it is no longer wanted.
//!
//! | running deployment | target is what is wanted | target differs |
//! |---|---|---|
//! | someone else's | wait | wait |
//! | ours, a create | wait | wait |
//! | ours, an update, onSpecChange Wait | wait | wait |
//! | ours, an update, onSpecChange Cancel | wait | cancel once, then wait; wait if deploymentType does not allow what would follow |
//! | ours, after three cancelled in a row | wait | wait |
//! | ours, named by the annotation cancel-requested | cancel once, then wait | cancel once, then wait |
//!
//! A cancellation may come too late: the deployment then ends SUCCEEDED or FAILED, which is as good an end as CANCELLED.

use std::time::Duration;

use crate::api::{Attempt, DeploymentRecord, OnSpecChange, Operation, Reason, TargetStatus};
use crate::proton::{DeploymentStatus, EnvironmentView};

use super::attempt;
use super::compare::{Actual, Wanted};
use super::conditions::Phase;
use super::decision::{Act, ActKey, ActKind, Step};
use super::desired::Desired;
use super::failure;
use super::gate::remaining;
use super::memory::Memory;
use super::observed::Observed;
use super::{metadata, version};

/// After this many cancelled deployments in a row the next one is let end.
pub const CANCELS_IN_A_ROW: usize = 3;

/// What is known about the running deployment.
struct Running<'a> {
    id: &'a str,
    operation: Operation,
    first: bool,
}

/// The step while the environment is IN_PROGRESS, CANCELLING or in a state that this version does not know.
pub fn running(
    desired: &Desired,
    observed: &Observed,
    memory: &Memory,
    environment: &EnvironmentView,
    wanted: Option<&Wanted>,
    target: &mut TargetStatus,
) -> Step {
    let Some(running) = ours(target.attempt.as_ref(), environment) else {
        return Step::wait(foreign(environment), desired.policy.interval);
    };
    let (id, first, operation) = (running.id.to_owned(), running.first, running.operation);
    let cancellable = environment.deployment_status == DeploymentStatus::InProgress && !first;
    let open = cancellable && !was_sent(memory, &id);
    let follows = wanted.filter(|wanted| may_follow(desired, environment, wanted));
    if let Some(reason) = open.then(|| unwanted(desired, observed, follows, target, &id)).flatten() {
        return cancel(environment, target, id, reason, desired);
    }
    wait(desired, observed, environment, target, operation)
}

/// The running deployment, if it is this object's.
fn ours<'a>(attempt: Option<&Attempt>, environment: &'a EnvironmentView) -> Option<Running<'a>> {
    let own = attempt.filter(|attempt| attempt::is_ours(Some(attempt), environment))?;
    let id = environment.last_attempted_deployment_id.as_deref()?;
    let first = own.operation == Operation::Create;
    Some(Running { id, operation: own.operation, first })
}

/// Whether the wish could be deployed at all once the running deployment has ended: nothing is cancelled for one that would then be refused.
fn may_follow(desired: &Desired, environment: &EnvironmentView, wanted: &Wanted) -> bool {
    let deployed = Actual::deployed(environment);
    let needed = version::update_type(wanted, deployed.as_ref());
    version::allowed(desired.policy.ceiling, needed, deployed.is_none())
        && metadata::not_changeable(desired, environment, &wanted.major).is_none()
}

/// Why the running deployment is to be cancelled, if it is.
fn unwanted(
    desired: &Desired,
    observed: &Observed,
    wanted: Option<&Wanted>,
    target: &TargetStatus,
    id: &str,
) -> Option<Operation> {
    if desired.requests.cancel.as_deref() == Some(id) {
        return Some(Operation::CancelRequested);
    }
    let cancels =
        desired.policy.on_spec_change == OnSpecChange::Cancel && cancels_in_a_row(&target.deployments, id) < CANCELS_IN_A_ROW;
    let differs = wanted.is_some_and(|wanted| !is_target(wanted, observed, target));
    (cancels && differs).then_some(Operation::Cancel)
}

/// Whether the running deployment leads to what is wanted. Compared with its target state; by the attempt's hash where that is not known, and for
/// a rollback, which deploys something else than is wanted on purpose. A followed minor that moved meanwhile is no reason to cancel.
fn is_target(wanted: &Wanted, observed: &Observed, target: &TargetStatus) -> bool {
    let attempt = target.attempt.as_ref();
    let same_wish = attempt.is_some_and(|attempt| attempt.spec_hash == wanted.hash());
    let state = observed.attempted.as_ref().and_then(|deployment| deployment.target_state.as_ref());
    match state {
        Some(state) if attempt.is_some_and(|attempt| attempt.operation != Operation::Rollback) => {
            same_wish || wanted.differences(&Actual::of_state(state)).is_empty()
        }
        _ => same_wish,
    }
}

/// How many of this object's deployments before `id` were cancelled one after the other. `records` are newest first.
pub fn cancels_in_a_row(records: &[DeploymentRecord], id: &str) -> usize {
    let cancelled = DeploymentStatus::Cancelled;
    records
        .iter()
        .filter(|record| record.id != id)
        .take_while(|record| record.status == cancelled.as_str() && record.generation.is_some())
        .count()
}

/// Whether this process has sent the cancellation and it was accepted, or refused as too late.
fn was_sent(memory: &Memory, id: &str) -> bool {
    let key = ActKey { kind: ActKind::Cancel, subject: id.to_owned() };
    memory.last.as_ref().filter(|last| last.key == key).is_some_and(|last| match &last.result {
        Ok(()) => true,
        Err(failure) => failure::classify(failure.class, ActKind::Cancel).is_none(),
    })
}

/// The step that makes a running update end early before a deletion, unless it is not ours, cannot be cancelled, or was cancelled already.
pub fn end(memory: &Memory, environment: &EnvironmentView, target: &mut TargetStatus) -> Option<Act> {
    let running = ours(target.attempt.as_ref(), environment)?;
    let open = environment.deployment_status == DeploymentStatus::InProgress && !running.first && !was_sent(memory, running.id);
    let id = open.then(|| running.id.to_owned())?;
    intend(target, Operation::Cancel);
    Some(Act::Cancel { name: environment.name.clone(), deployment_id: id })
}

/// Writes the intent into the attempt that is being cancelled. What was asked for by name stays asked for.
fn intend(target: &mut TargetStatus, operation: Operation) {
    if let Some(attempt) = target.attempt.as_mut().filter(|attempt| attempt.operation != Operation::CancelRequested) {
        attempt.operation = operation;
    }
}

/// Writes the intent and cancels.
fn cancel(environment: &EnvironmentView, target: &mut TargetStatus, id: String, operation: Operation, desired: &Desired) -> Step {
    intend(target, operation);
    let phase = match operation {
        Operation::CancelRequested => {
            Phase::working(Reason::Cancelling, format!("Deployment {id} is being cancelled on request."))
        }
        _ => Phase { synced: None, ..Phase::working(Reason::Superseding, superseding(&id, desired.identity.generation)) },
    };
    Step::act(Act::Cancel { name: environment.name.clone(), deployment_id: id }, phase)
}

fn superseding(id: &str, generation: i64) -> String {
    format!("Deployment {id} is being cancelled; generation {generation} follows when it has ended.")
}

/// Someone else is at work.
pub fn foreign(environment: &EnvironmentView) -> Phase {
    let id = environment.last_attempted_deployment_id.as_deref().unwrap_or("without an id");
    let status = environment.deployment_status.as_str();
    Phase::working(
        Reason::ForeignDeployment,
        format!("Deployment {id}, started by someone else, is {status}; waiting for its end."),
    )
}

/// Waits for the end of a deployment of ours, up to the timeout.
fn wait(
    desired: &Desired,
    observed: &Observed,
    environment: &EnvironmentView,
    target: &TargetStatus,
    operation: Operation,
) -> Step {
    let id = environment.last_attempted_deployment_id.as_deref().unwrap_or_default();
    let left = match environment.last_deployment_attempted_at.or(target.attempt.as_ref().map(|attempt| attempt.started_at.0)) {
        Some(since) => remaining(since, desired.policy.timeout, observed.now),
        None => desired.policy.timeout,
    };
    if left.is_zero() {
        let timeout = desired.policy.timeout.as_secs();
        let message = format!("Deployment {id} runs for longer than the timeout of {timeout} s. Nothing is cancelled for that.");
        return Step::wait(Phase::stalled(Reason::DeploymentTimedOut, message), desired.policy.interval);
    }
    let current = target.attempt.as_ref().is_some_and(|attempt| attempt.generation == desired.identity.generation);
    let behind = if current {
        String::new()
    } else {
        format!(" Generation {} is considered when it has ended.", desired.identity.generation)
    };
    let cancelling = environment.deployment_status == DeploymentStatus::Cancelling;
    let phase = match operation {
        Operation::Cancel => {
            Phase { synced: None, ..Phase::working(Reason::Superseding, superseding(id, desired.identity.generation)) }
        }
        Operation::CancelRequested => {
            Phase::working(Reason::Cancelling, format!("Deployment {id} is being cancelled on request."))
        }
        _ if cancelling => Phase::working(Reason::Cancelling, format!("Deployment {id} is being cancelled by someone else.")),
        Operation::Rollback => {
            Phase::working(Reason::RollingBack, format!("Deployment {id} restores the last succeeded state.{behind}"))
        }
        _ => Phase::working(Reason::Deploying, format!("Deployment {id} is in progress.{behind}")),
    };
    Step::wait(phase, left.min(desired.policy.interval).max(Duration::from_secs(1)))
}

#[cfg(test)]
#[path = "supersede_tests.rs"]
mod tests;

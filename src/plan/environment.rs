//! The decision for a ProtonEnvironment: the order in which the other modules of this folder are asked.
//!
//! 1. whose the remote resource is ([`super::ownership`]), and the status that shows it ([`super::mirror`]);
//! 2. deletion ([`super::deletion`]);
//! 3. the finalizer, then creation or adoption;
//! 4. while something runs: wait or supersede ([`super::supersede`]);
//! 5. at rest: deployment ([`super::deployment`]), metadata, tags, old records;
//! 6. no step is repeated that has just failed ([`super::gate`]).

use std::time::Duration;

use jiff::Timestamp;

use crate::api::{
    AdoptionPolicy, ConditionType, Conditions, DeploymentCeiling, Operation, ProtonEnvironmentStatus, Reason, TargetStatus,
};
use crate::proton::{DeploymentStatus, EnvironmentView};

use super::attempt::{self, Intent};
use super::compare::{Actual, Wanted};
use super::conditions::{self, Phase, Standing};
use super::decision::{Act, ActKind, Decision, Requeue, Step};
use super::desired::Desired;
use super::failure;
use super::gate;
use super::memory::{Failure, Memory};
use super::notice;
use super::observed::Observed;
use super::ownership::{self, Relation};
use super::{deletion, mirror, request, rest, supersede, version};

/// Decides the next step. Pure and total: the same arguments always give the same decision.
pub fn plan(desired: &Desired, observed: &Observed, memory: &Memory) -> Decision {
    let relation = ownership::relation(desired, observed, memory.status.target.arn.as_deref());
    let mut status = mirror::status(desired, observed, &memory.status, &relation);
    let step = step(desired, observed, memory, &relation, &mut status);
    let step = gate::pass(step, desired, memory, observed.now);
    finish(desired, observed.now, memory, status, step)
}

/// What to record when the remote state could not be read. [`Memory::last`] may hold the same failure, counted, under
/// [`super::decision::ActKey::observe`]. What was Ready stays Ready while the endpoint is only unavailable.
pub fn observation_failed(desired: &Desired, memory: &Memory, failed: &Failure, now: Timestamp) -> Decision {
    let Some((standing, reason, pace)) = failure::classify(failed.class, ActKind::Observe) else {
        let step = Step::rest(Phase::progressing("The remote state is read again."), Duration::from_secs(1));
        return finish(desired, now, memory, memory.status.clone(), step);
    };
    let mut phase = failure::phase(standing, reason, desired.resource.call(ActKind::Observe), &failed.message);
    let current = memory.status.observed_generation == Some(desired.identity.generation);
    if standing == Standing::Working && current && memory.status.conditions.is_true(ConditionType::Ready) && !desired.deleting {
        phase = Phase { standing: Standing::ReadyWorking, synced: Some(true), ..phase };
    }
    let counted = memory.last.as_ref().filter(|last| last.key.kind == ActKind::Observe).map_or(1, |last| last.consecutive);
    let mut decision = finish(desired, now, memory, memory.status.clone(), Step::rest(phase, pace.pause(counted)));
    keep_drift(&mut decision.status, &memory.status);
    decision
}

/// What to record while something that the object refers to is not there or not ready: nothing is sent, and it is looked at again when that changes.
pub fn waiting(desired: &Desired, memory: &Memory, reason: Reason, message: &str, now: Timestamp) -> Decision {
    let phase = Phase { synced: None, ..Phase::working(reason, message) };
    let mut decision = finish(desired, now, memory, memory.status.clone(), Step::wait(phase, desired.policy.interval.min(WAKE)));
    keep_drift(&mut decision.status, &memory.status);
    decision
}

/// How long a wait for another object lasts at most, should its change be missed.
const WAKE: Duration = Duration::from_secs(15);

/// Without a look at the remote side nothing new is known about drift.
fn keep_drift(status: &mut ProtonEnvironmentStatus, remembered: &ProtonEnvironmentStatus) {
    let name = ConditionType::Drifted.name();
    match (
        status.conditions.iter_mut().find(|condition| condition.type_ == name),
        remembered.conditions.of(ConditionType::Drifted),
    ) {
        (Some(new), Some(old)) => new.clone_from(old),
        _ => status.conditions.retain(|condition| condition.type_ != name),
    }
}

/// What to record when there is nobody to ask: no usable connection. Looked at again at the interval and when the object or its Secret changes.
pub fn blocked(desired: &Desired, memory: &Memory, reason: Reason, message: &str, now: Timestamp) -> Decision {
    let phase = Phase { synced: None, ..Phase::stalled(reason, message) };
    let mut decision = finish(desired, now, memory, memory.status.clone(), Step::rest(phase, desired.policy.interval));
    keep_drift(&mut decision.status, &memory.status);
    decision
}

pub(super) fn finish(
    desired: &Desired,
    now: Timestamp,
    memory: &Memory,
    mut status: ProtonEnvironmentStatus,
    step: Step,
) -> Decision {
    if desired.requests.reconcile.is_some() {
        status.last_handled_reconcile_at.clone_from(&desired.requests.reconcile);
    }
    conditions::write(&mut status, &step.phase, desired.identity.generation, now);
    let notices = notice::notices(&memory.status, &status, &step.phase, &step.act);
    Decision { act: step.act, status, notices, requeue: step.requeue }
}

fn step(
    desired: &Desired,
    observed: &Observed,
    memory: &Memory,
    relation: &Relation<'_>,
    status: &mut ProtonEnvironmentStatus,
) -> Step {
    if desired.deleting {
        return deletion::plan(desired, observed, memory, relation, status);
    }
    let observes = desired.policy.adoption == AdoptionPolicy::Observe;
    if !desired.finalizer && !observes && !desired.policy.suspended {
        return Step::act(Act::AddFinalizer, Phase::progressing("The finalizer is put on the object before anything remote."));
    }
    let interval = desired.policy.interval;
    match relation {
        Relation::Absent => absent(desired, observed, status),
        Relation::Missing(arn) => {
            let message =
                format!("{arn} is not found any more. Set onRemoteMissing: Recreate to create it again, or delete this object.");
            Step::rest(Phase::stalled(Reason::RemoteMissing, message), interval)
        }
        Relation::Elsewhere { known, shown } => {
            let message = format!(
                "{known} was known and the endpoint shows {shown}. Correct the connection, or set onRemoteMissing: Recreate."
            );
            Step::rest(Phase::stalled(Reason::RemoteElsewhere, message), interval)
        }
        Relation::Another(owner) => {
            let message =
                format!("{} {} is owned by {owner} (tag proton-operator.dev/owner).", desired.resource.noun(), desired.name);
            Step::rest(Phase::stalled(Reason::OwnedElsewhere, message), interval)
        }
        Relation::Unowned(environment) => unowned(desired, environment),
        Relation::Observed(environment) => rest::observe(desired, observed, environment, status),
        Relation::Ours(environment) => ours(desired, observed, memory, environment, status),
    }
}

/// Nothing is there: create, unless the policy forbids it.
fn absent(desired: &Desired, observed: &Observed, status: &mut ProtonEnvironmentStatus) -> Step {
    if matches!(desired.policy.adoption, AdoptionPolicy::Adopt | AdoptionPolicy::Observe) {
        let message = format!("There is no {} {} to take up or observe.", desired.resource.noun().to_lowercase(), desired.name);
        return Step::rest(Phase::stalled(Reason::RemoteNotFound, message), desired.policy.interval);
    }
    if desired.policy.suspended {
        return Step::rest(
            Phase::resting(Reason::Suspended, "Nothing is created while the object is suspended."),
            desired.policy.interval,
        );
    }
    match version::wanted(desired, observed, &TargetStatus::default(), None) {
        Ok(_) if desired.policy.ceiling == DeploymentCeiling::None => {
            let message = format!(
                "{} {} does not exist, and deploymentType None allows no deployment. Raise deploymentType to have it created.",
                desired.resource.noun(),
                desired.name
            );
            Step::rest(Phase::refused(Reason::DeploymentNotAllowed, message), desired.policy.interval)
        }
        Ok(wanted) => create(desired, observed, &wanted, status),
        Err(phase) => Step::rest(phase, desired.policy.interval),
    }
}

/// Writes the intent and creates. The intent stays as it is while its call is repeated for the same wish.
fn create(desired: &Desired, observed: &Observed, wanted: &Wanted, status: &mut ProtonEnvironmentStatus) -> Step {
    let hash = wanted.hash();
    let previous = status.target.attempt.clone();
    let set_out = previous.as_ref().filter(|attempt| {
        attempt.operation == Operation::Create
            && attempt.deployment_id.is_none()
            && attempt.spec_hash == hash
            && status.target.arn.is_none()
    });
    let attempt = set_out.cloned().unwrap_or_else(|| {
        let intent = Intent { operation: Operation::Create, spec_hash: hash, baseline: None, retries: 0 };
        attempt::next(previous.as_ref(), &desired.identity, intent, observed.now)
    });
    status.target = TargetStatus { attempt: Some(attempt), ..TargetStatus::default() };
    status.version = None;
    status.applied_tag_keys = desired.tags.keys().cloned().collect();
    rest::handled(desired, status);
    let request = request::create(desired, wanted);
    Step::act(
        Act::Create(Box::new(request)),
        Phase::progressing(format!("{} {} is being created.", desired.resource.noun(), desired.name)),
    )
}

/// Something is there without an owner: take it up, if the policy says so.
fn unowned(desired: &Desired, environment: &EnvironmentView) -> Step {
    if desired.policy.adoption == AdoptionPolicy::CreateOnly {
        let message = format!(
            "{} {} exists and carries no owner tag. Set adoptionPolicy: AdoptOrCreate to take it up, or choose another name.",
            desired.resource.noun(),
            desired.name
        );
        return Step::rest(Phase::stalled(Reason::AlreadyExists, message), desired.policy.interval);
    }
    if desired.policy.suspended {
        return Step::rest(
            Phase::resting(Reason::Suspended, "Nothing is taken up while the object is suspended."),
            desired.policy.interval,
        );
    }
    let act = Act::Tag { arn: environment.arn.clone(), tags: ownership::adoption_tags(desired) };
    let message = format!("The owner tag is put on {} {}.", desired.resource.noun().to_lowercase(), desired.name);
    Step::act(act, Phase { synced: None, ..Phase::working(Reason::Adopting, message) })
}

/// Ours: by what it is doing.
fn ours(
    desired: &Desired,
    observed: &Observed,
    memory: &Memory,
    environment: &EnvironmentView,
    status: &mut ProtonEnvironmentStatus,
) -> Step {
    let wanted = version::wanted(desired, observed, &status.target, Some(&environment.arn));
    match environment.deployment_status {
        DeploymentStatus::DeleteInProgress | DeploymentStatus::DeleteComplete => {
            Step::wait(supersede::foreign(environment), desired.policy.interval)
        }
        DeploymentStatus::DeleteFailed => {
            let noun = desired.resource.noun();
            let message = format!(
                "{noun} {} was deleted through the API by someone else, and that failed. Delete this object to try again, or have the remote resource repaired.",
                desired.name
            );
            Step::rest(Phase::stalled(Reason::DeleteFailed, message), desired.policy.interval)
        }
        DeploymentStatus::InProgress | DeploymentStatus::Cancelling | DeploymentStatus::Unknown(_) => {
            let active = wanted.as_ref().ok().filter(|_| !desired.policy.suspended);
            let step = supersede::running(desired, observed, memory, environment, active, &mut status.target);
            unless_suspended(desired, step)
        }
        DeploymentStatus::Succeeded | DeploymentStatus::Failed | DeploymentStatus::Cancelled => match wanted {
            Ok(wanted) => rest::plan(desired, observed, environment, &wanted, status),
            Err(phase) => Step::rest(phase, desired.policy.interval),
        },
    }
}

/// Suspended objects change nothing remote, not even on request.
fn unless_suspended(desired: &Desired, step: Step) -> Step {
    if desired.policy.suspended && step.act.is_remote() {
        let phase = Phase::resting(
            Reason::Suspended,
            "The running deployment goes on; nothing is cancelled while the object is suspended.",
        );
        return Step { act: Act::None, phase, requeue: Requeue::OnChange { at_latest: desired.policy.interval } };
    }
    step
}

/// Whether the deployed state is the wanted one.
pub(super) fn is_deployed(wanted: &Wanted, environment: &EnvironmentView) -> Vec<String> {
    Actual::deployed(environment).map_or_else(|| vec!["templateMajorVersion".to_owned()], |actual| wanted.differences(&actual))
}

#[cfg(test)]
#[path = "environment_tests.rs"]
mod tests;

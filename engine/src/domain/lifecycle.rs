//! One deployment from its request to its end: the records before and after each event of the state machine.

use jiff::Timestamp;

use super::deployment::{Effect, Event, Reason, State, step};
use super::refusal::Refusal;
use super::state::DeployedState;
use super::target::{Attempt, Change, Deployment, Operation, Resource, Target, TargetNames};

/// The message of a deployment that a client cancelled (AWS Proton User Guide, page ag-env-update, samples).
pub const CANCELLED_BY_USER: &str = "User initiated cancellation.";

/// A deployment that a client asks for.
#[derive(Clone, Debug)]
pub struct Request {
    /// Create, update or delete.
    pub operation: Operation,
    /// The fresh id of the deployment.
    pub id: String,
    /// The names of the target.
    pub names: TargetNames,
    /// What is deployed now.
    pub initial: Option<DeployedState>,
    /// What is to be deployed.
    pub wanted: Option<DeployedState>,
}

/// How a provisioner ended a deployment.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// What was wanted is deployed.
    Succeeded {
        /// Name and value of each output.
        outputs: Vec<(String, String)>,
        /// What was provisioned.
        resources: Vec<Resource>,
        /// A remark for the client.
        message: Option<String>,
    },
    /// It is not, and the cause is in the message.
    Failed {
        /// The deploymentStatusMessage.
        message: String,
        /// What exists nevertheless.
        resources: Vec<Resource>,
    },
    /// It was stopped, and what was there before is restored.
    Cancelled {
        /// A remark for the client, after the usual message.
        message: Option<String>,
    },
}

/// Begins a deployment. None when there is nothing to begin, because the deletion that is asked for runs already.
pub fn begin(target: &Target, request: Request, now: Timestamp) -> Result<Option<Change>, Reason> {
    let event = match request.operation {
        Operation::Create => Event::Create,
        Operation::Update => Event::Update,
        Operation::Delete => Event::Delete,
    };
    let transition = step(target.kind, target.state, event)?;
    if !transition.effects.contains(&Effect::Queue) {
        return Ok(None);
    }
    let deployment = record(target, request, transition.state, now);
    let target = Target {
        state: transition.state,
        message: None,
        attempted: Some(Attempt { id: deployment.id.clone(), at: now }),
        ..target.clone()
    };
    Ok(Some(Change { target, deployment, effects: transition.effects }))
}

fn record(target: &Target, request: Request, state: State, now: Timestamp) -> Deployment {
    Deployment {
        id: request.id,
        target_arn: target.arn.clone(),
        kind: target.kind,
        names: request.names,
        target_created_at: target.created_at,
        operation: request.operation,
        state,
        message: None,
        created_at: now,
        modified_at: now,
        completed_at: None,
        initial: request.initial,
        wanted: request.wanted,
        last_succeeded_id: target.succeeded.as_ref().map(|attempt| attempt.id.clone()),
        outputs: Vec::new(),
        prepared: None,
    }
}

/// Asks the running deployment to stop.
pub fn cancel(target: &Target, deployment: &Deployment, now: Timestamp) -> Result<Change, Reason> {
    let transition = step(target.kind, target.state, Event::Cancel)?;
    let mut change = moved(target, deployment, transition.state, now);
    change.effects = transition.effects;
    change.target.message = None;
    change.deployment.message = None;
    Ok(change)
}

/// Ends a deployment with what the provisioner reached. Refused when it is not the target's running one.
pub fn settle(target: &Target, deployment: &Deployment, outcome: Outcome, now: Timestamp) -> Result<Change, Reason> {
    if target.attempted.as_ref().is_none_or(|attempt| attempt.id != deployment.id) {
        return Err(Reason::Settled);
    }
    let event = match &outcome {
        Outcome::Succeeded { .. } => Event::Succeeded,
        Outcome::Failed { .. } => Event::Failed,
        Outcome::Cancelled { .. } => Event::Cancelled,
    };
    let transition = step(target.kind, target.state, event)?;
    let mut change = moved(target, deployment, transition.state, now);
    change.effects = transition.effects;
    if transition.effects.contains(&Effect::Keep) {
        change.target.succeeded = change.target.attempted.clone();
        change.deployment.last_succeeded_id = Some(deployment.id.clone());
    }
    change.deployment.completed_at = Some(now);
    told(&mut change, outcome);
    Ok(change)
}

/// Records why a running deployment does not get on, or that it does again.
pub fn note(target: &Target, deployment: &Deployment, message: Option<String>, now: Timestamp) -> Change {
    let mut change = moved(target, deployment, target.state, now);
    change.target.message.clone_from(&message);
    change.deployment.message = message;
    change
}

/// Refuses to remove the record of a deployment that runs, or that its target still names. ValidationException, because
/// the API lists no ConflictException for DeleteDeployment.
pub fn check_deletable(target: Option<&Target>, deployment: &Deployment) -> Result<(), Refusal> {
    if deployment.completed_at.is_none() {
        return Err(Refusal::Invalid(format!(
            "The deployment {} is {} and cannot be deleted. Wait until it has ended.",
            deployment.id,
            deployment.state.status()
        )));
    }
    let is = |attempt: Option<&Attempt>| attempt.is_some_and(|attempt| attempt.id == deployment.id);
    match target {
        Some(target) if is(target.succeeded.as_ref()) => Err(current(deployment, "succeeded")),
        Some(target) if is(target.attempted.as_ref()) => Err(current(deployment, "attempted")),
        _ => Ok(()),
    }
}

fn current(deployment: &Deployment, which: &str) -> Refusal {
    Refusal::Invalid(format!(
        "The deployment {} is the last {which} one of {} and cannot be deleted while that exists.",
        deployment.id, deployment.target_arn
    ))
}

/// Both records in the next state, and nothing else changed.
fn moved(target: &Target, deployment: &Deployment, state: State, now: Timestamp) -> Change {
    Change {
        target: Target { state, ..target.clone() },
        deployment: Deployment { state, modified_at: now, ..deployment.clone() },
        effects: &[],
    }
}

/// Takes over what the provisioner told.
fn told(change: &mut Change, outcome: Outcome) {
    let message = match outcome {
        Outcome::Succeeded { outputs, resources, message } => {
            // A provisioner that sees no outputs leaves those that a customer's automation told.
            if !outputs.is_empty() {
                change.deployment.outputs = outputs;
            }
            change.target.resources = resources;
            message
        }
        Outcome::Failed { message, resources } => {
            if !resources.is_empty() {
                change.target.resources = resources;
            }
            Some(message)
        }
        Outcome::Cancelled { message: None } => Some(CANCELLED_BY_USER.to_owned()),
        Outcome::Cancelled { message: Some(more) } if more.starts_with(CANCELLED_BY_USER) => Some(more),
        Outcome::Cancelled { message: Some(more) } => Some(format!("{CANCELLED_BY_USER} {more}")),
    };
    change.target.message.clone_from(&message);
    change.deployment.message = message;
}

#[cfg(test)]
#[path = "lifecycle_tests.rs"]
mod tests;

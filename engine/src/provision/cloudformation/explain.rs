//! The sentences that a failed deployment's status message is made of. Pure.

use super::events;
use super::observation::{ChangeSet, Observation};
use crate::provision::Job;

/// Why the change set could not be made.
pub(super) fn change_set_failed(change_set: &ChangeSet) -> String {
    match &change_set.reason {
        Some(reason) => format!("CloudFormation could not make the change set: {reason}"),
        None => "CloudFormation could not make the change set and gave no reason.".to_owned(),
    }
}

/// Why the change set could not be executed.
pub(super) fn execution_failed(seen: &Observation) -> String {
    let reason = seen.change_set.as_ref().and_then(|change_set| change_set.reason.as_deref());
    match reason {
        Some(reason) => format!("CloudFormation could not execute the change set: {reason}"),
        None => format!("CloudFormation could not execute the change set. {}", state(seen)),
    }
}

/// Why the last operation failed: the first resource that did, and the state that the stack is left in.
pub(super) fn failure(job: &Job, seen: &Observation) -> String {
    if seen.stack.is_none() {
        return format!("Stack {} was deleted by someone else during the deployment. Deploy again.", job.stack_name);
    }
    with_cause(seen, String::new())
}

/// The stack can't be deployed to because its deletion failed.
pub(super) fn delete_failed(job: &Job, seen: &Observation) -> String {
    let advice = format!(
        "Remove what prevents it, or keep the resource with DeletionPolicy: Retain, then delete again; {} can't be \
         updated in this state.",
        job.stack_name
    );
    with_cause(seen, advice)
}

/// The rollback of an update failed.
pub(super) fn rollback_stuck(job: &Job, seen: &Observation) -> String {
    let advice = format!(
        "The rollback to the previous state failed too. Mend the cause; the next deployment continues the rollback \
         first. If a resource can't be restored, continue it by hand: aws cloudformation continue-update-rollback \
         --stack-name {} --resources-to-skip LOGICAL_ID.",
        job.stack_name
    );
    with_cause(seen, advice)
}

/// The stack is in a state that only a person can mend.
pub(super) fn stuck(job: &Job, seen: &Observation) -> String {
    with_cause(seen, format!("The engine can't mend this state: mend or delete stack {} by hand.", job.stack_name))
}

/// The cancellation was refused and the update ended.
pub(super) fn cancel_refused(message: &str, seen: &Observation) -> String {
    format!("The cancellation failed: {message} The update went on to its end. {}", state(seen))
}

fn with_cause(seen: &Observation, advice: String) -> String {
    let parts = [events::first_failure(&seen.events).unwrap_or_default(), state(seen), advice];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// The state that the stack is in, with CloudFormation's reason unless a resource's own is told already.
fn state(seen: &Observation) -> String {
    let Some(stack) = &seen.stack else { return String::new() };
    let status = stack.status.as_str();
    match &stack.reason {
        Some(reason) => format!("The stack is in {status}: {}", events::sentence(reason)),
        None => format!("The stack is in {status}."),
    }
}

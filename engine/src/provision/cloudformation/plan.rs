//! What to do next about a stack. Pure and total: every state of the stack, the change set and the memory has an answer.
//!
//! "Executed" means that this deployment made the stack or executed its change set, which is read from what is observed
//! ([`Observation::executed`]) and only confirmed by memory. The first four columns begin without a change set of ours,
//! with none of the memory set. `create` makes the stack; `fill` and `update` make a change set, for a stack in review
//! and for one that exists; `clear` deletes a stack that never came to be, `undo` one whose creation is cancelled.
//!
//! | stack | not executed | executed | executed, cancel wanted | delete wanted |
//! |---|---|---|---|---|
//! | none | create | failed | cancelled | succeeded |
//! | REVIEW_IN_PROGRESS | fill | wait | wait | delete |
//! | CREATE_IN_PROGRESS | wait | wait | undo | wait |
//! | CREATE_COMPLETE | update | succeeded | succeeded | delete |
//! | CREATE_FAILED | clear | failed | failed | delete |
//! | ROLLBACK_IN_PROGRESS | wait | wait | wait | wait |
//! | ROLLBACK_COMPLETE | clear | failed | failed | delete |
//! | ROLLBACK_FAILED | clear | failed | failed | delete |
//! | UPDATE_IN_PROGRESS | wait | wait | cancel | wait |
//! | UPDATE_COMPLETE_CLEANUP_IN_PROGRESS | wait | wait | wait | wait |
//! | UPDATE_COMPLETE | update | succeeded | succeeded | delete |
//! | UPDATE_FAILED | update | failed | failed | delete |
//! | UPDATE_ROLLBACK_IN_PROGRESS | wait | wait | wait | wait |
//! | UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS | wait | wait | wait | wait |
//! | UPDATE_ROLLBACK_COMPLETE | update | failed | failed, or cancelled if our cancellation did it | delete |
//! | UPDATE_ROLLBACK_FAILED | continue | failed | failed | delete |
//! | DELETE_IN_PROGRESS | wait | wait | wait | wait |
//! | DELETE_COMPLETE | create | failed | cancelled | succeeded |
//! | DELETE_FAILED | failed | failed | failed | delete, or failed if this deletion did it |
//! | IMPORT_IN_PROGRESS | wait | wait | wait | wait |
//! | IMPORT_COMPLETE | update | succeeded | succeeded | delete |
//! | IMPORT_ROLLBACK_IN_PROGRESS | wait | wait | wait | wait |
//! | IMPORT_ROLLBACK_COMPLETE | update | failed | failed | delete |
//! | IMPORT_ROLLBACK_FAILED | failed | failed | failed | delete |
//!
//! A change set of ours that isn't executed yet, on a stack in review or updatable:
//!
//! | change set | cancel not wanted | cancel wanted |
//! |---|---|---|
//! | none | fill or update | cancelled |
//! | pending | wait | wait |
//! | ready | execute | tidy, cancelled |
//! | obsolete | discard | tidy, cancelled |
//! | failed, no changes | conclude no changes | tidy, cancelled |
//! | failed | conclude failed | tidy, cancelled |
//! | deleting | wait | wait |

use super::explain;
use super::memory::{Cancel, Ending, Memory};
use super::names::Names;
use super::observation::{ChangeSet, ChangeSetState, Observation, Stack};
use super::status::{Phase, StackStatus};
use crate::provision::{Job, JobOperation};

/// The next thing to do.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Action {
    /// Look again later.
    Wait,
    /// Make the stack.
    CreateStack,
    /// Make the change set; `new` for a stack in review.
    CreateChangeSet { new: bool },
    /// Execute it.
    ExecuteChangeSet,
    /// Delete it, because it is obsolete, and begin again.
    DiscardChangeSet,
    /// Delete what the failed creation of an earlier deployment left, and begin again.
    Clear,
    /// Delete the stack whose creation is cancelled.
    Undo,
    /// `CancelUpdateStack`.
    Cancel,
    /// `ContinueUpdateRollback`.
    ContinueRollback,
    /// Delete the stack: that is the job.
    Delete,
    /// Write down how it ends; then [`Action::Tidy`].
    Conclude(Ending),
    /// Delete the change set as well as possible, then finish.
    Tidy(Ending),
    /// Finish.
    Finish(Ending),
}

/// Decides.
pub(super) fn plan(job: &Job, memory: &Memory, seen: &Observation) -> Action {
    let names = Names::of(job);
    if job.operation == JobOperation::Delete {
        return deletion(job, &names, memory, seen);
    }
    if let Some(ending) = &memory.ending {
        return finish(seen, ending.clone());
    }
    if memory.executed || seen.executed(&names) {
        executed(job, &names, memory, seen)
    } else if job.cancel_requested {
        cancelled_early(seen)
    } else {
        prepare(job, memory, seen)
    }
}

/// Whether the decision needs the events: to explain a failure, or to recognise what the change set can't show.
pub(super) fn needs_events(job: &Job, memory: &Memory, seen: &Observation) -> bool {
    let Some(stack) = &seen.stack else { return false };
    let unproven = seen.change_set.is_none() && !memory.executed && stack.status.phase() != Phase::Review;
    stack.status.tells_of_failure() || (job.operation != JobOperation::Delete && unproven)
}

fn finish(seen: &Observation, ending: Ending) -> Action {
    match seen.change_set {
        Some(_) => Action::Tidy(ending),
        None => Action::Finish(ending),
    }
}

/// Cancelled before anything was executed.
fn cancelled_early(seen: &Observation) -> Action {
    match seen.change_set.as_ref().map(|change_set| change_set.state) {
        // A change set that is still being made can't be deleted.
        Some(ChangeSetState::Pending | ChangeSetState::Deleting) => Action::Wait,
        Some(_) | None => finish(seen, Ending::Cancelled),
    }
}

/// On the way to a stack that is being created or updated.
fn prepare(job: &Job, memory: &Memory, seen: &Observation) -> Action {
    match seen.phase() {
        Phase::Gone => Action::CreateStack,
        Phase::Review => change_set(seen, true),
        Phase::Updatable => change_set(seen, false),
        Phase::Busy => Action::Wait,
        Phase::NeverCreated => Action::Clear,
        Phase::RollbackStuck if !memory.continued => Action::ContinueRollback,
        Phase::RollbackStuck => failed(explain::rollback_stuck(job, seen)),
        Phase::Stuck => failed(explain::stuck(job, seen)),
        Phase::DeleteFailed => failed(explain::delete_failed(job, seen)),
    }
}

fn change_set(seen: &Observation, new: bool) -> Action {
    let Some(change_set) = &seen.change_set else {
        return Action::CreateChangeSet { new };
    };
    match change_set.state {
        ChangeSetState::Ready => Action::ExecuteChangeSet,
        ChangeSetState::Obsolete => Action::DiscardChangeSet,
        ChangeSetState::Failed if !new && has_no_changes(change_set) => Action::Conclude(Ending::NoChanges),
        ChangeSetState::Failed => Action::Conclude(Ending::Failed(explain::change_set_failed(change_set))),
        ChangeSetState::Pending
        | ChangeSetState::Deleting
        | ChangeSetState::Executing
        | ChangeSetState::Executed
        | ChangeSetState::ExecutionFailed => Action::Wait,
    }
}

/// The two sentences by which CloudFormation says so; there is no code for it.
fn has_no_changes(change_set: &ChangeSet) -> bool {
    let says = |sentence| change_set.reason.as_deref().is_some_and(|reason| reason.contains(sentence));
    says("didn't contain changes") || says("No updates are to be performed")
}

/// After this deployment made the stack or executed its change set.
fn executed(job: &Job, names: &Names, memory: &Memory, seen: &Observation) -> Action {
    let Some(stack) = &seen.stack else { return gone(job, seen) };
    match seen.change_set.as_ref().map(|change_set| change_set.state) {
        Some(ChangeSetState::Executing) if !names_ours(stack, names) => Action::Wait,
        Some(ChangeSetState::ExecutionFailed) if seems_untouched(stack) => failed(explain::execution_failed(seen)),
        _ => outcome(job, names, memory, seen, stack),
    }
}

/// An execution that has just begun may not show on the stack yet: the old state would be taken for the new one.
fn names_ours(stack: &Stack, names: &Names) -> bool {
    stack.change_set.as_deref().is_none_or(|arn| names.is_change_set(arn))
}

/// The execution failed before it touched the stack, which shows the end of an earlier operation.
fn seems_untouched(stack: &Stack) -> bool {
    match stack.status.phase() {
        Phase::Review => true,
        Phase::Updatable => !stack.status.tells_of_failure(),
        _ => false,
    }
}

fn outcome(job: &Job, names: &Names, memory: &Memory, seen: &Observation, stack: &Stack) -> Action {
    match stack.status.phase() {
        Phase::Gone => gone(job, seen),
        Phase::Review => Action::Wait,
        Phase::Busy => busy(job, memory, stack),
        Phase::Updatable if !stack.status.tells_of_failure() => match &memory.cancel {
            Some(Cancel::Refused(message)) => failed(explain::cancel_refused(message, seen)),
            _ => Action::Finish(Ending::Succeeded),
        },
        _ if cancellation_did_it(job, names, memory, seen, stack) => Action::Finish(Ending::Cancelled),
        Phase::RollbackStuck => failed(explain::rollback_stuck(job, seen)),
        _ => failed(explain::failure(job, seen)),
    }
}

/// While CloudFormation works on it: cancel once if that is wanted and possible.
fn busy(job: &Job, memory: &Memory, stack: &Stack) -> Action {
    if !job.cancel_requested || memory.cancel.is_some() {
        Action::Wait
    } else if stack.status.is(StackStatus::UpdateInProgress) {
        Action::Cancel
    } else if stack.status.is(StackStatus::CreateInProgress) {
        Action::Undo
    } else {
        Action::Wait
    }
}

/// An update that was rolled back by our cancellation, and not by a failure of its own.
fn cancellation_did_it(job: &Job, names: &Names, memory: &Memory, seen: &Observation, stack: &Stack) -> bool {
    let accepted = memory.cancel == Some(Cancel::Accepted) || seen.has_token(&names.cancel_token());
    job.cancel_requested && accepted && stack.status.is(StackStatus::UpdateRollbackComplete)
}

/// The stack is gone: by our cancellation of its creation, or by someone else.
fn gone(job: &Job, seen: &Observation) -> Action {
    if job.cancel_requested { Action::Finish(Ending::Cancelled) } else { failed(explain::failure(job, seen)) }
}

fn deletion(job: &Job, names: &Names, memory: &Memory, seen: &Observation) -> Action {
    match seen.phase() {
        Phase::Gone => Action::Finish(Ending::Succeeded),
        Phase::Busy => Action::Wait,
        // The token tells a deletion that failed just now from one that failed earlier and is tried again.
        Phase::DeleteFailed if memory.deleting || seen.has_token(&names.delete_token()) => {
            failed(explain::delete_failed(job, seen))
        }
        _ => Action::Delete,
    }
}

fn failed(message: String) -> Action {
    Action::Finish(Ending::Failed(message))
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;

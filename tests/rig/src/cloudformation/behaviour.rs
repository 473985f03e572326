//! How stacks behave, by the name.

use std::collections::BTreeMap;
use std::time::Duration;

/// How the stacks of a name behave. The default: everything succeeds at once.
#[derive(Clone, Debug, Default)]
pub struct Behaviour {
    /// How long a change set is in the making.
    pub change_set: Duration,
    /// How long a creation or an update takes.
    pub duration: Duration,
    /// How long a rollback takes.
    pub rollback: Duration,
    /// How long a deletion takes.
    pub deletion: Duration,
    /// A resource that fails in creations and updates, which are then rolled back.
    pub fail: Option<Failure>,
    /// Why change sets can't be made.
    pub fail_change_set: Option<String>,
    /// What a cancellation does.
    pub cancel: Cancellation,
    /// A resource that can't be rolled back after an update: the stack ends in `UPDATE_ROLLBACK_FAILED`.
    pub fail_rollback: Option<Failure>,
    /// Continuing the rollback succeeds all the same.
    pub continue_succeeds: bool,
    /// A resource that can't be deleted: the stack ends in `DELETE_FAILED`.
    pub fail_deletion: Option<Failure>,
    /// How many more calls of an action are throttled, by the action's name (`*`: of any).
    pub throttle: BTreeMap<String, u32>,
    /// Actions that are denied.
    pub deny: Vec<String>,
    /// The executed change set can't be described any more, as if CloudFormation had dropped it.
    pub forget_change_sets: bool,
    /// Outputs beside the template's own, or in their place.
    pub outputs: BTreeMap<String, String>,
}

/// A resource that fails.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Its logical id. The template need not have it.
    pub resource: String,
    /// CloudFormation's reason.
    pub reason: String,
}

/// What `CancelUpdateStack` does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cancellation {
    /// The update is rolled back.
    #[default]
    Honoured,
    /// The update is just over: the call is refused and the stack ends in `UPDATE_COMPLETE`.
    TooLate,
    /// The call is taken but the rollback fails: the stack ends in `UPDATE_ROLLBACK_FAILED`.
    Fails,
}

impl Failure {
    /// A resource that fails for a reason.
    pub fn new(resource: &str, reason: &str) -> Self {
        Self { resource: resource.to_owned(), reason: reason.to_owned() }
    }
}

impl Behaviour {
    /// True if a call is to be throttled; counts it.
    pub(super) fn takes_throttle(&mut self, action: &str) -> bool {
        let key = if self.throttle.contains_key(action) { action } else { "*" };
        match self.throttle.get_mut(key) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }

    pub(super) fn denies(&self, action: &str) -> bool {
        self.deny.iter().any(|denied| denied == action)
    }
}

//! What is seen of a stack in one pass. Plain values; [`super::observe`] fills them.

use super::names::Names;
use super::status::{Phase, StackStatus};

/// Everything that a decision rests on.
#[derive(Clone, Debug, Default)]
pub(super) struct Observation {
    /// The stack; absent if there is none of the name.
    pub(super) stack: Option<Stack>,
    /// This deployment's change set; absent if there is none of its name.
    pub(super) change_set: Option<ChangeSet>,
    /// Events of the stack's last operation, oldest first; looked at only where they matter.
    pub(super) events: Vec<Event>,
}

/// A stack.
#[derive(Clone, Debug)]
pub(super) struct Stack {
    pub(super) arn: String,
    pub(super) status: Status,
    pub(super) reason: Option<String>,
    /// ARN of the change set that was executed last.
    pub(super) change_set: Option<String>,
    pub(super) outputs: Vec<(String, String)>,
}

/// A stack's state, also one that this version doesn't know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Known(StackStatus),
    Unknown(String),
}

impl Status {
    pub(super) fn parse(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Unknown(text.to_owned()), Self::Known)
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Known(status) => status.as_str(),
            Self::Unknown(text) => text,
        }
    }

    /// An unknown state counts as busy if its name says so.
    pub(super) fn phase(&self) -> Phase {
        match self {
            Self::Known(status) => status.phase(),
            Self::Unknown(text) if text.ends_with("_IN_PROGRESS") => Phase::Busy,
            Self::Unknown(_) => Phase::Stuck,
        }
    }

    pub(super) fn is(&self, status: StackStatus) -> bool {
        *self == Self::Known(status)
    }

    pub(super) fn tells_of_failure(&self) -> bool {
        match self {
            Self::Known(status) => status.tells_of_failure(),
            Self::Unknown(_) => true,
        }
    }
}

/// A change set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ChangeSet {
    pub(super) state: ChangeSetState,
    pub(super) reason: Option<String>,
}

/// `Status` and `ExecutionStatus` of a change set as one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChangeSetState {
    /// CloudFormation still computes it, or can't execute it yet.
    Pending,
    /// It can be executed.
    Ready,
    /// The stack has changed since; it can't be executed any more.
    Obsolete,
    /// It could not be made.
    Failed,
    /// It is being deleted.
    Deleting,
    /// It is being executed.
    Executing,
    /// It was executed.
    Executed,
    /// Its execution failed.
    ExecutionFailed,
}

impl ChangeSetState {
    /// Puts the API's two states together. `EXECUTE_…` wins: it is the proof that the change set was executed.
    pub(super) fn of(status: &str, execution: &str) -> Self {
        match (status, execution) {
            (_, "EXECUTE_IN_PROGRESS") => Self::Executing,
            (_, "EXECUTE_COMPLETE") => Self::Executed,
            (_, "EXECUTE_FAILED") => Self::ExecutionFailed,
            ("FAILED" | "DELETE_FAILED", _) => Self::Failed,
            ("DELETE_PENDING" | "DELETE_IN_PROGRESS" | "DELETE_COMPLETE", _) => Self::Deleting,
            (_, "OBSOLETE") => Self::Obsolete,
            ("CREATE_COMPLETE", "AVAILABLE") => Self::Ready,
            _ => Self::Pending,
        }
    }

    fn is_executed(self) -> bool {
        matches!(self, Self::Executing | Self::Executed | Self::ExecutionFailed)
    }
}

/// One event of a stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) logical_id: String,
    pub(super) physical_id: String,
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) reason: Option<String>,
    pub(super) token: Option<String>,
}

impl Observation {
    /// Whether this deployment ever made the stack or executed its change set, by what is seen alone.
    ///
    /// The change set's own execution status proves it. Where there is no change set (any more), the stack names the
    /// one that was executed last, or the events of the last operation carry this deployment's token.
    pub(super) fn executed(&self, names: &Names) -> bool {
        match (&self.change_set, &self.stack) {
            (Some(change_set), _) => change_set.state.is_executed(),
            (None, None) => false,
            (None, Some(stack)) => {
                let named = stack.change_set.as_deref().is_some_and(|arn| names.is_change_set(arn));
                (named && stack.status.phase() != Phase::Review) || self.has_token(&names.execute_token())
            }
        }
    }

    /// True if an event of the last operation carries the token.
    pub(super) fn has_token(&self, token: &str) -> bool {
        self.events.iter().any(|event| event.token.as_deref() == Some(token))
    }

    /// The stack's phase; a stack that isn't there is gone.
    pub(super) fn phase(&self) -> Phase {
        self.stack.as_ref().map_or(Phase::Gone, |stack| stack.status.phase())
    }
}

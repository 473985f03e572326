//! The state machine of everything that is deployed: environments, service instances, pipelines, components.
//!
//! A target has one state and at most one running deployment. A request of a client or an outcome of a
//! provisioner is an [`Event`]; [`step`] gives the next state and what has to be recorded with it, or says why
//! not. A cell of the table is `NEXT: effects`, or `- Reason` when the event is refused. A cell in parentheses
//! holds for components only, whose creation can be cancelled; the others are refused `CreateNotCancellable`.
//!
//! | state | create | update | cancel | delete | succeeded | failed | cancelled |
//! |---|---|---|---|---|---|---|---|
//! | ABSENT | CREATING: queue | - Gone | - Gone | - Gone | - Settled | - Settled | - Settled |
//! | CREATING | - Exists | - Running | (CANCELLING: hasten) | - Running | SUCCEEDED: settle keep | FAILED: settle | CANCELLED: settle |
//! | UPDATING | - Exists | - Running | CANCELLING: hasten | - Running | SUCCEEDED: settle keep | FAILED: settle | CANCELLED: settle |
//! | CANCELLING | - Exists | - Cancelling | - Cancelling | - Cancelling | SUCCEEDED: settle keep | FAILED: settle | CANCELLED: settle |
//! | SUCCEEDED | - Exists | UPDATING: queue | - NothingRunning | DELETE_IN_PROGRESS: queue | - Settled | - Settled | - Settled |
//! | FAILED | - Exists | UPDATING: queue | - NothingRunning | DELETE_IN_PROGRESS: queue | - Settled | - Settled | - Settled |
//! | CANCELLED | - Exists | UPDATING: queue | - NothingRunning | DELETE_IN_PROGRESS: queue | - Settled | - Settled | - Settled |
//! | DELETE_IN_PROGRESS | - Deleting | - Deleting | - Deleting | DELETE_IN_PROGRESS: | DELETE_COMPLETE: settle forget | DELETE_FAILED: settle | DELETE_FAILED: settle |
//! | DELETE_FAILED | - DeleteFailed | - DeleteFailed | - NothingRunning | DELETE_IN_PROGRESS: queue | - Settled | - Settled | - Settled |
//! | DELETE_COMPLETE | - Gone | - Gone | - Gone | - Gone | - Settled | - Settled | - Settled |
//!
//! Sources: AWS Proton User Guide, pages ag-env-update, ag-env-delete, ag-components-states; API model, `Cancel*`.
//! Where they are silent a clash of states is refused with ConflictException, and a failed target can be
//! updated and deleted.

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::target::TargetKind;

/// Where a target's deployment stands. `Creating` and `Updating` are both shown as IN_PROGRESS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// There is no such target.
    Absent,
    /// The first deployment runs.
    Creating,
    /// A later deployment runs.
    Updating,
    /// The running deployment was asked to stop, and has not yet.
    Cancelling,
    /// The last deployment succeeded.
    Succeeded,
    /// The last deployment failed; what was deployed before it still counts.
    Failed,
    /// The last deployment was cancelled; what was deployed before it still counts.
    Cancelled,
    /// Everything that was provisioned is being removed.
    DeleteInProgress,
    /// Removal failed and can be asked for again.
    DeleteFailed,
    /// Removed; the target is dropped together with this transition.
    DeleteComplete,
}

impl State {
    /// The word that the store keeps.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The API's DeploymentStatus for this state (API model, shape DeploymentStatus).
    pub fn status(self) -> &'static str {
        match self {
            Self::Absent | Self::Creating | Self::Updating => "IN_PROGRESS",
            other => other.name(),
        }
    }

    /// Whether a deployment of the target is running, so that the outbox must hold a row for it.
    pub fn is_running(self) -> bool {
        matches!(self, Self::Creating | Self::Updating | Self::Cancelling | Self::DeleteInProgress)
    }
}

/// What happens to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// A client creates it.
    Create,
    /// A client deploys it anew.
    Update,
    /// A client cancels the running deployment.
    Cancel,
    /// A client deletes it.
    Delete,
    /// The provisioner finished what was asked.
    Succeeded,
    /// The provisioner gave up.
    Failed,
    /// The provisioner stopped and restored what was there before.
    Cancelled,
}

/// What is recorded in the same transaction as the new state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Effect {
    /// A new deployment record, and an outbox row that is due now.
    Queue,
    /// The running deployment's outbox row becomes due now.
    Hasten,
    /// The deployment record is complete and its outbox row is removed.
    Settle,
    /// The deployment is the last succeeded one from now on.
    Keep,
    /// The target and all that belongs to it is dropped.
    Forget,
}

/// An accepted event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The next state.
    pub state: State,
    /// What is recorded with it.
    pub effects: &'static [Effect],
}

/// Why an event is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr)]
pub enum Reason {
    /// There is no such target.
    Gone,
    /// There is one already.
    Exists,
    /// A deployment runs.
    Running,
    /// A deployment runs and is being cancelled.
    Cancelling,
    /// Only updates can be cancelled, and this is the first deployment.
    CreateNotCancellable,
    /// No deployment runs.
    NothingRunning,
    /// It is being deleted.
    Deleting,
    /// Its deletion failed; only another deletion is possible.
    DeleteFailed,
    /// The deployment has ended; a late outcome changes nothing.
    Settled,
}

/// Decides what `event` does to a target of `kind` in `state`.
pub fn step(kind: TargetKind, state: State, event: Event) -> Result<Transition, Reason> {
    match event {
        Event::Create => create(state),
        Event::Update => update(state),
        Event::Cancel => cancel(kind, state),
        Event::Delete => delete(state),
        Event::Succeeded | Event::Failed | Event::Cancelled => outcome(state, event),
    }
}

fn to(state: State, effects: &'static [Effect]) -> Result<Transition, Reason> {
    Ok(Transition { state, effects })
}

fn create(state: State) -> Result<Transition, Reason> {
    match state {
        State::Absent => to(State::Creating, &[Effect::Queue]),
        State::DeleteInProgress => Err(Reason::Deleting),
        State::DeleteFailed => Err(Reason::DeleteFailed),
        State::DeleteComplete => Err(Reason::Gone),
        _ => Err(Reason::Exists),
    }
}

fn update(state: State) -> Result<Transition, Reason> {
    match state {
        State::Succeeded | State::Failed | State::Cancelled => to(State::Updating, &[Effect::Queue]),
        State::Creating | State::Updating => Err(Reason::Running),
        State::Cancelling => Err(Reason::Cancelling),
        State::DeleteInProgress => Err(Reason::Deleting),
        State::DeleteFailed => Err(Reason::DeleteFailed),
        State::Absent | State::DeleteComplete => Err(Reason::Gone),
    }
}

fn cancel(kind: TargetKind, state: State) -> Result<Transition, Reason> {
    match state {
        State::Updating => to(State::Cancelling, &[Effect::Hasten]),
        State::Creating if kind == TargetKind::Component => to(State::Cancelling, &[Effect::Hasten]),
        State::Creating => Err(Reason::CreateNotCancellable),
        State::Cancelling => Err(Reason::Cancelling),
        State::DeleteInProgress => Err(Reason::Deleting),
        State::Absent | State::DeleteComplete => Err(Reason::Gone),
        State::Succeeded | State::Failed | State::Cancelled | State::DeleteFailed => Err(Reason::NothingRunning),
    }
}

fn delete(state: State) -> Result<Transition, Reason> {
    match state {
        State::Creating | State::Updating => Err(Reason::Running),
        State::Cancelling => Err(Reason::Cancelling),
        State::DeleteInProgress => to(State::DeleteInProgress, &[]),
        State::Absent | State::DeleteComplete => Err(Reason::Gone),
        State::Succeeded | State::Failed | State::Cancelled | State::DeleteFailed => {
            to(State::DeleteInProgress, &[Effect::Queue])
        }
    }
}

fn outcome(state: State, event: Event) -> Result<Transition, Reason> {
    match (state, event) {
        (State::DeleteInProgress, Event::Succeeded) => to(State::DeleteComplete, &[Effect::Settle, Effect::Forget]),
        (State::DeleteInProgress, _) => to(State::DeleteFailed, &[Effect::Settle]),
        (State::Creating | State::Updating | State::Cancelling, Event::Succeeded) => {
            to(State::Succeeded, &[Effect::Settle, Effect::Keep])
        }
        (State::Creating | State::Updating | State::Cancelling, Event::Cancelled) => to(State::Cancelled, &[Effect::Settle]),
        (State::Creating | State::Updating | State::Cancelling, _) => to(State::Failed, &[Effect::Settle]),
        _ => Err(Reason::Settled),
    }
}

#[cfg(test)]
#[path = "deployment_tests.rs"]
mod tests;

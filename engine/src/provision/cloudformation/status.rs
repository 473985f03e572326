//! The states of a stack (CloudFormation API reference, `Stack.StackStatus`).

use strum::{EnumString, IntoStaticStr, VariantArray};

/// A stack's state, by CloudFormation's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum StackStatus {
    ReviewInProgress,
    CreateInProgress,
    CreateComplete,
    CreateFailed,
    RollbackInProgress,
    RollbackComplete,
    RollbackFailed,
    UpdateInProgress,
    UpdateCompleteCleanupInProgress,
    UpdateComplete,
    UpdateFailed,
    UpdateRollbackInProgress,
    UpdateRollbackCompleteCleanupInProgress,
    UpdateRollbackComplete,
    UpdateRollbackFailed,
    DeleteInProgress,
    DeleteComplete,
    DeleteFailed,
    ImportInProgress,
    ImportComplete,
    ImportRollbackInProgress,
    ImportRollbackComplete,
    ImportRollbackFailed,
}

/// What a state means for a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// There is no stack.
    Gone,
    /// A name that waits for its first change set to be executed.
    Review,
    /// CloudFormation is at work.
    Busy,
    /// Changes can be made. `UPDATE_ROLLBACK_COMPLETE` counts: the previous state works.
    Updatable,
    /// The first deployment failed; nothing can be done with the stack but delete it.
    NeverCreated,
    /// A rollback failed; it must be continued before anything else.
    RollbackStuck,
    /// Beyond what this provisioner can mend.
    Stuck,
    /// A deletion failed.
    DeleteFailed,
}

impl StackStatus {
    /// CloudFormation's word.
    pub(super) fn as_str(self) -> &'static str {
        self.into()
    }

    pub(super) fn phase(self) -> Phase {
        match self {
            Self::ReviewInProgress => Phase::Review,
            Self::CreateInProgress
            | Self::RollbackInProgress
            | Self::UpdateInProgress
            | Self::UpdateCompleteCleanupInProgress
            | Self::UpdateRollbackInProgress
            | Self::UpdateRollbackCompleteCleanupInProgress
            | Self::DeleteInProgress
            | Self::ImportInProgress
            | Self::ImportRollbackInProgress => Phase::Busy,
            Self::CreateComplete
            | Self::UpdateComplete
            | Self::UpdateFailed
            | Self::UpdateRollbackComplete
            | Self::ImportComplete
            | Self::ImportRollbackComplete => Phase::Updatable,
            Self::CreateFailed | Self::RollbackComplete | Self::RollbackFailed => Phase::NeverCreated,
            Self::UpdateRollbackFailed => Phase::RollbackStuck,
            Self::ImportRollbackFailed => Phase::Stuck,
            Self::DeleteFailed => Phase::DeleteFailed,
            Self::DeleteComplete => Phase::Gone,
        }
    }

    /// True in the states that a failed operation leaves: the events say why.
    pub(super) fn tells_of_failure(self) -> bool {
        matches!(
            self,
            Self::CreateFailed
                | Self::RollbackComplete
                | Self::RollbackFailed
                | Self::UpdateFailed
                | Self::UpdateRollbackComplete
                | Self::UpdateRollbackFailed
                | Self::DeleteFailed
                | Self::ImportRollbackComplete
                | Self::ImportRollbackFailed
        )
    }
}

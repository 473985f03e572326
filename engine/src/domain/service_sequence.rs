//! The state machine of a whole service: in which order its instances and its pipeline are deployed and removed.
//!
//! A stage that runs waits for deployments; when the last of them has ended, `succeeded` or `failed` (at least one did
//! not succeed) leads to the next stage. A stage that has nothing to wait for succeeds at once, as the pipeline stages
//! of a service without a pipeline do. A cell is `NEXT: effects`, or `- Reason` when the event is refused.
//!
//! | stage | create | update | delete | succeeded | failed |
//! |---|---|---|---|---|---|
//! | ABSENT | CREATING_INSTANCES: deploy_new | - Gone | - Gone | - Idle | - Idle |
//! | CREATING_INSTANCES | - Exists | - Creating | - Creating | CREATING_PIPELINE: deploy_pipeline | CREATE_FAILED: refuse_pipeline |
//! | CREATING_PIPELINE | - Exists | - Creating | - Creating | ACTIVE: | CREATE_FAILED: |
//! | ACTIVE | - Exists | ADDING_INSTANCES: deploy_new | DELETING: delete_all | - Idle | - Idle |
//! | CREATE_FAILED | - Exists | ADDING_INSTANCES: deploy_new | DELETING: delete_all | - Idle | - Idle |
//! | ADDING_INSTANCES | - Exists | - Updating | - Updating | REMOVING_INSTANCES: delete_removed | CLEANING_UP: restore_spec delete_new |
//! | REMOVING_INSTANCES | - Exists | - Updating | - Updating | UPDATING_PIPELINE: deploy_pipeline | UPDATING_PIPELINE_WITH_REMAINS: deploy_pipeline |
//! | UPDATING_PIPELINE | - Exists | - Updating | - Updating | ACTIVE: | UPDATE_FAILED: |
//! | UPDATING_PIPELINE_WITH_REMAINS | - Exists | - Updating | - Updating | UPDATE_COMPLETE_CLEANUP_FAILED: | UPDATE_FAILED: |
//! | CLEANING_UP | - Exists | - Updating | - Updating | UPDATE_FAILED_CLEANUP_COMPLETE: | UPDATE_FAILED_CLEANUP_FAILED: |
//! | UPDATE_FAILED | - Exists | ADDING_INSTANCES: deploy_new | DELETING: delete_all | - Idle | - Idle |
//! | UPDATE_FAILED_CLEANUP_COMPLETE | - Exists | ADDING_INSTANCES: deploy_new | DELETING: delete_all | - Idle | - Idle |
//! | UPDATE_FAILED_CLEANUP_FAILED | - Exists | ADDING_INSTANCES: deploy_new | DELETING: delete_all | - Idle | - Idle |
//! | UPDATE_COMPLETE_CLEANUP_FAILED | - Exists | ADDING_INSTANCES: deploy_new | DELETING: delete_all | - Idle | - Idle |
//! | DELETING | - Deleting | - Deleting | DELETING: | GONE: forget | DELETE_FAILED: |
//! | DELETE_FAILED | - DeleteFailed | - DeleteFailed | DELETING: delete_all | - Idle | - Idle |
//! | GONE | - Gone | - Gone | - Gone | - Idle | - Idle |
//!
//! Sources: AWS Proton User Guide, pages ag-create-svc, ag-svc-update, ag-svc-delete; API model, shape ServiceStatus and
//! the waiters. They do not say which failed creation is cleaned up; here none is, so that a failed instance can be
//! repaired, and the failed service can be updated.

use strum::{EnumString, IntoStaticStr, VariantArray};

/// What a service is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Stage {
    /// There is no such service.
    Absent,
    /// The first instances are being deployed.
    CreatingInstances,
    /// The pipeline is being deployed for the first time.
    CreatingPipeline,
    /// Usable.
    Active,
    /// An instance or the pipeline of the creation failed.
    CreateFailed,
    /// The instances that an update added are being deployed.
    AddingInstances,
    /// The instances that an update removed are being deleted.
    RemovingInstances,
    /// The pipeline is deployed again, for the new set of instances.
    UpdatingPipeline,
    /// The same, after a removed instance could not be deleted.
    UpdatingPipelineWithRemains,
    /// An added instance failed: all that were added are being deleted.
    CleaningUp,
    /// The pipeline's part of an update failed.
    UpdateFailed,
    /// An added instance failed, and all that were added are gone.
    UpdateFailedCleanupComplete,
    /// An added instance failed, and some that were added could not be deleted.
    UpdateFailedCleanupFailed,
    /// The update is done but for removed instances that could not be deleted.
    UpdateCompleteCleanupFailed,
    /// Everything is being deleted.
    Deleting,
    /// Something could not be deleted.
    DeleteFailed,
    /// Everything is deleted; the service is dropped together with this transition.
    Gone,
}

impl Stage {
    /// The word that the store keeps.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The API's ServiceStatus for this stage (API model, shape ServiceStatus).
    pub fn status(self) -> &'static str {
        match self {
            Self::Absent | Self::CreatingInstances | Self::CreatingPipeline => "CREATE_IN_PROGRESS",
            Self::AddingInstances | Self::RemovingInstances | Self::UpdatingPipeline | Self::UpdatingPipelineWithRemains => {
                "UPDATE_IN_PROGRESS"
            }
            Self::CleaningUp => "UPDATE_FAILED_CLEANUP_IN_PROGRESS",
            Self::Deleting | Self::Gone => "DELETE_IN_PROGRESS",
            other => other.name(),
        }
    }

    /// Whether it waits for deployments.
    pub fn is_running(self) -> bool {
        !matches!(step(self, Event::Succeeded), Err(Reason::Idle))
    }
}

/// What happens to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// A client creates it.
    Create,
    /// A client changes its set of instances.
    Update,
    /// A client deletes it.
    Delete,
    /// All that the stage waited for succeeded.
    Succeeded,
    /// All that the stage waited for ended, and not all succeeded.
    Failed,
}

/// What is done in the same transaction as the new stage is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Effect {
    /// The instances that the request names begin their first deployment.
    DeployNew,
    /// The pipeline, if the service has one, is deployed.
    DeployPipeline,
    /// The pipeline, if the service has one, is marked as failed, since an instance failed.
    RefusePipeline,
    /// The instances that the update left out are deleted, and those whose deletion failed before.
    DeleteRemoved,
    /// The instances that the update added are deleted.
    DeleteNew,
    /// The document is what it was before the update.
    RestoreSpec,
    /// All instances and the pipeline are deleted.
    DeleteAll,
    /// The service is dropped.
    Forget,
}

/// An accepted event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The next stage.
    pub stage: Stage,
    /// What is done with it.
    pub effects: &'static [Effect],
}

/// Why an event is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr)]
pub enum Reason {
    /// There is no such service.
    Gone,
    /// There is one already.
    Exists,
    /// It is being created.
    Creating,
    /// It is being updated.
    Updating,
    /// It is being deleted.
    Deleting,
    /// Its deletion failed; only another deletion is possible.
    DeleteFailed,
    /// The service waits for nothing; a late outcome changes nothing.
    Idle,
}

/// Decides what `event` does to a service in `stage`.
pub fn step(stage: Stage, event: Event) -> Result<Transition, Reason> {
    match event {
        Event::Create => create(stage),
        Event::Update => update(stage),
        Event::Delete => delete(stage),
        Event::Succeeded => succeeded(stage),
        Event::Failed => failed(stage),
    }
}

fn to(stage: Stage, effects: &'static [Effect]) -> Result<Transition, Reason> {
    Ok(Transition { stage, effects })
}

fn create(stage: Stage) -> Result<Transition, Reason> {
    match stage {
        Stage::Absent => to(Stage::CreatingInstances, &[Effect::DeployNew]),
        Stage::Deleting => Err(Reason::Deleting),
        Stage::DeleteFailed => Err(Reason::DeleteFailed),
        Stage::Gone => Err(Reason::Gone),
        _ => Err(Reason::Exists),
    }
}

fn update(stage: Stage) -> Result<Transition, Reason> {
    match busy(stage) {
        Some(reason) => Err(reason),
        None if stage == Stage::DeleteFailed => Err(Reason::DeleteFailed),
        None => to(Stage::AddingInstances, &[Effect::DeployNew]),
    }
}

fn delete(stage: Stage) -> Result<Transition, Reason> {
    match busy(stage) {
        Some(Reason::Deleting) => to(Stage::Deleting, &[]),
        Some(reason) => Err(reason),
        None => to(Stage::Deleting, &[Effect::DeleteAll]),
    }
}

/// Why no request can begin anything now.
fn busy(stage: Stage) -> Option<Reason> {
    match stage {
        Stage::Absent | Stage::Gone => Some(Reason::Gone),
        Stage::CreatingInstances | Stage::CreatingPipeline => Some(Reason::Creating),
        Stage::AddingInstances
        | Stage::RemovingInstances
        | Stage::UpdatingPipeline
        | Stage::UpdatingPipelineWithRemains
        | Stage::CleaningUp => Some(Reason::Updating),
        Stage::Deleting => Some(Reason::Deleting),
        _ => None,
    }
}

fn succeeded(stage: Stage) -> Result<Transition, Reason> {
    match stage {
        Stage::CreatingInstances => to(Stage::CreatingPipeline, &[Effect::DeployPipeline]),
        Stage::CreatingPipeline | Stage::UpdatingPipeline => to(Stage::Active, &[]),
        Stage::AddingInstances => to(Stage::RemovingInstances, &[Effect::DeleteRemoved]),
        Stage::RemovingInstances => to(Stage::UpdatingPipeline, &[Effect::DeployPipeline]),
        Stage::UpdatingPipelineWithRemains => to(Stage::UpdateCompleteCleanupFailed, &[]),
        Stage::CleaningUp => to(Stage::UpdateFailedCleanupComplete, &[]),
        Stage::Deleting => to(Stage::Gone, &[Effect::Forget]),
        _ => Err(Reason::Idle),
    }
}

fn failed(stage: Stage) -> Result<Transition, Reason> {
    match stage {
        Stage::CreatingInstances => to(Stage::CreateFailed, &[Effect::RefusePipeline]),
        Stage::CreatingPipeline => to(Stage::CreateFailed, &[]),
        Stage::AddingInstances => to(Stage::CleaningUp, &[Effect::RestoreSpec, Effect::DeleteNew]),
        Stage::RemovingInstances => to(Stage::UpdatingPipelineWithRemains, &[Effect::DeployPipeline]),
        Stage::UpdatingPipeline | Stage::UpdatingPipelineWithRemains => to(Stage::UpdateFailed, &[]),
        Stage::CleaningUp => to(Stage::UpdateFailedCleanupFailed, &[]),
        Stage::Deleting => to(Stage::DeleteFailed, &[]),
        _ => Err(Reason::Idle),
    }
}

#[cfg(test)]
#[path = "service_sequence_tests.rs"]
mod tests;

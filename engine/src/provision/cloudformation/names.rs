//! Names and tokens that a deployment's calls carry, made of its id alone: that is how a repeated pass recognises its
//! own change set, its own execution and its own cancellation.

use crate::provision::Job;

/// The names of one deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    id: String,
}

impl Names {
    pub(super) fn of(job: &Job) -> Self {
        let id = job.deployment_id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
        Self { id: id.collect() }
    }

    /// Change sets' names begin with a letter (API reference, `CreateChangeSet.ChangeSetName`).
    pub(super) fn change_set(&self) -> String {
        format!("proton-{}", self.id)
    }

    /// True if a change set's ARN is of this deployment's change set: `…:changeSet/<name>/<uuid>`.
    pub(super) fn is_change_set(&self, arn: &str) -> bool {
        arn.contains(&format!(":changeSet/{}/", self.change_set()))
    }

    /// Token of the creation or the execution; every event of the stack operation carries it.
    pub(super) fn execute_token(&self) -> String {
        self.id.clone()
    }

    /// Token of the cancellation.
    pub(super) fn cancel_token(&self) -> String {
        format!("{}-cancel", self.id)
    }

    /// Token of the continued rollback.
    pub(super) fn continue_token(&self) -> String {
        format!("{}-continue", self.id)
    }

    /// Token of a deletion that is itself the job.
    pub(super) fn delete_token(&self) -> String {
        format!("{}-delete", self.id)
    }

    /// Token of the deletion of a stack whose creation failed, to create it anew.
    pub(super) fn clear_token(&self) -> String {
        format!("{}-clear", self.id)
    }
}

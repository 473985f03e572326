//! Services: the record around instances and pipeline, and what requests make of it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::idempotency::Creation;
use super::refusal::Refusal;
use super::service_plan::Plan;
use super::service_sequence::{Event, Reason, Stage, Transition, step};
use super::version::VersionNumber;

/// A service (API model, shape Service).
#[derive(Clone, PartialEq, Eq)]
pub struct Service {
    /// Its name, unique in account and region.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its template, for its whole life.
    pub template_name: String,
    /// The version that it was created with. Instances and pipeline have versions of their own.
    pub version: VersionNumber,
    /// Its description. Sensitive.
    pub description: Option<String>,
    /// The repository that its pipeline builds.
    pub repository: Option<Repository>,
    /// The last accepted document. Sensitive.
    pub spec: String,
    /// What it is doing.
    pub stage: Stage,
    /// Why the last request failed. Sensitive.
    pub message: Option<String>,
    /// What the running sequence waits for.
    pub plan: Plan,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it changed last.
    pub modified_at: Timestamp,
    /// What is remembered of the create.
    pub creation: Creation,
}

/// The members repositoryConnectionArn, repositoryId and branchName.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repository {
    /// The connection's ARN.
    pub connection_arn: String,
    /// `owner/name`.
    pub id: String,
    /// The branch.
    pub branch: String,
}

impl fmt::Debug for Service {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Service").field("name", &self.name).field("stage", &self.stage).finish_non_exhaustive()
    }
}

/// How messages call it.
pub fn what(name: &str) -> String {
    format!("service {name}")
}

/// What an event makes of the service's stage, or the refusal in a sentence.
pub fn event(service: &Service, event: Event) -> Result<Transition, Refusal> {
    step(service.stage, event).map_err(|reason| refusal(reason, &service.name))
}

/// The refusal of an event on a service, in a sentence.
pub fn refusal(reason: Reason, name: &str) -> Refusal {
    let what = what(name);
    match reason {
        Reason::Gone | Reason::Idle => Refusal::NotFound(format!("The {what} does not exist.")),
        Reason::Exists => Refusal::Conflict(format!("The {what} exists already.")),
        Reason::Creating => {
            Refusal::Conflict(format!("The {what} is being created. Wait until its status is ACTIVE or CREATE_FAILED."))
        }
        Reason::Updating => Refusal::Conflict(format!("The {what} is being updated. Wait until that has ended.")),
        Reason::Deleting => Refusal::Conflict(format!("The {what} is being deleted.")),
        Reason::DeleteFailed => Refusal::Conflict(format!(
            "The deletion of the {what} failed. Remove the cause that the status messages of its instances and its pipeline name and delete it again."
        )),
    }
}

/// The repository of a create: all three members or none, and only for a template with a pipeline.
pub fn repository(
    connection_arn: Option<String>,
    id: Option<String>,
    branch: Option<String>,
    has_pipeline: bool,
) -> Result<Option<Repository>, Refusal> {
    match (connection_arn, id, branch) {
        (None, None, None) => Ok(None),
        _ if !has_pipeline => Err(Refusal::Invalid(
            "repositoryConnectionArn, repositoryId and branchName cannot be given: the service template has no pipeline."
                .to_owned(),
        )),
        (Some(connection_arn), Some(id), Some(branch)) => Ok(Some(Repository { connection_arn, id, branch })),
        _ => Err(Refusal::Invalid("repositoryConnectionArn, repositoryId and branchName must be given together.".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("", true, Some(false))]
    #[case("", false, Some(false))]
    #[case("cib", true, Some(true))]
    #[case("cib", false, None)]
    #[case("ci", true, None)]
    #[case("b", true, None)]
    fn a_repository_is_whole_and_for_a_pipeline(#[case] given: &str, #[case] has_pipeline: bool, #[case] expected: Option<bool>) {
        let member = |letter: char| given.contains(letter).then(|| letter.to_string());
        let found = repository(member('c'), member('i'), member('b'), has_pipeline);
        assert_eq!(found.ok().map(|repository| repository.is_some()), expected);
    }
}

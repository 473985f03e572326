//! Plain views of what the API returns: only the members that the operator uses, absent ones as `None`.
//!
//! Source of every member: the API model's shape of the same name (EnvironmentView is the shape Environment).

use jiff::Timestamp;

use super::sensitive::Sensitive;

/// `DeploymentStatus` of the API.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DeploymentStatus {
    /// A create or update runs.
    InProgress,
    /// The last deployment failed.
    Failed,
    /// The last deployment succeeded.
    Succeeded,
    /// The resource is being deleted.
    DeleteInProgress,
    /// The deletion failed and may be tried again.
    DeleteFailed,
    /// Only in deployment records: the resource is gone.
    DeleteComplete,
    /// A cancellation was accepted and is not finished.
    Cancelling,
    /// The last deployment was cancelled.
    Cancelled,
    /// A word that the model does not hold.
    Unknown(String),
}

impl DeploymentStatus {
    /// Reads the API's word.
    pub fn parse(word: &str) -> Self {
        match word {
            "IN_PROGRESS" => Self::InProgress,
            "FAILED" => Self::Failed,
            "SUCCEEDED" => Self::Succeeded,
            "DELETE_IN_PROGRESS" => Self::DeleteInProgress,
            "DELETE_FAILED" => Self::DeleteFailed,
            "DELETE_COMPLETE" => Self::DeleteComplete,
            "CANCELLING" => Self::Cancelling,
            "CANCELLED" => Self::Cancelled,
            other => Self::Unknown(other.to_owned()),
        }
    }

    /// The API's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Failed => "FAILED",
            Self::Succeeded => "SUCCEEDED",
            Self::DeleteInProgress => "DELETE_IN_PROGRESS",
            Self::DeleteFailed => "DELETE_FAILED",
            Self::DeleteComplete => "DELETE_COMPLETE",
            Self::Cancelling => "CANCELLING",
            Self::Cancelled => "CANCELLED",
            Self::Unknown(word) => word,
        }
    }

    /// Whether it changes by itself: something runs. An unknown word counts as running, so that nothing is started over it.
    pub fn is_running(&self) -> bool {
        matches!(self, Self::InProgress | Self::DeleteInProgress | Self::Cancelling | Self::Unknown(_))
    }
}

/// A linked repository and branch: `RepositoryBranch`, `RepositoryBranchInput`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryBranch {
    /// `branch`.
    pub branch: String,
    /// `name`, `owner/repository`.
    pub name: String,
    /// `provider`: GITHUB, GITHUB_ENTERPRISE or BITBUCKET.
    pub provider: String,
}

/// A customer tag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// `key`.
    pub key: String,
    /// `value`.
    pub value: String,
}

/// An environment as Get, Create, Update, Cancel and Delete return it. While an update runs, template version and spec are
/// still those of the last success; before the first success they are absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentView {
    /// `name`.
    pub name: String,
    /// `arn`.
    pub arn: String,
    /// `description`.
    pub description: Option<Sensitive>,
    /// `createdAt`.
    pub created_at: Timestamp,
    /// `lastDeploymentAttemptedAt`.
    pub last_deployment_attempted_at: Option<Timestamp>,
    /// `lastDeploymentSucceededAt`: when the last successful deployment was started.
    pub last_deployment_succeeded_at: Option<Timestamp>,
    /// `templateName`.
    pub template_name: String,
    /// `templateMajorVersion` of the deployed state.
    pub template_major_version: Option<String>,
    /// `templateMinorVersion` of the deployed state.
    pub template_minor_version: Option<String>,
    /// `deploymentStatus`.
    pub deployment_status: DeploymentStatus,
    /// `deploymentStatusMessage`.
    pub deployment_status_message: Option<Sensitive>,
    /// `protonServiceRoleArn`.
    pub proton_service_role_arn: Option<String>,
    /// `environmentAccountConnectionId`.
    pub environment_account_connection_id: Option<String>,
    /// `spec` of the deployed state.
    pub spec: Option<Sensitive>,
    /// Whether `provisioning` is CUSTOMER_MANAGED.
    pub customer_managed: bool,
    /// `provisioningRepository`.
    pub provisioning_repository: Option<RepositoryBranch>,
    /// `componentRoleArn`.
    pub component_role_arn: Option<String>,
    /// `codebuildRoleArn`.
    pub codebuild_role_arn: Option<String>,
    /// `lastAttemptedDeploymentId`.
    pub last_attempted_deployment_id: Option<String>,
    /// `lastSucceededDeploymentId`.
    pub last_succeeded_deployment_id: Option<String>,
}

/// What ListEnvironments tells about one environment, as far as polling needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentSummary {
    /// `name`.
    pub name: String,
    /// `arn`.
    pub arn: String,
    /// `deploymentStatus`.
    pub deployment_status: DeploymentStatus,
    /// `lastAttemptedDeploymentId`.
    pub last_attempted_deployment_id: Option<String>,
    /// `lastSucceededDeploymentId`.
    pub last_succeeded_deployment_id: Option<String>,
}

/// Deployments whose outputs an instance was rendered with: the `lastSuccessful…` members of its state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsedIds {
    /// `lastSuccessfulEnvironmentDeploymentId`.
    pub environment: Option<String>,
    /// `lastSuccessfulComponentDeploymentIds`.
    pub components: Vec<String>,
    /// `lastSuccessfulServicePipelineDeploymentId`.
    pub pipeline: Option<String>,
}

/// The union `DeploymentState`. Instances and pipelines have the same members as environments, their `spec` being a whole ServiceSpec document;
/// for a component `spec` is the JSON text of its members, and template and versions are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentState {
    /// `spec`.
    pub spec: Option<Sensitive>,
    /// `templateName`.
    pub template_name: String,
    /// `templateMajorVersion`.
    pub template_major_version: String,
    /// `templateMinorVersion`.
    pub template_minor_version: String,
}

/// A deployment, as GetDeployment returns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// `id`.
    pub id: String,
    /// `targetArn`: the resource it belongs to.
    pub target_arn: String,
    /// `deploymentStatus`.
    pub deployment_status: DeploymentStatus,
    /// `deploymentStatusMessage`.
    pub deployment_status_message: Option<Sensitive>,
    /// `createdAt`.
    pub created_at: Timestamp,
    /// `completedAt`; absent while it runs.
    pub completed_at: Option<Timestamp>,
    /// `initialState`.
    pub initial_state: Option<EnvironmentState>,
    /// `targetState`: what is being deployed.
    pub target_state: Option<EnvironmentState>,
    /// Which outputs the target state of an instance uses.
    pub used: UsedIds,
}

/// A row of ListDeployments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentSummary {
    /// `id`.
    pub id: String,
    /// `targetArn`: rows of other resources in the same environment are listed too.
    pub target_arn: String,
    /// `deploymentStatus`.
    pub deployment_status: DeploymentStatus,
    /// `createdAt`.
    pub created_at: Timestamp,
    /// `completedAt`; absent while it runs.
    pub completed_at: Option<Timestamp>,
}

/// One output of a deployment. Values are sensitive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// `key`.
    pub key: String,
    /// `valueString`.
    pub value: Sensitive,
}

/// An environment template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentTemplate {
    /// `name`.
    pub name: String,
    /// `recommendedVersion`, `major.minor`; absent while none is published.
    pub recommended_version: Option<String>,
    /// Whether `provisioning` is CUSTOMER_MANAGED.
    pub customer_managed: bool,
}

/// A template version, as far as pinning and following need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateVersion {
    /// `majorVersion`.
    pub major: String,
    /// `minorVersion`.
    pub minor: String,
    /// `recommendedMinorVersion` of this major; absent while none is published.
    pub recommended_minor: Option<String>,
    /// Whether `status` is PUBLISHED.
    pub published: bool,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// What to send for the next page; absent on the last.
    pub next_token: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::DeploymentStatus;

    #[test]
    fn words_survive_the_way_in_and_out() {
        for word in [
            "IN_PROGRESS",
            "FAILED",
            "SUCCEEDED",
            "DELETE_IN_PROGRESS",
            "DELETE_FAILED",
            "DELETE_COMPLETE",
            "CANCELLING",
            "CANCELLED",
        ] {
            let status = DeploymentStatus::parse(word);
            assert!(!matches!(status, DeploymentStatus::Unknown(_)), "{word}");
            assert_eq!(status.as_str(), word);
        }
        assert!(DeploymentStatus::parse("PAUSED").is_running());
    }
}

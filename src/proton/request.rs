//! What the operator sends: the members of CreateEnvironment and UpdateEnvironment, as plain values that a plan can hold.

use super::sensitive::Sensitive;
use super::types::{RepositoryBranch, Tag};

/// `deploymentType` of an Update call. Source: API model, DeploymentUpdateType.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UpdateType {
    /// Only metadata; no deployment.
    None,
    /// Deploy on the current version; versions must be left out.
    CurrentVersion,
    /// Deploy another minor of the current major.
    MinorVersion,
    /// Deploy a higher major.
    MajorVersion,
}

impl UpdateType {
    /// The API's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::CurrentVersion => "CURRENT_VERSION",
            Self::MinorVersion => "MINOR_VERSION",
            Self::MajorVersion => "MAJOR_VERSION",
        }
    }
}

/// The members of CreateEnvironment. Exactly one of role, connection, repository and `codebuild_role_arn` provisions it, or
/// none for a customer-managed template. Source: API model, CreateEnvironmentInput.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateEnvironment {
    /// `name`.
    pub name: String,
    /// `templateName`.
    pub template_name: String,
    /// `templateMajorVersion`.
    pub template_major_version: String,
    /// `templateMinorVersion`; absent: the recommended one.
    pub template_minor_version: Option<String>,
    /// `description`.
    pub description: Option<Sensitive>,
    /// `spec`: an EnvironmentSpec document (YAML).
    pub spec: Sensitive,
    /// `protonServiceRoleArn`.
    pub proton_service_role_arn: Option<String>,
    /// `environmentAccountConnectionId`.
    pub environment_account_connection_id: Option<String>,
    /// `provisioningRepository`.
    pub provisioning_repository: Option<RepositoryBranch>,
    /// `codebuildRoleArn`.
    pub codebuild_role_arn: Option<String>,
    /// `componentRoleArn`.
    pub component_role_arn: Option<String>,
    /// `tags`, the owner's among them.
    pub tags: Vec<Tag>,
}

/// The members of UpdateEnvironment; `None` leaves a member as it is. Source: API model, UpdateEnvironmentInput.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateEnvironment {
    /// `name`.
    pub name: String,
    /// `deploymentType`.
    pub deployment_type: UpdateType,
    /// `description`.
    pub description: Option<Sensitive>,
    /// `spec`: an EnvironmentSpec document (YAML).
    pub spec: Option<Sensitive>,
    /// `templateMajorVersion`.
    pub template_major_version: Option<String>,
    /// `templateMinorVersion`.
    pub template_minor_version: Option<String>,
    /// `protonServiceRoleArn`.
    pub proton_service_role_arn: Option<String>,
    /// `environmentAccountConnectionId`.
    pub environment_account_connection_id: Option<String>,
    /// `provisioningRepository`.
    pub provisioning_repository: Option<RepositoryBranch>,
    /// `codebuildRoleArn`.
    pub codebuild_role_arn: Option<String>,
    /// `componentRoleArn`.
    pub component_role_arn: Option<String>,
}

impl UpdateEnvironment {
    /// An update of this type that changes no member yet.
    pub fn new(name: impl Into<String>, deployment_type: UpdateType) -> Self {
        Self {
            name: name.into(),
            deployment_type,
            description: None,
            spec: None,
            template_major_version: None,
            template_minor_version: None,
            proton_service_role_arn: None,
            environment_account_connection_id: None,
            provisioning_repository: None,
            codebuild_role_arn: None,
            component_role_arn: None,
        }
    }
}

//! What the operator sends about services, instances, pipelines and components. Source: the API model's input shapes.

use sha2::{Digest as _, Sha256};

use super::request::UpdateType;
use super::sensitive::Sensitive;
use super::types::Tag;

/// CreateService.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateService {
    /// `name`.
    pub name: String,
    /// `description`.
    pub description: Option<Sensitive>,
    /// `templateName`.
    pub template_name: String,
    /// `templateMajorVersion`.
    pub template_major_version: String,
    /// `templateMinorVersion`; absent: the recommended one.
    pub template_minor_version: Option<String>,
    /// `spec`: a ServiceSpec document.
    pub spec: Sensitive,
    /// `repositoryConnectionArn`, `repositoryId` and `branchName`.
    pub repository: Option<(String, String, String)>,
    /// `tags`, the owner's among them. They are the service's, not its instances'.
    pub tags: Vec<Tag>,
}

/// UpdateService; `None` leaves a member as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateService {
    /// `name`.
    pub name: String,
    /// `description`.
    pub description: Option<Sensitive>,
    /// `spec`: a ServiceSpec document; entries that it lacks are removed.
    pub spec: Option<Sensitive>,
    /// The stored document that `spec` was made out of. An endpoint that knows the header [`EXPECTED_SPEC`] refuses the call with a
    /// ConflictException if it stores another one by now; every other endpoint ignores it.
    pub read: Option<Sensitive>,
}

/// Carries the hash of [`UpdateService::read`]: SHA-256 in lower-case hexadecimal digits. An extension that proton-engine knows.
pub const EXPECTED_SPEC: &str = "x-proton-operator-expected-spec";

impl UpdateService {
    /// What [`EXPECTED_SPEC`] carries.
    pub fn expected_spec(&self) -> Option<String> {
        self.read.as_ref().map(|text| hex::encode(Sha256::digest(text.as_str())))
    }
}

/// CreateServiceInstance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateServiceInstance {
    /// `serviceName`.
    pub service_name: String,
    /// `name`.
    pub name: String,
    /// `spec`: a ServiceSpec document with the instance's entry.
    pub spec: Sensitive,
    /// `templateMajorVersion`.
    pub template_major_version: String,
    /// `templateMinorVersion`; absent: the recommended one.
    pub template_minor_version: Option<String>,
    /// `tags`.
    pub tags: Vec<Tag>,
    /// `clientToken`.
    pub client_token: Option<String>,
}

/// UpdateServiceInstance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateServiceInstance {
    /// `serviceName`.
    pub service_name: String,
    /// `name`.
    pub name: String,
    /// `deploymentType`.
    pub deployment_type: UpdateType,
    /// `spec`: a ServiceSpec document with the instance's entry.
    pub spec: Option<Sensitive>,
    /// `templateMajorVersion`.
    pub template_major_version: Option<String>,
    /// `templateMinorVersion`.
    pub template_minor_version: Option<String>,
    /// `clientToken`.
    pub client_token: Option<String>,
}

/// UpdateServicePipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateServicePipeline {
    /// `serviceName`.
    pub service_name: String,
    /// `deploymentType`.
    pub deployment_type: UpdateType,
    /// `spec`: the whole ServiceSpec document; required even where only the version changes.
    pub spec: Sensitive,
    /// `templateMajorVersion`.
    pub template_major_version: Option<String>,
    /// `templateMinorVersion`.
    pub template_minor_version: Option<String>,
}

/// CreateComponent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateComponent {
    /// `name`.
    pub name: String,
    /// `description`.
    pub description: Option<Sensitive>,
    /// `environmentName`; absent for one that is attached from the beginning.
    pub environment_name: Option<String>,
    /// `serviceName` and `serviceInstanceName`.
    pub attached_to: Option<(String, String)>,
    /// `serviceSpec`.
    pub service_spec: Option<Sensitive>,
    /// `templateFile`.
    pub template_file: Sensitive,
    /// `manifest`.
    pub manifest: Sensitive,
    /// `tags`.
    pub tags: Vec<Tag>,
    /// `clientToken`.
    pub client_token: Option<String>,
}

/// UpdateComponent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateComponent {
    /// `name`.
    pub name: String,
    /// `deploymentType`: NONE or CURRENT_VERSION.
    pub deployment_type: UpdateType,
    /// `description`.
    pub description: Option<Sensitive>,
    /// `serviceName` and `serviceInstanceName`; two empty texts detach, absent keeps.
    pub attached_to: Option<(String, String)>,
    /// `serviceSpec`.
    pub service_spec: Option<Sensitive>,
    /// `templateFile`.
    pub template_file: Option<Sensitive>,
    /// `clientToken`.
    pub client_token: Option<String>,
}

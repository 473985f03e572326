//! ProtonEnvironment: a shared environment, deployed from an environment template.

use std::collections::BTreeMap;

use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lifecycle::{Lifecycle, MinorVersionPolicy};
use super::sensitive::Sensitive;
pub use super::status::ResourceStatus as ProtonEnvironmentStatus;
use super::{rules, schema};

/// An environment of the AWS Proton API. Members have the names and meanings of CreateEnvironment and UpdateEnvironment.
#[derive(CustomResource, KubeSchema, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "proton-operator.dev",
    version = "v1alpha1",
    kind = "ProtonEnvironment",
    plural = "protonenvironments",
    singular = "protonenvironment",
    shortname = "penv",
    category = "proton",
    namespaced,
    status = "ProtonEnvironmentStatus",
    derive = "PartialEq",
    derive = "Default",
    doc = "An environment of the AWS Proton API: shared infrastructure that a platform team's template describes.",
    printcolumn = r#"{"name":"READY","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name":"STATUS","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].reason"}"#,
    printcolumn = r#"{"name":"VERSION","type":"string","jsonPath":".status.version"}"#,
    printcolumn = r#"{"name":"DEPLOYMENT","type":"string","jsonPath":".status.lastAttemptedDeploymentId"}"#,
    printcolumn = r#"{"name":"AGE","type":"date","jsonPath":".metadata.creationTimestamp"}"#,
    printcolumn = r#"{"name":"MESSAGE","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].message","priority":1}"#
)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = rules::fixed_optional("name", rules::FIXED_NAME),
    validation = rules::fixed("templateName", rules::FIXED_TEMPLATE),
    validation = rules::fixed_presence("environmentAccountConnectionId", rules::FIXED_CONNECTION),
    validation = rules::fixed_presence("provisioningRepository", rules::FIXED_REPOSITORY),
    validation = rules::not_removed("protonServiceRoleArn"),
    validation = rules::not_removed("codebuildRoleArn"),
    validation = rules::not_removed("componentRoleArn"),
    validation = rules::one_way_to_provision(),
    validation = rules::inputs_or_document(),
    validation = rules::no_current_value("specYaml"),
    validation = rules::tag_keys(),
    validation = rules::observe_never_deletes(),
)]
pub struct ProtonEnvironmentSpec {
    /// Name of the environment. Default: metadata.name. It cannot be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::NAME), length(min = 1, max = 100))]
    pub name: Option<String>,
    /// A description. Left out: the deployed one stays. An empty text clears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500))]
    pub description: Option<Sensitive<String>>,
    /// Name of the environment template. It cannot be changed.
    #[schemars(regex(pattern = schema::NAME), length(min = 1, max = 100))]
    pub template_name: String,
    /// Major version of the template, in quotes: "1". It can only go up.
    #[schemars(regex(pattern = schema::VERSION_PART), length(min = 1, max = 20))]
    pub template_major_version: String,
    /// Minor version of the template, in quotes: "0". Left out: the recommended one, see minorVersionPolicy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::VERSION_PART), length(min = 1, max = 20))]
    pub template_minor_version: Option<String>,
    /// Which minor version is deployed when none is named. Pin: the one that was recommended when the major was first deployed. Follow: always the recommended
    /// one. Default: Pin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minor_version_policy: Option<MinorVersionPolicy>,
    /// Inputs of the template, as its schema names them. They are compared by value with what is deployed. With neither inputs nor specYaml the environment is
    /// created without inputs, and what is deployed later stays as it is; `inputs: {}` asks for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::FreeObject>")]
    pub inputs: Option<Sensitive<Map<String, Value>>>,
    /// The whole EnvironmentSpec document instead of inputs, sent as it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 51200))]
    pub spec_yaml: Option<Sensitive<String>>,
    /// Role with which the environment is provisioned. At most one of protonServiceRoleArn, environmentAccountConnectionId and provisioningRepository.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::ROLE_ARN), length(min = 1, max = 2048))]
    pub proton_service_role_arn: Option<String>,
    /// Connection to another account in which the environment is provisioned.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::UUID), length(max = 36))]
    pub environment_account_connection_id: Option<String>,
    /// Repository to which the rendered infrastructure is sent as pull requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioning_repository: Option<ProvisioningRepository>,
    /// Role with which CodeBuild provisions the environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::ROLE_ARN), length(min = 1, max = 2048))]
    pub codebuild_role_arn: Option<String>,
    /// Role with which directly defined components are provisioned in the environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::ROLE_ARN), length(min = 1, max = 2048))]
    pub component_role_arn: Option<String>,
    /// Tags of the environment, besides those that others put on it. One of the API's 50 is the operator's owner tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Tags>")]
    pub tags: Option<BTreeMap<String, String>>,
    /// How the environment is deployed, superseded, retried, adopted and deleted.
    #[serde(flatten)]
    pub lifecycle: Lifecycle,
}

/// A branch of a linked repository: RepositoryBranchInput.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
#[serde(rename_all = "camelCase")]
pub struct ProvisioningRepository {
    /// Branch.
    #[schemars(length(min = 1, max = 200))]
    pub branch: String,
    /// owner/repository.
    #[schemars(regex(pattern = schema::REPOSITORY), length(min = 1, max = 100))]
    pub name: String,
    /// Where it is hosted: GITHUB, GITHUB_ENTERPRISE or BITBUCKET.
    pub provider: RepositoryProvider,
}

/// RepositoryProvider of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, strum::IntoStaticStr)]
#[schemars(transform = schema::undescribed)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum RepositoryProvider {
    /// github.com.
    Github,
    /// GitHub Enterprise.
    GithubEnterprise,
    /// Bitbucket.
    Bitbucket,
}

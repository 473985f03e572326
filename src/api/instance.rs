//! ServiceInstance: a service deployed into one environment.

use std::collections::BTreeMap;

use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lifecycle::{Lifecycle, LocalRef, MinorVersionPolicy};
use super::sensitive::Sensitive;
pub use super::status::ResourceStatus as ServiceInstanceStatus;
use super::{rules, schema};

/// A service instance of the AWS Proton API. Members have the names and meanings of CreateServiceInstance and UpdateServiceInstance.
#[derive(CustomResource, KubeSchema, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "proton-operator.dev",
    version = "v1alpha1",
    kind = "ServiceInstance",
    plural = "serviceinstances",
    singular = "serviceinstance",
    shortname = "psi",
    category = "proton",
    namespaced,
    status = "ServiceInstanceStatus",
    derive = "PartialEq",
    derive = "Default",
    doc = "A service instance of the AWS Proton API: one service deployed into one environment.",
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
    validation = rules::exactly_one("serviceName", "serviceRef"),
    validation = rules::fixed_optional("serviceName", rules::FIXED_SERVICE),
    validation = rules::fixed_optional("serviceRef", rules::FIXED_SERVICE),
    validation = rules::exactly_one("environmentName", "environmentRef"),
    validation = rules::fixed_optional("environmentName", rules::FIXED_ENVIRONMENT),
    validation = rules::fixed_optional("environmentRef", rules::FIXED_ENVIRONMENT),
    validation = rules::inputs_or_document(),
    validation = rules::no_current_value("specYaml"),
    validation = rules::tag_keys(),
    validation = rules::observe_never_deletes(),
)]
pub struct ServiceInstanceSpec {
    /// Name of the service instance. Default: metadata.name. It cannot be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::NAME), length(min = 1, max = 100))]
    pub name: Option<String>,
    /// Name of the service. Either this or serviceRef; neither can be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::NAME), length(min = 1, max = 100))]
    pub service_name: Option<String>,
    /// A ProtonService of the same namespace; the instance waits for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_ref: Option<LocalRef>,
    /// Name of the environment. Either this or environmentRef; neither can be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::NAME), length(min = 1, max = 100))]
    pub environment_name: Option<String>,
    /// A ProtonEnvironment of the same namespace; the instance waits for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment_ref: Option<LocalRef>,
    /// Major version of the service's template, in quotes: "1". It can only go up.
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
    /// Inputs of the template for this instance. They are compared by value with what is deployed. With neither inputs nor specYaml the instance is
    /// created without inputs, and what is deployed later stays as it is; `inputs: {}` asks for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::FreeObject>")]
    pub inputs: Option<Sensitive<Map<String, Value>>>,
    /// This instance's own `spec:` map as YAML instead of inputs, without `proton:`, `instances:` and the names around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 51200))]
    pub spec_yaml: Option<Sensitive<String>>,
    /// Deploy again when the outputs that this instance used come from an older deployment than the current one: of a Component that is or was attached, of the
    /// Environment. Default: [Component].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2), extend("x-kubernetes-list-type" = "set"))]
    pub redeploy_on: Option<Vec<RedeployOn>>,
    /// Tags of the instance, besides those that others put on it. One of the API's 50 is the operator's owner tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Tags>")]
    pub tags: Option<BTreeMap<String, String>>,
    /// How the instance is deployed, superseded, retried, adopted and deleted.
    #[serde(flatten)]
    pub lifecycle: Lifecycle,
}

/// Whose newer outputs make an instance deploy again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
pub enum RedeployOn {
    /// An attached component was deployed, attached or detached.
    Component,
    /// The environment was deployed.
    Environment,
}

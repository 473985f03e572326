//! Component: infrastructure of a developer's own, beside a service instance or in an environment.

use std::collections::BTreeMap;

use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

use super::lifecycle::{Lifecycle, LocalRef};
use super::sensitive::Sensitive;
pub use super::status::ResourceStatus as ComponentStatus;
use super::{rules, schema};

/// A directly defined component of the AWS Proton API. Members have the names and meanings of CreateComponent and UpdateComponent.
#[derive(CustomResource, KubeSchema, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "proton-operator.dev",
    version = "v1alpha1",
    kind = "Component",
    plural = "components",
    singular = "component",
    shortname = "pcomp",
    category = "proton",
    namespaced,
    status = "ComponentStatus",
    derive = "PartialEq",
    derive = "Default",
    doc = "A directly defined component of the AWS Proton API: infrastructure as code of a developer's own, attached to a service instance or alone in an environment.",
    printcolumn = r#"{"name":"READY","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name":"STATUS","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].reason"}"#,
    printcolumn = r#"{"name":"DEPLOYMENT","type":"string","jsonPath":".status.lastAttemptedDeploymentId"}"#,
    printcolumn = r#"{"name":"AGE","type":"date","jsonPath":".metadata.creationTimestamp"}"#,
    printcolumn = r#"{"name":"MESSAGE","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].message","priority":1}"#
)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = rules::fixed_optional("name", rules::FIXED_NAME),
    validation = rules::fixed("manifest", rules::FIXED_MANIFEST),
    validation = rules::at_most_one("environmentName", "environmentRef"),
    validation = rules::fixed_place("environmentName"),
    validation = rules::fixed_place("environmentRef"),
    validation = rules::at_most_one("serviceName", "serviceRef"),
    validation = rules::at_most_one("serviceInstanceName", "serviceInstanceRef"),
    validation = rules::service_with_instance(),
    validation = rules::spec_when_attached(),
    validation = rules::no_current_value("serviceSpec"),
    validation = rules::component_types(),
    validation = rules::tag_keys(),
    validation = rules::observe_never_deletes(),
)]
pub struct ComponentSpec {
    /// Name of the component. Default: metadata.name. It cannot be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::NAME), length(min = 1, max = 100))]
    pub name: Option<String>,
    /// A description. Left out: the deployed one stays. An empty text clears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500))]
    pub description: Option<Sensitive<String>>,
    /// The infrastructure as code, as text.
    #[schemars(length(min = 1, max = 51200))]
    pub template_file: Sensitive<String>,
    /// The manifest that names the file and its engine, as text. It cannot be changed.
    #[schemars(length(min = 1, max = 1024))]
    pub manifest: Sensitive<String>,
    /// Name of the environment, for a component that is attached to nothing. It cannot be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::NAME), length(min = 1, max = 100))]
    pub environment_name: Option<String>,
    /// A ProtonEnvironment of the same namespace; the component waits for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment_ref: Option<LocalRef>,
    /// Name of the service to whose instance the component is attached. Taken away together with the instance, it detaches.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::NAME), length(min = 1, max = 100))]
    pub service_name: Option<String>,
    /// A ProtonService of the same namespace; the component waits for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_ref: Option<LocalRef>,
    /// Name of the service instance to which the component is attached. Another one: it is detached first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::NAME), length(min = 1, max = 100))]
    pub service_instance_name: Option<String>,
    /// A ServiceInstance of the same namespace; the component waits for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_instance_ref: Option<LocalRef>,
    /// A ServiceSpec document out of which the inputs for the attached instance are taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 51200))]
    pub service_spec: Option<Sensitive<String>>,
    /// Tags of the component, besides those that others put on it. One of the API's 50 is the operator's owner tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Tags>")]
    pub tags: Option<BTreeMap<String, String>>,
    /// How the component is deployed, superseded, retried, adopted and deleted.
    #[serde(flatten)]
    pub lifecycle: Lifecycle,
}

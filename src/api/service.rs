//! ProtonService: what the instances of one application have in common, and its pipeline.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lifecycle::Lifecycle;
use super::sensitive::Sensitive;
use super::status::{CreatedInstance, ResourceStatus, ServiceFacts, TargetStatus};
use super::{rules, schema};

/// A service of the AWS Proton API with its pipeline. Members have the names and meanings of CreateService and UpdateServicePipeline.
#[derive(CustomResource, KubeSchema, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "proton-operator.dev",
    version = "v1alpha1",
    kind = "ProtonService",
    plural = "protonservices",
    singular = "protonservice",
    shortname = "psvc",
    category = "proton",
    namespaced,
    status = "ProtonServiceStatus",
    derive = "PartialEq",
    derive = "Default",
    doc = "A service of the AWS Proton API with its pipeline. Its instances are objects of their own, see ServiceInstance.",
    printcolumn = r#"{"name":"READY","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].status"}"#,
    printcolumn = r#"{"name":"STATUS","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].reason"}"#,
    printcolumn = r#"{"name":"VERSION","type":"string","jsonPath":".status.version"}"#,
    printcolumn = r#"{"name":"DEPLOYMENT","type":"string","jsonPath":".status.pipeline.lastAttemptedDeploymentId"}"#,
    printcolumn = r#"{"name":"AGE","type":"date","jsonPath":".metadata.creationTimestamp"}"#,
    printcolumn = r#"{"name":"MESSAGE","type":"string","jsonPath":".status.conditions[?(@.type==\"Ready\")].message","priority":1}"#
)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = rules::fixed_optional("name", rules::FIXED_NAME),
    validation = rules::fixed("templateName", rules::FIXED_TEMPLATE),
    validation = rules::fixed("templateMajorVersion", rules::FIXED_SERVICE_VERSION),
    validation = rules::fixed_optional("templateMinorVersion", rules::FIXED_SERVICE_VERSION),
    validation = rules::fixed_optional("repository", rules::FIXED_SERVICE_REPOSITORY),
    validation = rules::tag_keys(),
    validation = rules::observe_never_deletes(),
)]
pub struct ProtonServiceSpec {
    /// Name of the service. Default: metadata.name. It cannot be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::NAME), length(min = 1, max = 100))]
    pub name: Option<String>,
    /// A description. Left out: the remote one stays. An empty text clears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500))]
    pub description: Option<Sensitive<String>>,
    /// Name of the service template. It cannot be changed.
    #[schemars(regex(pattern = schema::NAME), length(min = 1, max = 100))]
    pub template_name: String,
    /// Major version of the template at creation, in quotes: "1". Afterwards versions belong to the instances and to the pipeline.
    #[schemars(regex(pattern = schema::VERSION_PART), length(min = 1, max = 20))]
    pub template_major_version: String,
    /// Minor version of the template at creation. Left out: the recommended one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::VERSION_PART), length(min = 1, max = 20))]
    pub template_minor_version: Option<String>,
    /// The repository that the pipeline builds, for templates with a pipeline. It cannot be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<ServiceRepository>,
    /// The pipeline, for templates that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<PipelineSpec>,
    /// Tags of the service, besides those that others put on it. One of the API's 50 is the operator's owner tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::Tags>")]
    pub tags: Option<BTreeMap<String, String>>,
    /// How the service and its pipeline are deployed, superseded, retried, adopted and deleted.
    #[serde(flatten)]
    pub lifecycle: Lifecycle,
}

/// repositoryConnectionArn, repositoryId and branchName of CreateService.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
#[serde(rename_all = "camelCase")]
pub struct ServiceRepository {
    /// ARN of the connection to the repository's host.
    #[schemars(length(min = 1, max = 200))]
    pub connection_arn: String,
    /// owner/repository.
    #[schemars(length(min = 1, max = 200))]
    pub id: String,
    /// Branch.
    #[schemars(length(min = 1, max = 200))]
    pub branch: String,
}

/// The pipeline's own inputs and version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
#[serde(rename_all = "camelCase")]
pub struct PipelineSpec {
    /// Inputs of the pipeline. Left out: none at creation, and what is deployed later stays as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<schema::FreeObject>")]
    pub inputs: Option<Sensitive<Map<String, Value>>>,
    /// Major version of the template for the pipeline. Default: the deployed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::VERSION_PART), length(min = 1, max = 20))]
    pub template_major_version: Option<String>,
    /// Minor version of the template for the pipeline. Default: the deployed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::VERSION_PART), length(min = 1, max = 20))]
    pub template_minor_version: Option<String>,
}

/// What is known of the service, and what the operator has to remember. The deployment members stand under `pipeline`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProtonServiceStatus {
    /// The generation that this status was written for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// ARN of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// ServiceStatus: CREATE_IN_PROGRESS, ACTIVE, UPDATE_IN_PROGRESS, UPDATE_FAILED, DELETE_IN_PROGRESS and others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_status: Option<String>,
    /// What the API says about it, cut to 1 KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_status_message: Option<Sensitive<String>>,
    /// Deployed `major.minor` of the pipeline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The pipeline as a deployable target, and what was set out to do for the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<TargetStatus>,
    /// Instances that CreateService made for ServiceInstance objects.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub created_instances: Vec<CreatedInstance>,
    /// Keys of the tags that were put on the service for this object, so that they can be taken off again.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub applied_tag_keys: Vec<String>,
    /// Value of the annotation reconcile-requested-at that was last acted on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_handled_reconcile_at: Option<String>,
    /// Value of the annotation deploy-requested-at that was last acted on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_handled_deploy_at: Option<String>,
    /// Value of the annotation retry-requested-at that was last acted on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_handled_retry_at: Option<String>,
    /// Ready, Reconciling, Stalled, Synced, Drifted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Vec<Condition>,
}

impl From<ResourceStatus> for ProtonServiceStatus {
    fn from(status: ResourceStatus) -> Self {
        let mut target = status.target;
        let arn = target.arn.take();
        Self {
            observed_generation: status.observed_generation,
            arn,
            service_status: status.service.status,
            service_status_message: status.service.message,
            version: status.version,
            pipeline: (target != TargetStatus::default()).then_some(target),
            created_instances: status.service.created,
            applied_tag_keys: status.applied_tag_keys,
            last_handled_reconcile_at: status.last_handled_reconcile_at,
            last_handled_deploy_at: status.last_handled_deploy_at,
            last_handled_retry_at: status.last_handled_retry_at,
            conditions: status.conditions,
        }
    }
}

impl From<ProtonServiceStatus> for ResourceStatus {
    fn from(status: ProtonServiceStatus) -> Self {
        Self {
            observed_generation: status.observed_generation,
            version: status.version,
            target: TargetStatus { arn: status.arn, ..status.pipeline.unwrap_or_default() },
            applied_tag_keys: status.applied_tag_keys,
            last_handled_reconcile_at: status.last_handled_reconcile_at,
            last_handled_deploy_at: status.last_handled_deploy_at,
            last_handled_retry_at: status.last_handled_retry_at,
            conditions: status.conditions,
            service: ServiceFacts {
                status: status.service_status,
                message: status.service_status_message,
                created: status.created_instances,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_survives_both_ways() {
        let written = ProtonServiceStatus {
            arn: Some("arn".into()),
            service_status: Some("ACTIVE".into()),
            pipeline: Some(TargetStatus { deployment_status: Some("SUCCEEDED".into()), ..TargetStatus::default() }),
            created_instances: vec![CreatedInstance { name: "a".into(), owner: "c/n/a".into() }],
            ..ProtonServiceStatus::default()
        };
        assert_eq!(ProtonServiceStatus::from(ResourceStatus::from(written.clone())), written);
    }
}

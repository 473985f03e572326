//! Status members that every deployable target has: what the API shows of it, and what the operator has to remember.

use std::collections::BTreeMap;

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::lifecycle::OutputTargets;
use super::schema;
use super::sensitive::Sensitive;

/// Longest `deploymentStatusMessage`, in bytes.
pub const MESSAGE_LIMIT: usize = 1024;
/// How many deployments `deployments` mirrors.
pub const HISTORY: usize = 10;

// Of a resource that is one deployable target. A plan works on it for a service too, whose object then shows it as a ProtonServiceStatus.
/// What the API shows of the resource, and what the operator remembers of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResourceStatus {
    /// The generation that this status was written for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Deployed `major.minor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The deployable target.
    #[serde(flatten)]
    pub target: TargetStatus,
    /// Keys of the tags that were put on the resource for this object, so that they can be taken off again.
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
    /// What only a service's status holds.
    #[serde(skip)]
    pub service: ServiceFacts,
}

/// Facts of a service beside its pipeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceFacts {
    /// `status` of the service.
    pub status: Option<String>,
    /// `statusMessage` of the service.
    pub message: Option<Sensitive<String>>,
    /// Instances that this object's CreateService carries for objects of ours, written before the call.
    pub created: Vec<CreatedInstance>,
}

/// An instance that CreateService made for a ServiceInstance object. Such an instance bears no owner tag at first, because CreateService takes
/// tags of the service only; by this entry its object knows that it is its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
#[serde(rename_all = "camelCase")]
pub struct CreatedInstance {
    /// Name of the instance.
    pub name: String,
    /// `cluster name/namespace/name` of the object that it was made for.
    pub owner: String,
}

/// One deployable target: an environment, a service instance, a pipeline or a component. Names are those of the API's members.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetStatus {
    /// ARN of the remote resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// DeploymentStatus of the remote resource: IN_PROGRESS, SUCCEEDED, FAILED, CANCELLING, CANCELLED, DELETE_IN_PROGRESS, DELETE_FAILED.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_status: Option<String>,
    /// What the API says about it, cut to 1 KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_status_message: Option<Sensitive<String>>,
    /// The deployment that was started last, by whomever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_attempted_deployment_id: Option<String>,
    /// The deployment that succeeded last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_succeeded_deployment_id: Option<String>,
    /// When the last deployment was started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_deployment_attempted_at: Option<Time>,
    /// When the last successful deployment was started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_deployment_succeeded_at: Option<Time>,
    /// Deployed major version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_major_version: Option<String>,
    /// Deployed minor version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_minor_version: Option<String>,
    /// `major.minor` that was resolved when its major was first deployed without a minor; kept with `minorVersionPolicy: Pin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned_version: Option<String>,
    /// Deployments whose outputs the deployed state was rendered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_deployments: Option<UsedDeployments>,
    /// The last 10 deployments, newest first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["id"]))]
    pub deployments: Vec<DeploymentRecord>,
    /// Hash of the wanted state that was last deployed for this object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployed_spec_hash: Option<String>,
    /// Outputs of the last succeeded deployment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outputs: Option<RecordedOutputs>,
    /// What the operator last set out to do, written before the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<Attempt>,
}

impl TargetStatus {
    /// The mirrored record of a deployment.
    pub fn record(&self, id: &str) -> Option<&DeploymentRecord> {
        self.deployments.iter().find(|record| record.id == id)
    }
}

/// Ids out of the deployed state: `lastSuccessfulEnvironmentDeploymentId` and its siblings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
#[serde(rename_all = "camelCase")]
pub struct UsedDeployments {
    /// Of the environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Of attached components.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub components: Vec<String>,
    /// Of the service's pipeline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<String>,
}

/// One deployment as this object remembers it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentRecord {
    /// Deployment id.
    pub id: String,
    /// What it did: CREATE, CURRENT_VERSION, MINOR_VERSION, MAJOR_VERSION, ROLLBACK or DELETE. Absent for deployments of others.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_: Option<String>,
    /// DeploymentStatus when it was last seen.
    pub status: String,
    /// What the API says about it, cut to 1 KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Sensitive<String>>,
    /// `major.minor` that it deploys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Generation of this object that it deploys. Absent for deployments of others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<i64>,
    /// When it was started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Time>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Time>,
}

/// Outputs of a deployment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
#[serde(rename_all = "camelCase")]
pub struct RecordedOutputs {
    /// The deployment that made them.
    pub deployment_id: String,
    /// Name and value.
    pub values: Sensitive<BTreeMap<String, String>>,
    /// The objects that hold them: recorded before they are written, and dropped from here after they are deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written_to: Option<OutputTargets>,
}

/// What an attempt does on the remote side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
pub enum Operation {
    /// Create the resource, which is its first deployment.
    Create,
    /// Deploy the wanted state.
    Update,
    /// Deploy the state of the last succeeded deployment again, after a failure.
    Rollback,
    /// Cancel a deployment, to supersede it or to delete the resource.
    Cancel,
    /// Cancel a deployment because the annotation cancel-requested asked for it.
    CancelRequested,
    /// Delete the resource.
    Delete,
}

/// An intent, written to status before a call that cannot be repeated blindly. It stays after the deployment has ended, as the memory
/// of what was last done for this object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// What was set out to do.
    pub operation: Operation,
    /// Counts the deployments that were set out for this object.
    pub ordinal: i64,
    /// Generation of this object.
    pub generation: i64,
    /// Hash of the wanted state.
    pub spec_hash: String,
    /// Hash of uid, generation and ordinal; sent where the API has a client token.
    pub client_token: String,
    /// `lastAttemptedDeploymentId` just before the call: as long as the API still shows this one, nothing has begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline_deployment_id: Option<String>,
    /// The deployment that began, or that is being cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    /// How many times the same was tried again after a failure.
    pub retries: i64,
    /// When it was set out.
    pub started_at: Time,
}

/// Cuts a text to `limit` bytes at a character boundary and marks the cut.
pub fn cut(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(limit.saturating_sub('…'.len_utf8()));
    format!("{}…", text.get(..end).unwrap_or_default())
}

/// Kubernetes time without the fraction that its notation of seconds would lose.
pub fn time(at: Timestamp) -> Time {
    Time(Timestamp::from_second(at.as_second()).unwrap_or(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_keeps_characters_whole() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("aéé", 4), "a…");
        assert!(cut(&"é".repeat(1000), MESSAGE_LIMIT).len() <= MESSAGE_LIMIT);
    }

    #[test]
    fn times_lose_their_fraction_once_and_for_all() {
        let at: Timestamp = "2026-01-02T03:04:05.678Z".parse().unwrap();
        assert_eq!(time(at).0.to_string(), "2026-01-02T03:04:05Z");
    }
}

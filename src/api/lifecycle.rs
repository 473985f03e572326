//! The lifecycle block: how any kind is deployed, superseded, retried, adopted, watched and deleted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::duration::Span;
use super::schema;

/// Fields that every kind has, flattened into its spec. Everything is optional; the accessors of `crate::plan::desired` apply the
/// defaults that are named here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Lifecycle {
    /// The most that a change may deploy: None (nothing, not even a creation), CurrentVersion (other inputs), MinorVersion, MajorVersion, or Auto (whatever the
    /// change needs). The type itself is derived from what changed. A change that needs more than this is not made; the object is then Stalled with the reason
    /// DeploymentNotAllowed. Default: Auto.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_type: Option<DeploymentCeiling>,
    /// What happens when the spec changes while a deployment of this object runs. Cancel: it is cancelled, and the newest spec is deployed; after three in a row
    /// one is let end. Wait: it ends first. Default: Cancel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_spec_change: Option<OnSpecChange>,
    /// What happens after a deployment of this object failed. Keep: it is left until the spec changes or a retry is asked for. Retry: the same is deployed again,
    /// see retry. Rollback: the state of the last succeeded deployment is deployed. Default: Keep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<OnFailure>,
    /// How often and how soon `onFailure: Retry` tries again. Default: three times, a minute after each failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// Id of a succeeded deployment of this resource. While it is set, that deployment's inputs and version are wanted instead of those in this spec. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::UUID), length(max = 36))]
    pub rollback_to: Option<String>,
    /// What happens when someone else deploys the resource through the API. Report: the condition Drifted names what differs. Correct: the wanted state is
    /// deployed again. Ignore: nothing. Default: Report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift_policy: Option<DriftPolicy>,
    /// Names of top-level inputs that others own, for example a CI pipeline that sets `image`. They are left out of comparisons, and the deployed value is sent
    /// along with every change. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100), inner(length(min = 1, max = 100)), extend("x-kubernetes-list-type" = "set"))]
    pub external_inputs: Option<Vec<String>>,
    /// Nothing remote is changed while this is true. A suspended object is deleted only with `deletionPolicy: Retain`, or once it is resumed. Default: false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspend: Option<bool>,
    /// How often to look at the remote side when nothing is going on, as a duration such as 90s, 10m or 1h30m. Default: 10m.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Span>,
    /// How long a deployment or a deletion may run before the object is Stalled with the reason DeploymentTimedOut, as a duration such as 45m or 2h. Nothing is
    /// cancelled then. Default: 2h.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Span>,
    /// What becomes of the remote resource when this object is deleted. Delete: it is deleted, and the object stays until it is gone. Retain: it stays, without
    /// its owner tag. Default: Delete for what the operator created, Retain for what it adopted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_policy: Option<DeletionPolicy>,
    /// Whether a remote resource that exists already may be taken up, if it has no owner. CreateOnly: never. AdoptOrCreate: yes, and it is created if it does not
    /// exist. Adopt: yes, and it is never created. Observe: it is shown and nothing of it is changed. Default: CreateOnly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adoption_policy: Option<AdoptionPolicy>,
    /// What happens when the remote resource is gone although it was known, or another account or region answers. Stall: that is said. Recreate: it is created
    /// again. Default: Stall.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_remote_missing: Option<OnRemoteMissing>,
    /// How many deployment records to keep on the remote side; older ones are deleted. Default: all are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10000))]
    pub history_limit: Option<u32>,
    /// Objects in the same namespace into which the outputs of the last succeeded deployment are written. They go with this object only with deletionPolicy
    /// Delete. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write_outputs_to: Option<OutputTargets>,
    /// The endpoint and keys for this object. Default: the operator's own connection, in the namespaces that may use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_ref: Option<ConnectionRef>,
}

/// The most that a change may deploy, from nothing up to a new major version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
pub enum DeploymentCeiling {
    /// Only metadata.
    None,
    /// Inputs, on the deployed version.
    CurrentVersion,
    /// Also another minor version.
    MinorVersion,
    /// Also a higher major version.
    MajorVersion,
    /// Whatever the change needs.
    #[default]
    Auto,
}

/// What to do with a running deployment that is no longer wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
pub enum OnSpecChange {
    /// Cancel it, then deploy the newest spec.
    #[default]
    Cancel,
    /// Let it end, then deploy the newest spec.
    Wait,
}

/// What to do after a failed deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
pub enum OnFailure {
    /// Leave it failed until the spec changes or a retry is asked for.
    #[default]
    Keep,
    /// Deploy the same again, a limited number of times.
    Retry,
    /// Deploy the state of the last succeeded deployment.
    Rollback,
}

/// Limits of `onFailure: Retry`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
#[serde(rename_all = "camelCase")]
pub struct Retry {
    /// How many times to try again. Default: 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 100))]
    pub limit: Option<u32>,
    /// How long to wait after a failure, as a duration such as 30s or 5m. Default: 1m.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Span>,
}

/// What to do about deployments of others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
pub enum DriftPolicy {
    /// Set the condition Drifted and name what differs.
    #[default]
    Report,
    /// Deploy the wanted state again.
    Correct,
    /// Do nothing.
    Ignore,
}

/// What deletion of the object does to the remote resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
pub enum DeletionPolicy {
    /// Delete it and wait until it is gone.
    Delete,
    /// Take the owner tag off and leave it.
    Retain,
}

/// Whether a remote resource that exists may be taken up. One that carries this object's owner tag always is, one with another's never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
pub enum AdoptionPolicy {
    /// Never take up an unowned resource; create one.
    #[default]
    CreateOnly,
    /// Take up an unowned resource, or create one.
    AdoptOrCreate,
    /// Take up an unowned resource; never create one.
    Adopt,
    /// Show the remote resource and change nothing of it.
    Observe,
}

/// What to do when the remote resource is not there any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
pub enum OnRemoteMissing {
    /// Stop and say so.
    #[default]
    Stall,
    /// Create it again.
    Recreate,
}

/// Which minor version is deployed when none is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
pub enum MinorVersionPolicy {
    /// The one that was recommended when this major was first deployed.
    #[default]
    Pin,
    /// Always the recommended one.
    Follow,
}

/// Where outputs are written. The objects are owned by the custom resource only with `deletionPolicy: Delete`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
#[serde(rename_all = "camelCase")]
pub struct OutputTargets {
    /// Name of a ConfigMap.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::OBJECT_NAME), length(min = 1, max = 253))]
    pub config_map: Option<String>,
    /// Name of a Secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::OBJECT_NAME), length(min = 1, max = 253))]
    pub secret: Option<String>,
}

/// A Secret of the same namespace that holds an endpoint with keys or a role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionRef {
    /// Name of the Secret.
    #[schemars(regex(pattern = schema::OBJECT_NAME), length(min = 1, max = 253))]
    pub name: String,
}

/// An object of the same namespace, by its name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::undescribed)]
#[serde(rename_all = "camelCase")]
pub struct LocalRef {
    /// Name of the object.
    #[schemars(regex(pattern = schema::OBJECT_NAME), length(min = 1, max = 253))]
    pub name: String,
}

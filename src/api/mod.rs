//! The custom resources: their fields, status, conditions, annotations and CRDs.
//!
//! Nothing here decides or does anything; `crate::plan` decides. No field has a default that the API server would write into an
//! object: a field that is left out stays out, so that GitOps tools see no difference, and code applies the default that the
//! field's description names.

pub mod annotation;
pub mod component;
pub mod condition;
pub mod crd;
pub mod duration;
pub mod environment;
pub mod instance;
pub mod lifecycle;
pub mod reason;
pub mod rules;
pub mod schema;
pub mod sensitive;
pub mod service;
pub mod status;

pub use component::{Component, ComponentSpec, ComponentStatus};
pub use condition::{ConditionType, Conditions};
pub use duration::Span;
pub use environment::{ProtonEnvironment, ProtonEnvironmentSpec, ProtonEnvironmentStatus};
pub use instance::{RedeployOn, ServiceInstance, ServiceInstanceSpec, ServiceInstanceStatus};
pub use lifecycle::{
    AdoptionPolicy, ConnectionRef, DeletionPolicy, DeploymentCeiling, DriftPolicy, Lifecycle, LocalRef, MinorVersionPolicy,
    OnFailure, OnRemoteMissing, OnSpecChange, OutputTargets, Retry,
};
pub use reason::Reason;
pub use sensitive::Sensitive;
pub use service::{ProtonService, ProtonServiceSpec, ProtonServiceStatus};
pub use status::{
    Attempt, CreatedInstance, DeploymentRecord, Operation, RecordedOutputs, ResourceStatus, ServiceFacts, TargetStatus,
    UsedDeployments,
};

/// The API group of every kind.
pub const GROUP: &str = "proton-operator.dev";
/// The version of every kind.
pub const VERSION: &str = "v1alpha1";

//! What the user wants: the object's spec, metadata and annotations, with every default applied.

use std::collections::BTreeMap;
use std::time::Duration;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::api::annotation as names;
use crate::api::environment::ProvisioningRepository;
use crate::api::{
    AdoptionPolicy, DeletionPolicy, DeploymentCeiling, DriftPolicy, Lifecycle, MinorVersionPolicy, OnFailure, OnRemoteMissing,
    OnSpecChange, OutputTargets, ProtonEnvironment, Span,
};
use crate::proton::{RepositoryBranch, Sensitive};

use super::document::{self, Inputs};
use super::target::TargetKind;

/// A deployable target as a plan sees it; the members are those of an environment, which has the most.
#[derive(Clone, Debug, PartialEq)]
pub struct Desired {
    /// What kind of target it is, for texts.
    pub resource: TargetKind,
    /// Whether the outputs that the deployed state used are no longer current, so that it is deployed again.
    pub outdated: bool,
    /// Who asks.
    pub identity: Identity,
    /// Remote name: `spec.name`, else the object's.
    pub name: String,
    /// Whether the object is being deleted.
    pub deleting: bool,
    /// Whether the object carries the operator's finalizer.
    pub finalizer: bool,
    /// What the annotations ask for.
    pub requests: Requests,
    /// The lifecycle block with its defaults.
    pub policy: Policy,
    /// `spec.templateName`.
    pub template_name: String,
    /// `spec.templateMajorVersion`.
    pub template_major_version: String,
    /// `spec.templateMinorVersion`.
    pub template_minor_version: Option<String>,
    /// `spec.minorVersionPolicy`.
    pub minor_version_policy: MinorVersionPolicy,
    /// Inputs or document; the error says what is wrong with them.
    pub inputs: Result<Inputs, String>,
    /// `spec.description`.
    pub description: Option<Sensitive>,
    /// `spec.protonServiceRoleArn`.
    pub proton_service_role_arn: Option<String>,
    /// `spec.environmentAccountConnectionId`.
    pub environment_account_connection_id: Option<String>,
    /// `spec.provisioningRepository`.
    pub provisioning_repository: Option<RepositoryBranch>,
    /// `spec.codebuildRoleArn`.
    pub codebuild_role_arn: Option<String>,
    /// `spec.componentRoleArn`.
    pub component_role_arn: Option<String>,
    /// `spec.tags`.
    pub tags: BTreeMap<String, String>,
}

/// The object's identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// `metadata.uid`.
    pub uid: String,
    /// `metadata.generation`.
    pub generation: i64,
    /// Value of the owner tag: cluster name/namespace/name.
    pub owner: String,
}

/// Annotations that ask for something once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// `reconcile-requested-at`.
    pub reconcile: Option<String>,
    /// `deploy-requested-at`.
    pub deploy: Option<String>,
    /// `retry-requested-at`.
    pub retry: Option<String>,
    /// `cancel-requested`: a deployment id.
    pub cancel: Option<String>,
}

/// The lifecycle block with defaults applied (design of the custom resources, lifecycle block).
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// `deploymentType`.
    pub ceiling: DeploymentCeiling,
    /// `onSpecChange`.
    pub on_spec_change: OnSpecChange,
    /// `onFailure`.
    pub on_failure: OnFailure,
    /// `retry.limit`.
    pub retry_limit: i64,
    /// `retry.interval`.
    pub retry_interval: Duration,
    /// `rollbackTo`.
    pub rollback_to: Option<String>,
    /// `driftPolicy`.
    pub drift: DriftPolicy,
    /// `externalInputs`.
    pub external_inputs: Vec<String>,
    /// `suspend`.
    pub suspended: bool,
    /// `interval`.
    pub interval: Duration,
    /// `timeout`.
    pub timeout: Duration,
    /// `deletionPolicy`; the default depends on whether the resource was adopted.
    pub deletion: Option<DeletionPolicy>,
    /// `adoptionPolicy`.
    pub adoption: AdoptionPolicy,
    /// `onRemoteMissing`.
    pub on_remote_missing: OnRemoteMissing,
    /// `historyLimit`.
    pub history_limit: Option<u32>,
    /// `writeOutputsTo`.
    pub outputs_to: Option<OutputTargets>,
}

/// Default of `interval`.
pub const INTERVAL: Duration = Duration::from_secs(600);
/// Default of `timeout`.
pub const TIMEOUT: Duration = Duration::from_secs(7200);
/// Default of `retry.interval`.
pub const RETRY_INTERVAL: Duration = Duration::from_secs(60);
/// Default of `retry.limit`.
pub const RETRY_LIMIT: i64 = 3;
/// Shorter intervals count as this long, so that no object becomes a hot loop.
pub const SHORTEST: Duration = Duration::from_secs(1);

impl From<&Lifecycle> for Policy {
    fn from(block: &Lifecycle) -> Self {
        let retry = block.retry.clone().unwrap_or_default();
        Self {
            ceiling: block.deployment_type.unwrap_or_default(),
            on_spec_change: block.on_spec_change.unwrap_or_default(),
            on_failure: block.on_failure.unwrap_or_default(),
            retry_limit: retry.limit.map_or(RETRY_LIMIT, i64::from),
            retry_interval: span(retry.interval.as_ref(), RETRY_INTERVAL),
            rollback_to: block.rollback_to.clone(),
            drift: block.drift_policy.unwrap_or_default(),
            external_inputs: block.external_inputs.clone().unwrap_or_default(),
            suspended: block.suspend.unwrap_or_default(),
            interval: span(block.interval.as_ref(), INTERVAL),
            timeout: span(block.timeout.as_ref(), TIMEOUT),
            deletion: block.deletion_policy,
            adoption: block.adoption_policy.unwrap_or_default(),
            on_remote_missing: block.on_remote_missing.unwrap_or_default(),
            history_limit: block.history_limit,
            outputs_to: block.write_outputs_to.clone(),
        }
    }
}

fn span(written: Option<&Span>, default: Duration) -> Duration {
    written.and_then(Span::to_duration).unwrap_or(default).max(SHORTEST)
}

impl Desired {
    /// What every kind has in common; `name` is `spec.name`. The rest is empty.
    pub fn of_parts(metadata: &ObjectMeta, lifecycle: &Lifecycle, name: Option<&String>, cluster: &str) -> Self {
        let own_name = metadata.name.clone().unwrap_or_default();
        let namespace = metadata.namespace.as_deref().unwrap_or_default();
        Self {
            resource: TargetKind::Environment,
            outdated: false,
            identity: Identity {
                uid: metadata.uid.clone().unwrap_or_default(),
                generation: metadata.generation.unwrap_or_default(),
                owner: format!("{cluster}/{namespace}/{own_name}"),
            },
            deleting: metadata.deletion_timestamp.is_some(),
            finalizer: metadata.finalizers.iter().flatten().any(|name| name == names::FINALIZER),
            requests: Requests::of(metadata.annotations.as_ref()),
            policy: Policy::from(lifecycle),
            name: name.cloned().unwrap_or(own_name),
            template_name: String::new(),
            template_major_version: String::new(),
            template_minor_version: None,
            minor_version_policy: MinorVersionPolicy::default(),
            inputs: Ok(Inputs::Unmanaged),
            description: None,
            proton_service_role_arn: None,
            environment_account_connection_id: None,
            provisioning_repository: None,
            codebuild_role_arn: None,
            component_role_arn: None,
            tags: BTreeMap::new(),
        }
    }

    /// Reads an environment. `cluster` is `--cluster-name`.
    pub fn of(object: &ProtonEnvironment, cluster: &str) -> Self {
        let spec = &object.spec;
        Self {
            template_name: spec.template_name.clone(),
            template_major_version: spec.template_major_version.clone(),
            template_minor_version: spec.template_minor_version.clone(),
            minor_version_policy: spec.minor_version_policy.unwrap_or_default(),
            inputs: document::read(
                spec.inputs.as_ref().map(|inputs| inputs.get()),
                spec.spec_yaml.as_ref().map(|text| text.get()),
            ),
            description: spec.description.as_ref().map(|text| Sensitive::from(text.get().as_str())),
            proton_service_role_arn: spec.proton_service_role_arn.clone(),
            environment_account_connection_id: spec.environment_account_connection_id.clone(),
            provisioning_repository: spec.provisioning_repository.as_ref().map(branch),
            codebuild_role_arn: spec.codebuild_role_arn.clone(),
            component_role_arn: spec.component_role_arn.clone(),
            tags: spec.tags.clone().unwrap_or_default(),
            ..Self::of_parts(&object.metadata, &spec.lifecycle, spec.name.as_ref(), cluster)
        }
    }
}

impl Requests {
    /// Reads them.
    pub fn of(annotations: Option<&BTreeMap<String, String>>) -> Self {
        let value = |name: &str| annotations.and_then(|all| all.get(name)).filter(|value| !value.is_empty()).cloned();
        Self {
            reconcile: value(names::RECONCILE_REQUESTED_AT),
            deploy: value(names::DEPLOY_REQUESTED_AT),
            retry: value(names::RETRY_REQUESTED_AT),
            cancel: value(names::CANCEL_REQUESTED),
        }
    }
}

fn branch(repository: &ProvisioningRepository) -> RepositoryBranch {
    let provider: &'static str = repository.provider.into();
    RepositoryBranch { branch: repository.branch.clone(), name: repository.name.clone(), provider: provider.to_owned() }
}

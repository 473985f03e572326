//! What is deployed, and the records of its deployments.
//!
//! A [`Target`] is the deployable half of an environment, service instance, pipeline or component: its state, the
//! ids of its last attempted and last succeeded deployment. A [`Deployment`] is one attempt (API model, shape
//! Deployment). The functions of `begin`, `cancel` and `settle` turn one pair of records into the next.

use std::fmt;

use jiff::Timestamp;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::deployment::{Effect, State};
use super::state::DeployedState;

/// The kinds of targets (API model, shape DeploymentTargetResourceType).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum TargetKind {
    /// An environment.
    Environment,
    /// The pipeline of a service.
    ServicePipeline,
    /// An instance of a service.
    ServiceInstance,
    /// A directly defined component.
    Component,
}

impl TargetKind {
    /// The API's word.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// What a deployment does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Operation {
    /// Provisions for the first time.
    Create,
    /// Provisions anew.
    Update,
    /// Removes what was provisioned.
    Delete,
}

impl Operation {
    /// The word that the store keeps.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A deployment as its target remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The deployment's id, a lower-case UUID.
    pub id: String,
    /// When it was asked for. The API's lastDeploymentSucceededAt is this instant too, not the end (AWS Proton
    /// User Guide, page ag-create-env, samples).
    pub at: Timestamp,
}

/// A resource that a provisioner made (API model, shape ProvisionedResource).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Resource {
    /// Its name, e.g. the stack's.
    pub name: String,
    /// Its identifier, e.g. the stack's ARN.
    pub identifier: String,
    /// CLOUDFORMATION or TERRAFORM.
    pub engine: String,
}

/// The deployable half of a resource.
#[derive(Clone, PartialEq)]
pub struct Target {
    /// The resource's ARN.
    pub arn: String,
    /// What it is.
    pub kind: TargetKind,
    /// When the resource was created.
    pub created_at: Timestamp,
    /// Where its deployment stands.
    pub state: State,
    /// The deploymentStatusMessage. Sensitive.
    pub message: Option<String>,
    /// The last attempted deployment, whatever came of it.
    pub attempted: Option<Attempt>,
    /// The last succeeded deployment: what is deployed now.
    pub succeeded: Option<Attempt>,
    /// What was provisioned, as the provisioner told last.
    pub resources: Vec<Resource>,
    /// The name of the target's CloudFormation stack, for the target's whole life.
    pub stack_name: String,
}

impl fmt::Debug for Target {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Target")
            .field("arn", &self.arn)
            .field("state", &self.state)
            .field("attempted", &self.attempted)
            .field("succeeded", &self.succeeded)
            .finish_non_exhaustive()
    }
}

/// The names by which a deployment's target is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetNames {
    /// The environment that is deployed or deployed to.
    pub environment: String,
    /// The service, of an instance or a pipeline or an attached component.
    pub service: Option<String>,
    /// The instance.
    pub service_instance: Option<String>,
    /// The component.
    pub component: Option<String>,
}

/// One attempt to bring a target into a wanted state.
#[derive(Clone, PartialEq)]
pub struct Deployment {
    /// A lower-case UUID.
    pub id: String,
    /// The ARN of its target.
    pub target_arn: String,
    /// What the target is.
    pub kind: TargetKind,
    /// The names of the target.
    pub names: TargetNames,
    /// When the target was created.
    pub target_created_at: Timestamp,
    /// What it does.
    pub operation: Operation,
    /// Where it stands; the state of its target as long as it was the last one.
    pub state: State,
    /// The deploymentStatusMessage. Sensitive.
    pub message: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When anything of it changed last.
    pub modified_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// What was deployed when it began; none for a first deployment.
    pub initial: Option<DeployedState>,
    /// What it deploys; for a deletion what is removed.
    pub wanted: Option<DeployedState>,
    /// The target's last succeeded deployment as of this one.
    pub last_succeeded_id: Option<String>,
    /// What it gave, once succeeded: name and value.
    pub outputs: Vec<(String, String)>,
    /// What is handed to the provisioner, once the worker has made it out of the bundle.
    pub prepared: Option<Prepared>,
}

impl fmt::Debug for Deployment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Deployment")
            .field("id", &self.id)
            .field("target_arn", &self.target_arn)
            .field("operation", &self.operation)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// How a target is provisioned, by its template's manifest (AWS Proton User Guide, page ag-works-prov-methods).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Method {
    /// A CloudFormation stack.
    CloudFormation,
    /// Terraform by pull request.
    Terraform,
    /// Commands in CodeBuild.
    CodeBuild,
    /// Nothing is provisioned.
    CustomerManaged,
}

impl Method {
    /// The word that the store keeps.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// What a deployment hands to its provisioner, made once and kept, so that every step of it sees the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// How the target is provisioned.
    pub method: Method,
    /// The rendered file. None for deletions, and where nothing is rendered.
    pub rendered: Option<Rendered>,
}

/// A rendered infrastructure file.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Its path in the bundle, e.g. `infrastructure/cloudformation.yaml`.
    pub file: String,
    /// Its text. Sensitive: it may hold anything a spec holds.
    pub body: String,
}

impl fmt::Debug for Rendered {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Rendered").field("file", &self.file).finish_non_exhaustive()
    }
}

/// The next records of a target and its deployment, written in one transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The target.
    pub target: Target,
    /// Its running, or just ended, deployment.
    pub deployment: Deployment,
    /// What else is recorded.
    pub effects: &'static [Effect],
}

//! Plain views of services, instances, pipelines and components, as far as the operator uses them.
//!
//! Source of every member: the API model's shape of the same name without `View`.

use jiff::Timestamp;

use super::sensitive::Sensitive;
use super::types::DeploymentStatus;

/// A service as Get, Create, Update and Delete return it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceView {
    /// `name`.
    pub name: String,
    /// `arn`.
    pub arn: String,
    /// `description`.
    pub description: Option<Sensitive>,
    /// `templateName`.
    pub template_name: String,
    /// `createdAt`.
    pub created_at: Timestamp,
    /// `status`, the API's word: CREATE_IN_PROGRESS, ACTIVE, UPDATE_FAILED and others.
    pub status: String,
    /// `statusMessage`.
    pub status_message: Option<Sensitive>,
    /// `spec`: the latest accepted ServiceSpec document.
    pub spec: Option<Sensitive>,
    /// `pipeline`; absent for templates without one.
    pub pipeline: Option<PipelineView>,
}

/// The pipeline of a service. While an update runs, version and spec are those of the last success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineView {
    /// `arn`.
    pub arn: String,
    /// `lastDeploymentAttemptedAt`.
    pub last_deployment_attempted_at: Option<Timestamp>,
    /// `lastDeploymentSucceededAt`.
    pub last_deployment_succeeded_at: Option<Timestamp>,
    /// `templateMajorVersion`.
    pub template_major_version: Option<String>,
    /// `templateMinorVersion`.
    pub template_minor_version: Option<String>,
    /// `deploymentStatus`.
    pub deployment_status: DeploymentStatus,
    /// `deploymentStatusMessage`.
    pub deployment_status_message: Option<Sensitive>,
    /// `spec`: the ServiceSpec document of the last success.
    pub spec: Option<Sensitive>,
    /// `lastAttemptedDeploymentId`.
    pub last_attempted_deployment_id: Option<String>,
    /// `lastSucceededDeploymentId`.
    pub last_succeeded_deployment_id: Option<String>,
}

/// A row of ListServices. It shows nothing of the pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceSummary {
    /// `name`.
    pub name: String,
    /// `status`, the API's word.
    pub status: String,
}

/// A service instance as Get, Create, Update and Cancel return it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceView {
    /// `name`.
    pub name: String,
    /// `arn`.
    pub arn: String,
    /// `serviceName`.
    pub service_name: String,
    /// `environmentName`.
    pub environment_name: String,
    /// `createdAt`.
    pub created_at: Timestamp,
    /// `lastDeploymentAttemptedAt`.
    pub last_deployment_attempted_at: Option<Timestamp>,
    /// `lastDeploymentSucceededAt`.
    pub last_deployment_succeeded_at: Option<Timestamp>,
    /// `templateName`.
    pub template_name: String,
    /// `templateMajorVersion`.
    pub template_major_version: Option<String>,
    /// `templateMinorVersion`.
    pub template_minor_version: Option<String>,
    /// `deploymentStatus`.
    pub deployment_status: DeploymentStatus,
    /// `deploymentStatusMessage`.
    pub deployment_status_message: Option<Sensitive>,
    /// `spec`: the whole ServiceSpec document of the last success, of which only this instance's entry counts.
    pub spec: Option<Sensitive>,
    /// `lastAttemptedDeploymentId`.
    pub last_attempted_deployment_id: Option<String>,
    /// `lastSucceededDeploymentId`.
    pub last_succeeded_deployment_id: Option<String>,
}

/// A row of ListServiceInstances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceSummary {
    /// `name`.
    pub name: String,
    /// `serviceName`.
    pub service_name: String,
    /// `environmentName`.
    pub environment_name: String,
    /// `arn`.
    pub arn: String,
    /// `deploymentStatus`.
    pub deployment_status: DeploymentStatus,
    /// `lastAttemptedDeploymentId`.
    pub last_attempted_deployment_id: Option<String>,
    /// `lastSucceededDeploymentId`.
    pub last_succeeded_deployment_id: Option<String>,
}

/// A component as Get, Create, Update, Cancel and Delete return it. Its file is only shown by its deployments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentView {
    /// `name`.
    pub name: String,
    /// `arn`.
    pub arn: String,
    /// `description`.
    pub description: Option<Sensitive>,
    /// `environmentName`.
    pub environment_name: String,
    /// `serviceName`, if it is attached.
    pub service_name: Option<String>,
    /// `serviceInstanceName`, if it is attached.
    pub service_instance_name: Option<String>,
    /// `createdAt`.
    pub created_at: Timestamp,
    /// `lastDeploymentAttemptedAt`.
    pub last_deployment_attempted_at: Option<Timestamp>,
    /// `lastDeploymentSucceededAt`.
    pub last_deployment_succeeded_at: Option<Timestamp>,
    /// `deploymentStatus`.
    pub deployment_status: DeploymentStatus,
    /// `deploymentStatusMessage`.
    pub deployment_status_message: Option<Sensitive>,
    /// `serviceSpec`.
    pub service_spec: Option<Sensitive>,
    /// `lastAttemptedDeploymentId`.
    pub last_attempted_deployment_id: Option<String>,
    /// `lastSucceededDeploymentId`.
    pub last_succeeded_deployment_id: Option<String>,
}

/// A row of ListComponents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentSummary {
    /// `name`.
    pub name: String,
    /// `deploymentStatus`.
    pub deployment_status: DeploymentStatus,
    /// `serviceName`, if it is attached.
    pub service_name: Option<String>,
    /// `serviceInstanceName`, if it is attached.
    pub service_instance_name: Option<String>,
    /// `lastAttemptedDeploymentId`.
    pub last_attempted_deployment_id: Option<String>,
    /// `lastSucceededDeploymentId`.
    pub last_succeeded_deployment_id: Option<String>,
}

/// Names a deployable target other than an environment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TargetName {
    /// An instance.
    Instance {
        /// Service.
        service: String,
        /// Instance.
        name: String,
    },
    /// The pipeline of a service.
    Pipeline {
        /// Service.
        service: String,
    },
    /// A component.
    Component {
        /// Component.
        name: String,
    },
}

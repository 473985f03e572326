//! The AWS Proton API as the operator sees it: a trait with exactly the calls it makes, plain views of what comes back, and one
//! classification of errors.
//!
//! Nothing outside [`aws`] names the SDK, so that decisions and drivers can be tested against an endpoint in memory and the
//! generated types never leak into the status of a custom resource.

pub mod aws;
pub mod connection;
pub mod error;
#[cfg(test)]
pub(crate) mod memory;
pub mod metered;
pub mod request;
pub mod sensitive;
pub mod service_requests;
pub mod service_types;
pub mod services;
pub mod types;

use async_trait::async_trait;

pub use error::{ErrorClass, ProtonError};
pub use request::{CreateEnvironment, UpdateEnvironment, UpdateType};
pub use sensitive::Sensitive;
pub use service_requests::{
    CreateComponent, CreateService, CreateServiceInstance, UpdateComponent, UpdateService, UpdateServiceInstance,
    UpdateServicePipeline,
};
pub use service_types::{
    ComponentSummary, ComponentView, InstanceSummary, InstanceView, PipelineView, ServiceSummary, ServiceView, TargetName,
};
pub use services::Services;
pub use types::{
    Deployment, DeploymentStatus, DeploymentSummary, EnvironmentState, EnvironmentSummary, EnvironmentTemplate, EnvironmentView,
    Output, Page, RepositoryBranch, Tag, TemplateVersion, UsedIds,
};

/// What every call gives.
pub type Result<T> = std::result::Result<T, ProtonError>;

/// The calls that an environment needs, those of every kind, and with [`Services`] the rest. One value speaks to one endpoint with one set of keys.
///
/// Each call is bounded in time by the implementation and is not repeated by the caller within a pass: an error of a class that
/// [`ErrorClass::leaves_outcome_open`] means that the call may have worked.
#[async_trait]
pub trait Proton: Services + Send + Sync {
    /// GetEnvironment. An absent environment is [`ErrorClass::NotFound`].
    async fn get_environment(&self, name: &str) -> Result<EnvironmentView>;
    /// CreateEnvironment: starts the first deployment. The API knows no client token here; the name is the key.
    async fn create_environment(&self, request: &CreateEnvironment) -> Result<EnvironmentView>;
    /// UpdateEnvironment: starts a deployment unless the type is [`UpdateType::None`].
    async fn update_environment(&self, request: &UpdateEnvironment) -> Result<EnvironmentView>;
    /// CancelEnvironmentDeployment: only an update that is IN_PROGRESS; asynchronous.
    async fn cancel_environment_deployment(&self, name: &str) -> Result<EnvironmentView>;
    /// DeleteEnvironment: asynchronous; `None` when the API no longer knows the environment.
    async fn delete_environment(&self, name: &str) -> Result<Option<EnvironmentView>>;
    /// One page (up to 100) of ListEnvironments, all templates.
    async fn list_environments(&self, next_token: Option<&str>) -> Result<Page<EnvironmentSummary>>;
    /// ListEnvironmentOutputs of one deployment, or of the last one that succeeded.
    async fn list_environment_outputs(&self, name: &str, deployment_id: Option<&str>) -> Result<Vec<Output>>;

    /// GetDeployment with its target and initial state.
    async fn get_deployment(&self, id: &str) -> Result<Deployment>;
    /// One page (up to 100) of ListDeployments of an environment itself and of what runs in it.
    async fn list_environment_deployments(&self, name: &str, next_token: Option<&str>) -> Result<Page<DeploymentSummary>>;
    /// DeleteDeployment: forgets the record of a finished deployment; idempotent.
    async fn delete_deployment(&self, id: &str) -> Result<()>;

    /// GetEnvironmentTemplate.
    async fn get_environment_template(&self, name: &str) -> Result<EnvironmentTemplate>;
    /// ListEnvironmentTemplateVersions, all pages: the minors of `major`, or with `None` one entry per major.
    async fn list_environment_template_versions(&self, name: &str, major: Option<&str>) -> Result<Vec<TemplateVersion>>;

    /// ListTagsForResource, all pages, without the tags that AWS manages (prefix `aws:`).
    async fn list_tags(&self, arn: &str) -> Result<Vec<Tag>>;
    /// TagResource: adds or overwrites.
    async fn tag(&self, arn: &str, tags: &[Tag]) -> Result<()>;
    /// UntagResource: keys that are absent are no error.
    async fn untag(&self, arn: &str, keys: &[String]) -> Result<()>;
}

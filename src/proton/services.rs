//! The calls that services, instances, pipelines and components need.

use async_trait::async_trait;

use super::Result;
use super::service_requests::{
    CreateComponent, CreateService, CreateServiceInstance, UpdateComponent, UpdateService, UpdateServiceInstance,
    UpdateServicePipeline,
};
use super::service_types::{
    ComponentSummary, ComponentView, InstanceSummary, InstanceView, ServiceSummary, ServiceView, TargetName,
};
use super::types::{DeploymentSummary, Output, Page, TemplateVersion};

/// The other half of [`super::Proton`].
#[async_trait]
pub trait Services: Send + Sync {
    /// Whether a service template has a pipeline: GetServiceTemplate without `pipelineProvisioning`.
    async fn has_pipeline(&self, template: &str) -> Result<bool>;
    /// ListServiceTemplateVersions, all pages: the minors of `major`.
    async fn list_service_template_versions(&self, name: &str, major: &str) -> Result<Vec<TemplateVersion>>;

    /// One page (up to 100) of ListServices.
    async fn list_services(&self, next_token: Option<&str>) -> Result<Page<ServiceSummary>>;
    /// GetService.
    async fn get_service(&self, name: &str) -> Result<ServiceView>;
    /// CreateService: deploys its instances, then the pipeline.
    async fn create_service(&self, request: &CreateService) -> Result<ServiceView>;
    /// UpdateService: adds and removes instances, or changes the description.
    async fn update_service(&self, request: &UpdateService) -> Result<ServiceView>;
    /// DeleteService with everything in it.
    async fn delete_service(&self, name: &str) -> Result<()>;

    /// One page of ListServiceInstances, of one service or of all.
    async fn list_service_instances(&self, service: Option<&str>, next_token: Option<&str>) -> Result<Page<InstanceSummary>>;
    /// GetServiceInstance.
    async fn get_service_instance(&self, service: &str, name: &str) -> Result<InstanceView>;
    /// CreateServiceInstance.
    async fn create_service_instance(&self, request: &CreateServiceInstance) -> Result<InstanceView>;
    /// UpdateServiceInstance.
    async fn update_service_instance(&self, request: &UpdateServiceInstance) -> Result<InstanceView>;
    /// CancelServiceInstanceDeployment.
    async fn cancel_service_instance_deployment(&self, service: &str, name: &str) -> Result<()>;

    /// UpdateServicePipeline.
    async fn update_service_pipeline(&self, request: &UpdateServicePipeline) -> Result<()>;
    /// CancelServicePipelineDeployment.
    async fn cancel_service_pipeline_deployment(&self, service: &str) -> Result<()>;

    /// GetComponent.
    async fn get_component(&self, name: &str) -> Result<ComponentView>;
    /// CreateComponent.
    async fn create_component(&self, request: &CreateComponent) -> Result<ComponentView>;
    /// UpdateComponent.
    async fn update_component(&self, request: &UpdateComponent) -> Result<ComponentView>;
    /// CancelComponentDeployment.
    async fn cancel_component_deployment(&self, name: &str) -> Result<()>;
    /// DeleteComponent: asynchronous.
    async fn delete_component(&self, name: &str) -> Result<()>;
    /// One page of ListComponents: of those attached to a service's instance, or of all.
    async fn list_components(&self, attached: Option<(&str, &str)>, next_token: Option<&str>) -> Result<Page<ComponentSummary>>;

    /// One page (up to 100) of ListDeployments of everything, newest first.
    async fn list_deployments(&self, next_token: Option<&str>) -> Result<Page<DeploymentSummary>>;
    /// One page of ListDeployments with the filter that comes nearest to the target; rows of other targets may be among them.
    async fn list_target_deployments(&self, target: &TargetName, next_token: Option<&str>) -> Result<Page<DeploymentSummary>>;
    /// ListServiceInstanceOutputs, ListServicePipelineOutputs or ListComponentOutputs of one deployment.
    async fn list_target_outputs(&self, target: &TargetName, deployment_id: &str) -> Result<Vec<Output>>;
}

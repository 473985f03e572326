//! The calls of [`Services`], counted and kept to a rate.

use async_trait::async_trait;

use super::Metered;
use crate::proton::service_requests::{
    CreateComponent, CreateService, CreateServiceInstance, UpdateComponent, UpdateService, UpdateServiceInstance,
    UpdateServicePipeline,
};
use crate::proton::service_types::{
    ComponentSummary, ComponentView, InstanceSummary, InstanceView, ServiceSummary, ServiceView, TargetName,
};
use crate::proton::types::{DeploymentSummary, Output, Page, TemplateVersion};
use crate::proton::{Result, services::Services};

#[async_trait]
impl Services for Metered {
    async fn has_pipeline(&self, template: &str) -> Result<bool> {
        self.call("GetServiceTemplate", self.inner.has_pipeline(template)).await
    }
    async fn list_service_template_versions(&self, name: &str, major: &str) -> Result<Vec<TemplateVersion>> {
        self.call("ListServiceTemplateVersions", self.inner.list_service_template_versions(name, major)).await
    }
    async fn list_services(&self, next_token: Option<&str>) -> Result<Page<ServiceSummary>> {
        self.call("ListServices", self.inner.list_services(next_token)).await
    }
    async fn get_service(&self, name: &str) -> Result<ServiceView> {
        self.call("GetService", self.inner.get_service(name)).await
    }
    async fn create_service(&self, request: &CreateService) -> Result<ServiceView> {
        self.call("CreateService", self.inner.create_service(request)).await
    }
    async fn update_service(&self, request: &UpdateService) -> Result<ServiceView> {
        self.call("UpdateService", self.inner.update_service(request)).await
    }
    async fn delete_service(&self, name: &str) -> Result<()> {
        self.call("DeleteService", self.inner.delete_service(name)).await
    }
    async fn list_service_instances(&self, service: Option<&str>, next_token: Option<&str>) -> Result<Page<InstanceSummary>> {
        self.call("ListServiceInstances", self.inner.list_service_instances(service, next_token)).await
    }
    async fn get_service_instance(&self, service: &str, name: &str) -> Result<InstanceView> {
        self.call("GetServiceInstance", self.inner.get_service_instance(service, name)).await
    }
    async fn create_service_instance(&self, request: &CreateServiceInstance) -> Result<InstanceView> {
        self.call("CreateServiceInstance", self.inner.create_service_instance(request)).await
    }
    async fn update_service_instance(&self, request: &UpdateServiceInstance) -> Result<InstanceView> {
        self.call("UpdateServiceInstance", self.inner.update_service_instance(request)).await
    }
    async fn cancel_service_instance_deployment(&self, service: &str, name: &str) -> Result<()> {
        self.call("CancelServiceInstanceDeployment", self.inner.cancel_service_instance_deployment(service, name)).await
    }
    async fn update_service_pipeline(&self, request: &UpdateServicePipeline) -> Result<()> {
        self.call("UpdateServicePipeline", self.inner.update_service_pipeline(request)).await
    }
    async fn cancel_service_pipeline_deployment(&self, service: &str) -> Result<()> {
        self.call("CancelServicePipelineDeployment", self.inner.cancel_service_pipeline_deployment(service)).await
    }
    async fn get_component(&self, name: &str) -> Result<ComponentView> {
        self.call("GetComponent", self.inner.get_component(name)).await
    }
    async fn create_component(&self, request: &CreateComponent) -> Result<ComponentView> {
        self.call("CreateComponent", self.inner.create_component(request)).await
    }
    async fn update_component(&self, request: &UpdateComponent) -> Result<ComponentView> {
        self.call("UpdateComponent", self.inner.update_component(request)).await
    }
    async fn cancel_component_deployment(&self, name: &str) -> Result<()> {
        self.call("CancelComponentDeployment", self.inner.cancel_component_deployment(name)).await
    }
    async fn delete_component(&self, name: &str) -> Result<()> {
        self.call("DeleteComponent", self.inner.delete_component(name)).await
    }
    async fn list_components(&self, attached: Option<(&str, &str)>, next_token: Option<&str>) -> Result<Page<ComponentSummary>> {
        self.call("ListComponents", self.inner.list_components(attached, next_token)).await
    }
    async fn list_deployments(&self, next_token: Option<&str>) -> Result<Page<DeploymentSummary>> {
        self.call("ListDeployments", self.inner.list_deployments(next_token)).await
    }
    async fn list_target_deployments(&self, target: &TargetName, next_token: Option<&str>) -> Result<Page<DeploymentSummary>> {
        self.call("ListDeployments", self.inner.list_target_deployments(target, next_token)).await
    }
    async fn list_target_outputs(&self, target: &TargetName, deployment_id: &str) -> Result<Vec<Output>> {
        self.call("ListTargetOutputs", self.inner.list_target_outputs(target, deployment_id)).await
    }
}

//! From an operation's name and body to its handler, and back.

use proton_model::{Operation, Request, describe};
use serde::Serialize;

use super::{
    Api, ApiError, Engine, ErrorCode, cancel_component_deployment, cancel_environment_deployment,
    cancel_service_instance_deployment, cancel_service_pipeline_deployment, create_component, create_environment,
    create_environment_template, create_environment_template_version, create_service, create_service_instance,
    create_service_template, create_service_template_version, delete_component, delete_deployment, delete_environment,
    delete_environment_template, delete_environment_template_version, delete_service, delete_service_template,
    delete_service_template_version, get_account_settings, get_component, get_deployment, get_environment,
    get_environment_template, get_environment_template_version, get_service, get_service_instance, get_service_template,
    get_service_template_version, list_component_outputs, list_component_provisioned_resources, list_components,
    list_deployments, list_environment_outputs, list_environment_provisioned_resources, list_environment_template_versions,
    list_environment_templates, list_environments, list_service_instance_outputs, list_service_instance_provisioned_resources,
    list_service_instances, list_service_pipeline_outputs, list_service_pipeline_provisioned_resources,
    list_service_template_versions, list_service_templates, list_services, list_tags_for_resource,
    notify_resource_deployment_status_change, put_bundle, tag_resource, untag_resource, update_account_settings,
    update_component, update_environment, update_environment_template, update_environment_template_version, update_service,
    update_service_instance, update_service_pipeline, update_service_template, update_service_template_version,
};
use crate::http::Caller;

#[async_trait::async_trait]
impl Api for Engine {
    async fn call(&self, operation: Operation, caller: &Caller, body: &[u8]) -> Result<Vec<u8>, ApiError> {
        match operation {
            Operation::CancelEnvironmentDeployment => written(&cancel_environment_deployment::handle(self, parsed(body)?).await?),
            Operation::CreateEnvironment => written(&create_environment::handle(self, parsed(body)?).await?),
            Operation::CreateEnvironmentTemplate => written(&create_environment_template::handle(self, parsed(body)?).await?),
            Operation::CreateEnvironmentTemplateVersion => {
                written(&create_environment_template_version::handle(self, parsed(body)?).await?)
            }
            Operation::DeleteDeployment => written(&delete_deployment::handle(self, parsed(body)?).await?),
            Operation::DeleteEnvironment => written(&delete_environment::handle(self, parsed(body)?).await?),
            Operation::DeleteEnvironmentTemplate => written(&delete_environment_template::handle(self, parsed(body)?).await?),
            Operation::DeleteEnvironmentTemplateVersion => {
                written(&delete_environment_template_version::handle(self, parsed(body)?).await?)
            }
            Operation::GetDeployment => written(&get_deployment::handle(self, parsed(body)?).await?),
            Operation::GetEnvironment => written(&get_environment::handle(self, parsed(body)?).await?),
            Operation::GetEnvironmentTemplate => written(&get_environment_template::handle(self, parsed(body)?).await?),
            Operation::GetEnvironmentTemplateVersion => {
                written(&get_environment_template_version::handle(self, parsed(body)?).await?)
            }
            Operation::ListDeployments => written(&list_deployments::handle(self, parsed(body)?).await?),
            Operation::ListEnvironmentOutputs => written(&list_environment_outputs::handle(self, parsed(body)?).await?),
            Operation::ListEnvironmentProvisionedResources => {
                written(&list_environment_provisioned_resources::handle(self, parsed(body)?).await?)
            }
            Operation::ListEnvironmentTemplateVersions => {
                written(&list_environment_template_versions::handle(self, parsed(body)?).await?)
            }
            Operation::ListEnvironmentTemplates => written(&list_environment_templates::handle(self, parsed(body)?).await?),
            Operation::ListEnvironments => written(&list_environments::handle(self, parsed(body)?).await?),
            Operation::ListTagsForResource => written(&list_tags_for_resource::handle(self, parsed(body)?).await?),
            Operation::TagResource => written(&tag_resource::handle(self, caller, parsed(body)?).await?),
            Operation::UntagResource => written(&untag_resource::handle(self, caller, parsed(body)?).await?),
            Operation::UpdateEnvironment => written(&update_environment::handle(self, parsed(body)?).await?),
            Operation::UpdateEnvironmentTemplate => written(&update_environment_template::handle(self, parsed(body)?).await?),
            Operation::UpdateEnvironmentTemplateVersion => {
                written(&update_environment_template_version::handle(self, parsed(body)?).await?)
            }
            Operation::CreateServiceTemplate => written(&create_service_template::handle(self, parsed(body)?).await?),
            Operation::CreateServiceTemplateVersion => {
                written(&create_service_template_version::handle(self, parsed(body)?).await?)
            }
            Operation::DeleteServiceTemplate => written(&delete_service_template::handle(self, parsed(body)?).await?),
            Operation::DeleteServiceTemplateVersion => {
                written(&delete_service_template_version::handle(self, parsed(body)?).await?)
            }
            Operation::GetServiceTemplate => written(&get_service_template::handle(self, parsed(body)?).await?),
            Operation::GetServiceTemplateVersion => written(&get_service_template_version::handle(self, parsed(body)?).await?),
            Operation::ListServiceTemplateVersions => {
                written(&list_service_template_versions::handle(self, parsed(body)?).await?)
            }
            Operation::ListServiceTemplates => written(&list_service_templates::handle(self, parsed(body)?).await?),
            Operation::UpdateServiceTemplate => written(&update_service_template::handle(self, parsed(body)?).await?),
            Operation::UpdateServiceTemplateVersion => {
                written(&update_service_template_version::handle(self, parsed(body)?).await?)
            }
            Operation::CancelServiceInstanceDeployment => {
                written(&cancel_service_instance_deployment::handle(self, parsed(body)?).await?)
            }
            Operation::CancelServicePipelineDeployment => {
                written(&cancel_service_pipeline_deployment::handle(self, parsed(body)?).await?)
            }
            Operation::CreateService => written(&create_service::handle(self, parsed(body)?).await?),
            Operation::CreateServiceInstance => written(&create_service_instance::handle(self, parsed(body)?).await?),
            Operation::DeleteService => written(&delete_service::handle(self, parsed(body)?).await?),
            Operation::GetService => written(&get_service::handle(self, parsed(body)?).await?),
            Operation::GetServiceInstance => written(&get_service_instance::handle(self, parsed(body)?).await?),
            Operation::ListServiceInstanceOutputs => written(&list_service_instance_outputs::handle(self, parsed(body)?).await?),
            Operation::ListServiceInstanceProvisionedResources => {
                written(&list_service_instance_provisioned_resources::handle(self, parsed(body)?).await?)
            }
            Operation::ListServiceInstances => written(&list_service_instances::handle(self, parsed(body)?).await?),
            Operation::ListServicePipelineOutputs => written(&list_service_pipeline_outputs::handle(self, parsed(body)?).await?),
            Operation::ListServicePipelineProvisionedResources => {
                written(&list_service_pipeline_provisioned_resources::handle(self, parsed(body)?).await?)
            }
            Operation::ListServices => written(&list_services::handle(self, parsed(body)?).await?),
            Operation::UpdateService => written(&update_service::handle(self, parsed(body)?).await?),
            Operation::UpdateServiceInstance => written(&update_service_instance::handle(self, parsed(body)?).await?),
            Operation::UpdateServicePipeline => written(&update_service_pipeline::handle(self, parsed(body)?).await?),
            Operation::CancelComponentDeployment => written(&cancel_component_deployment::handle(self, parsed(body)?).await?),
            Operation::CreateComponent => written(&create_component::handle(self, parsed(body)?).await?),
            Operation::DeleteComponent => written(&delete_component::handle(self, parsed(body)?).await?),
            Operation::GetAccountSettings => written(&get_account_settings::handle(self, parsed(body)?).await?),
            Operation::GetComponent => written(&get_component::handle(self, parsed(body)?).await?),
            Operation::ListComponentOutputs => written(&list_component_outputs::handle(self, parsed(body)?).await?),
            Operation::ListComponentProvisionedResources => {
                written(&list_component_provisioned_resources::handle(self, parsed(body)?).await?)
            }
            Operation::ListComponents => written(&list_components::handle(self, parsed(body)?).await?),
            Operation::NotifyResourceDeploymentStatusChange => {
                written(&notify_resource_deployment_status_change::handle(self, parsed(body)?).await?)
            }
            Operation::UpdateAccountSettings => written(&update_account_settings::handle(self, parsed(body)?).await?),
            Operation::UpdateComponent => written(&update_component::handle(self, parsed(body)?).await?),
            other => Err(ApiError::not_provided(other)),
        }
    }

    async fn update_service_if(&self, _caller: &Caller, expected_spec: &str, body: &[u8]) -> Result<Vec<u8>, ApiError> {
        written(&update_service::handle_if(self, parsed(body)?, Some(expected_spec)).await?)
    }

    async fn put_bundle(&self, _caller: &Caller, sha256_hex: &str, bytes: Vec<u8>) -> Result<(), ApiError> {
        put_bundle::handle(self, sha256_hex, &bytes).await
    }
}

/// Reads a request and refuses it with everything that is wrong with it.
fn parsed<R: Request>(body: &[u8]) -> Result<R, ApiError> {
    // Clients may send nothing where no member is required.
    let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
    let request: R = serde_json::from_slice(body).map_err(|error| ApiError {
        code: ErrorCode::Serialization,
        message: format!("The request body is not the JSON document that {} takes: {error}", R::OPERATION.name()),
    })?;
    let violations = request.violations();
    if violations.is_empty() { Ok(request) } else { Err(ApiError::invalid(describe(&violations))) }
}

fn written<T: Serialize>(response: &T) -> Result<Vec<u8>, ApiError> {
    serde_json::to_vec(response).map_err(|error| {
        tracing::error!(%error, "a response cannot be written");
        ApiError::api(proton_model::ErrorKind::InternalServer, "The response cannot be written. Report this.")
    })
}

//! From an operation's name and body to its handler, and back.

use proton_model::{Operation, Request, describe};
use serde::Serialize;

use super::{Api, ApiError, Engine, ErrorCode, caller_account, put_bundle, update_service};
use crate::http::Caller;

#[async_trait::async_trait]
impl Api for Engine {
    async fn call(&self, operation: Operation, caller: &Caller, body: &[u8]) -> Result<Vec<u8>, ApiError> {
        caller_account::check(self, caller, operation)?;
        answer(self, operation, caller, body).await
    }

    async fn update_service_if(&self, caller: &Caller, expected_spec: &str, body: &[u8]) -> Result<Vec<u8>, ApiError> {
        caller_account::check(self, caller, Operation::UpdateService)?;
        written(&update_service::handle_if(self, parsed(body)?, Some(expected_spec)).await?)
    }

    async fn put_bundle(&self, caller: &Caller, sha256_hex: &str, bytes: Vec<u8>) -> Result<(), ApiError> {
        // A bundle is of use only to who may register it.
        caller_account::check(self, caller, Operation::CreateEnvironmentTemplateVersion)?;
        put_bundle::handle(self, sha256_hex, &bytes).await
    }
}

/// The table of all operations: each has its handler in the module of its name.
async fn answer(engine: &Engine, operation: Operation, caller: &Caller, body: &[u8]) -> Result<Vec<u8>, ApiError> {
    /// Whoever calls.
    macro_rules! answer {
        ($module:ident) => {
            written(&super::$module::handle(engine, parsed(body)?).await?)
        };
    }
    /// It matters who calls.
    macro_rules! answer_to {
        ($module:ident) => {
            written(&super::$module::handle(engine, caller, parsed(body)?).await?)
        };
    }
    match operation {
        Operation::AcceptEnvironmentAccountConnection => answer_to!(accept_environment_account_connection),
        Operation::CancelComponentDeployment => answer!(cancel_component_deployment),
        Operation::CancelEnvironmentDeployment => answer!(cancel_environment_deployment),
        Operation::CancelServiceInstanceDeployment => answer!(cancel_service_instance_deployment),
        Operation::CancelServicePipelineDeployment => answer!(cancel_service_pipeline_deployment),
        Operation::CreateComponent => answer!(create_component),
        Operation::CreateEnvironment => answer!(create_environment),
        Operation::CreateEnvironmentAccountConnection => answer_to!(create_environment_account_connection),
        Operation::CreateEnvironmentTemplate => answer!(create_environment_template),
        Operation::CreateEnvironmentTemplateVersion => answer!(create_environment_template_version),
        Operation::CreateRepository => answer!(create_repository),
        Operation::CreateService => answer!(create_service),
        Operation::CreateServiceInstance => answer!(create_service_instance),
        Operation::CreateServiceSyncConfig => answer!(create_service_sync_config),
        Operation::CreateServiceTemplate => answer!(create_service_template),
        Operation::CreateServiceTemplateVersion => answer!(create_service_template_version),
        Operation::CreateTemplateSyncConfig => answer!(create_template_sync_config),
        Operation::DeleteComponent => answer!(delete_component),
        Operation::DeleteDeployment => answer!(delete_deployment),
        Operation::DeleteEnvironment => answer!(delete_environment),
        Operation::DeleteEnvironmentAccountConnection => answer_to!(delete_environment_account_connection),
        Operation::DeleteEnvironmentTemplate => answer!(delete_environment_template),
        Operation::DeleteEnvironmentTemplateVersion => answer!(delete_environment_template_version),
        Operation::DeleteRepository => answer!(delete_repository),
        Operation::DeleteService => answer!(delete_service),
        Operation::DeleteServiceSyncConfig => answer!(delete_service_sync_config),
        Operation::DeleteServiceTemplate => answer!(delete_service_template),
        Operation::DeleteServiceTemplateVersion => answer!(delete_service_template_version),
        Operation::DeleteTemplateSyncConfig => answer!(delete_template_sync_config),
        Operation::GetAccountSettings => answer!(get_account_settings),
        Operation::GetComponent => answer!(get_component),
        Operation::GetDeployment => answer!(get_deployment),
        Operation::GetEnvironment => answer!(get_environment),
        Operation::GetEnvironmentAccountConnection => answer_to!(get_environment_account_connection),
        Operation::GetEnvironmentTemplate => answer!(get_environment_template),
        Operation::GetEnvironmentTemplateVersion => answer!(get_environment_template_version),
        Operation::GetRepository => answer!(get_repository),
        Operation::GetRepositorySyncStatus => answer!(get_repository_sync_status),
        Operation::GetResourcesSummary => answer!(get_resources_summary),
        Operation::GetService => answer!(get_service),
        Operation::GetServiceInstance => answer!(get_service_instance),
        Operation::GetServiceInstanceSyncStatus => answer!(get_service_instance_sync_status),
        Operation::GetServiceSyncBlockerSummary => answer!(get_service_sync_blocker_summary),
        Operation::GetServiceSyncConfig => answer!(get_service_sync_config),
        Operation::GetServiceTemplate => answer!(get_service_template),
        Operation::GetServiceTemplateVersion => answer!(get_service_template_version),
        Operation::GetTemplateSyncConfig => answer!(get_template_sync_config),
        Operation::GetTemplateSyncStatus => answer!(get_template_sync_status),
        Operation::ListComponentOutputs => answer!(list_component_outputs),
        Operation::ListComponentProvisionedResources => answer!(list_component_provisioned_resources),
        Operation::ListComponents => answer!(list_components),
        Operation::ListDeployments => answer!(list_deployments),
        Operation::ListEnvironmentAccountConnections => answer_to!(list_environment_account_connections),
        Operation::ListEnvironmentOutputs => answer!(list_environment_outputs),
        Operation::ListEnvironmentProvisionedResources => answer!(list_environment_provisioned_resources),
        Operation::ListEnvironmentTemplateVersions => answer!(list_environment_template_versions),
        Operation::ListEnvironmentTemplates => answer!(list_environment_templates),
        Operation::ListEnvironments => answer!(list_environments),
        Operation::ListRepositories => answer!(list_repositories),
        Operation::ListRepositorySyncDefinitions => answer!(list_repository_sync_definitions),
        Operation::ListServiceInstanceOutputs => answer!(list_service_instance_outputs),
        Operation::ListServiceInstanceProvisionedResources => answer!(list_service_instance_provisioned_resources),
        Operation::ListServiceInstances => answer!(list_service_instances),
        Operation::ListServicePipelineOutputs => answer!(list_service_pipeline_outputs),
        Operation::ListServicePipelineProvisionedResources => answer!(list_service_pipeline_provisioned_resources),
        Operation::ListServiceTemplateVersions => answer!(list_service_template_versions),
        Operation::ListServiceTemplates => answer!(list_service_templates),
        Operation::ListServices => answer!(list_services),
        Operation::ListTagsForResource => answer_to!(list_tags_for_resource),
        Operation::NotifyResourceDeploymentStatusChange => answer!(notify_resource_deployment_status_change),
        Operation::RejectEnvironmentAccountConnection => answer_to!(reject_environment_account_connection),
        Operation::TagResource => answer_to!(tag_resource),
        Operation::UntagResource => answer_to!(untag_resource),
        Operation::UpdateAccountSettings => answer!(update_account_settings),
        Operation::UpdateComponent => answer!(update_component),
        Operation::UpdateEnvironment => answer!(update_environment),
        Operation::UpdateEnvironmentAccountConnection => answer_to!(update_environment_account_connection),
        Operation::UpdateEnvironmentTemplate => answer!(update_environment_template),
        Operation::UpdateEnvironmentTemplateVersion => answer!(update_environment_template_version),
        Operation::UpdateService => answer!(update_service),
        Operation::UpdateServiceInstance => answer!(update_service_instance),
        Operation::UpdateServicePipeline => answer!(update_service_pipeline),
        Operation::UpdateServiceSyncBlocker => answer!(update_service_sync_blocker),
        Operation::UpdateServiceSyncConfig => answer!(update_service_sync_config),
        Operation::UpdateServiceTemplate => answer!(update_service_template),
        Operation::UpdateServiceTemplateVersion => answer!(update_service_template_version),
        Operation::UpdateTemplateSyncConfig => answer!(update_template_sync_config),
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

//! A smallest valid request for each of the 87 operations.

use proton_model::Operation;
use serde_json::{Value, json};

use super::stage::{NO_ID, arn};

/// The input: the members that the API model requires, and nothing else.
pub fn smallest(operation: Operation) -> Value {
    let name = operation.name();
    if name.contains("EnvironmentAccountConnection") {
        return account_connection(operation);
    }
    if name.contains("Sync") {
        return sync(operation);
    }
    if name.contains("Template") {
        return template(operation);
    }
    if name.contains("Component") {
        return component(operation);
    }
    if name.contains("Service") {
        return service(operation);
    }
    if name.contains("Environment") {
        return environment(operation);
    }
    other(operation)
}

fn account_connection(operation: Operation) -> Value {
    match operation {
        Operation::CreateEnvironmentAccountConnection => {
            json!({"managementAccountId": "123456789012", "environmentName": "any"})
        }
        Operation::ListEnvironmentAccountConnections => json!({"requestedBy": "MANAGEMENT_ACCOUNT"}),
        _ => json!({"id": NO_ID}),
    }
}

fn sync(operation: Operation) -> Value {
    let template = json!({"templateName": "any", "templateType": "ENVIRONMENT"});
    let place = json!({"repositoryName": "acme/any", "repositoryProvider": "GITHUB", "branch": "main"});
    match operation {
        Operation::GetTemplateSyncConfig | Operation::DeleteTemplateSyncConfig => template,
        Operation::GetTemplateSyncStatus => joined(&[template, json!({"templateVersion": "1"})]),
        Operation::CreateTemplateSyncConfig | Operation::UpdateTemplateSyncConfig => joined(&[template, place]),
        Operation::GetRepositorySyncStatus => joined(&[place, json!({"syncType": "TEMPLATE_SYNC"})]),
        Operation::ListRepositorySyncDefinitions => {
            json!({"repositoryName": "acme/any", "repositoryProvider": "GITHUB", "syncType": "TEMPLATE_SYNC"})
        }
        Operation::CreateServiceSyncConfig | Operation::UpdateServiceSyncConfig => {
            joined(&[place, json!({"serviceName": "any", "filePath": "ops.yaml"})])
        }
        Operation::GetServiceInstanceSyncStatus => json!({"serviceName": "any", "serviceInstanceName": "any"}),
        Operation::UpdateServiceSyncBlocker => json!({"id": NO_ID, "resolvedReason": "done"}),
        _ => json!({"serviceName": "any"}),
    }
}

fn template(operation: Operation) -> Value {
    let version = json!({"templateName": "any", "majorVersion": "1", "minorVersion": "0"});
    let source = json!({"templateName": "any", "source": {"s3": {"bucket": "any-bucket", "key": "any.tar.gz"}}});
    match operation {
        Operation::ListEnvironmentTemplates | Operation::ListServiceTemplates => json!({}),
        Operation::ListEnvironmentTemplateVersions | Operation::ListServiceTemplateVersions => json!({"templateName": "any"}),
        Operation::CreateEnvironmentTemplateVersion => source,
        Operation::CreateServiceTemplateVersion => {
            joined(&[source, json!({"compatibleEnvironmentTemplates": [{"templateName": "any", "majorVersion": "1"}]})])
        }
        other if other.name().ends_with("Version") => version,
        _ => json!({"name": "any"}),
    }
}

fn component(operation: Operation) -> Value {
    match operation {
        Operation::ListComponents => json!({}),
        Operation::CreateComponent => json!({"name": "any", "manifest": "templates: []", "templateFile": "Resources: {}"}),
        Operation::UpdateComponent => json!({"name": "any", "deploymentType": "NONE"}),
        Operation::GetComponent | Operation::DeleteComponent => json!({"name": "any"}),
        _ => json!({"componentName": "any"}),
    }
}

fn service(operation: Operation) -> Value {
    match operation {
        Operation::ListServices | Operation::ListServiceInstances => json!({}),
        Operation::CreateService => {
            json!({"name": "any", "templateName": "any", "templateMajorVersion": "1", "spec": "proton: ServiceSpec"})
        }
        Operation::GetService | Operation::UpdateService | Operation::DeleteService => json!({"name": "any"}),
        Operation::CreateServiceInstance => json!({"serviceName": "any", "name": "any", "spec": "proton: ServiceSpec"}),
        Operation::UpdateServiceInstance => json!({"serviceName": "any", "name": "any", "deploymentType": "NONE"}),
        Operation::GetServiceInstance => json!({"serviceName": "any", "name": "any"}),
        Operation::UpdateServicePipeline => {
            json!({"serviceName": "any", "deploymentType": "NONE", "spec": "proton: ServiceSpec"})
        }
        Operation::CancelServicePipelineDeployment
        | Operation::ListServicePipelineOutputs
        | Operation::ListServicePipelineProvisionedResources => json!({"serviceName": "any"}),
        _ => json!({"serviceName": "any", "serviceInstanceName": "any"}),
    }
}

fn environment(operation: Operation) -> Value {
    match operation {
        Operation::ListEnvironments => json!({}),
        Operation::CreateEnvironment => {
            json!({"name": "any", "templateName": "any", "templateMajorVersion": "1", "spec": "proton: EnvironmentSpec"})
        }
        Operation::UpdateEnvironment => json!({"name": "any", "deploymentType": "NONE"}),
        Operation::GetEnvironment | Operation::DeleteEnvironment => json!({"name": "any"}),
        _ => json!({"environmentName": "any"}),
    }
}

fn other(operation: Operation) -> Value {
    let resource = json!({"resourceArn": arn("environment/any")});
    match operation {
        Operation::GetDeployment | Operation::DeleteDeployment => json!({"id": NO_ID}),
        Operation::NotifyResourceDeploymentStatusChange | Operation::ListTagsForResource => resource,
        Operation::TagResource => joined(&[resource, json!({"tags": []})]),
        Operation::UntagResource => joined(&[resource, json!({"tagKeys": []})]),
        Operation::CreateRepository => {
            let connection = "arn:aws:codestar-connections:us-east-1:123456789012:connection/any";
            json!({"name": "acme/any", "provider": "GITHUB", "connectionArn": connection})
        }
        Operation::GetRepository | Operation::DeleteRepository => json!({"name": "acme/any", "provider": "GITHUB"}),
        _ => json!({}),
    }
}

/// One object with the members of several.
fn joined(parts: &[Value]) -> Value {
    parts
        .iter()
        .filter_map(Value::as_object)
        .flatten()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

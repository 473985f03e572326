//! One valid call of every operation on components, account settings and notices, for `every_call`.

use aws_sdk_proton::Client;
use aws_sdk_proton::types::ComponentDeploymentUpdateType;

use super::every_call::Refused;
use super::stage::arn;

const MANIFEST: &str =
    "infrastructure:\n  templates:\n    - {file: t.yaml, rendering_engine: jinja, template_language: cloudformation}\n";

pub async fn mutating(client: &Client, refused: &Refused<'_>) {
    let create = || client.create_component().name("any").manifest(MANIFEST).template_file("Resources: {}");
    refused.see(|| create().environment_name("any").send()).await;
    let update = || client.update_component().name("any").deployment_type(ComponentDeploymentUpdateType::None);
    refused.see(|| update().send()).await;
    refused.see(|| client.delete_component().name("any").send()).await;
    refused.see(|| client.cancel_component_deployment().component_name("any").send()).await;
    let notify = || client.notify_resource_deployment_status_change().resource_arn(arn("component/any"));
    refused.see(|| notify().send()).await;
    refused.see(|| client.update_account_settings().send()).await;
}

pub async fn reading(client: &Client, refused: &Refused<'_>) {
    refused.see(|| client.get_component().name("any").send()).await;
    refused.see(|| client.list_components().send()).await;
    refused.see(|| client.list_component_outputs().component_name("any").send()).await;
    refused.see(|| client.list_component_provisioned_resources().component_name("any").send()).await;
    refused.see(|| client.get_account_settings().send()).await;
}

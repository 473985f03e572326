//! One valid call of every operation on repositories, account connections, sync configurations and the summary, for
//! `every_call`.

use aws_sdk_proton::Client;
use aws_sdk_proton::types::{
    EnvironmentAccountConnectionRequesterAccountType as RequestedBy, RepositoryProvider, SyncType, TemplateType,
};

use super::every_call::Refused;
use super::repositories::CONNECTION;
use super::stage::{ACCOUNT, NO_ID};

const GITHUB: RepositoryProvider = RepositoryProvider::Github;
const KIND: TemplateType = TemplateType::Environment;
const NAME: &str = "acme/any";

pub async fn mutating(client: &Client, refused: &Refused<'_>) {
    let create = || client.create_repository().name(NAME).provider(GITHUB).connection_arn(CONNECTION);
    refused.see(|| create().send()).await;
    refused.see(|| client.delete_repository().name(NAME).provider(GITHUB).send()).await;
    mutating_connections(client, refused).await;
    mutating_syncs(client, refused).await;
}

async fn mutating_connections(client: &Client, refused: &Refused<'_>) {
    let create = || client.create_environment_account_connection().management_account_id(ACCOUNT).environment_name("any");
    refused.see(|| create().send()).await;
    refused.see(|| client.accept_environment_account_connection().id(NO_ID).send()).await;
    refused.see(|| client.reject_environment_account_connection().id(NO_ID).send()).await;
    refused.see(|| client.update_environment_account_connection().id(NO_ID).send()).await;
    refused.see(|| client.delete_environment_account_connection().id(NO_ID).send()).await;
}

async fn mutating_syncs(client: &Client, refused: &Refused<'_>) {
    let create = || client.create_template_sync_config().template_name("any").template_type(KIND).branch("main");
    refused.see(|| create().repository_provider(GITHUB).repository_name(NAME).send()).await;
    let update = || client.update_template_sync_config().template_name("any").template_type(KIND).branch("main");
    refused.see(|| update().repository_provider(GITHUB).repository_name(NAME).send()).await;
    refused.see(|| client.delete_template_sync_config().template_name("any").template_type(KIND).send()).await;
    let create = || client.create_service_sync_config().service_name("any").file_path("ops.yaml").branch("main");
    refused.see(|| create().repository_provider(GITHUB).repository_name(NAME).send()).await;
    let update = || client.update_service_sync_config().service_name("any").file_path("ops.yaml").branch("main");
    refused.see(|| update().repository_provider(GITHUB).repository_name(NAME).send()).await;
    refused.see(|| client.delete_service_sync_config().service_name("any").send()).await;
    refused.see(|| client.update_service_sync_blocker().id(NO_ID).resolved_reason("done").send()).await;
}

pub async fn reading(client: &Client, refused: &Refused<'_>) {
    refused.see(|| client.get_repository().name(NAME).provider(GITHUB).send()).await;
    refused.see(|| client.list_repositories().send()).await;
    refused.see(|| client.get_environment_account_connection().id(NO_ID).send()).await;
    let list = || client.list_environment_account_connections().requested_by(RequestedBy::ManagementAccount);
    refused.see(|| list().send()).await;
    refused.see(|| client.get_resources_summary().send()).await;
    refused.see(|| client.get_template_sync_config().template_name("any").template_type(KIND).send()).await;
    let status = || client.get_template_sync_status().template_name("any").template_type(KIND).template_version("1");
    refused.see(|| status().send()).await;
    refused.see(|| client.get_service_sync_config().service_name("any").send()).await;
    let status = || client.get_service_instance_sync_status().service_name("any").service_instance_name("any");
    refused.see(|| status().send()).await;
    refused.see(|| client.get_service_sync_blocker_summary().service_name("any").send()).await;
    let status = || client.get_repository_sync_status().repository_name(NAME).repository_provider(GITHUB).branch("main");
    refused.see(|| status().sync_type(SyncType::TemplateSync).send()).await;
    let list = || client.list_repository_sync_definitions().repository_name(NAME).repository_provider(GITHUB);
    refused.see(|| list().sync_type(SyncType::TemplateSync).send()).await;
}

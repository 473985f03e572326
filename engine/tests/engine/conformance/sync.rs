//! Sync configurations of templates and services, and the statuses that say that nothing watches them.

use aws_sdk_proton::operation::create_service_sync_config::builders::CreateServiceSyncConfigFluentBuilder as CreateOfService;
use aws_sdk_proton::operation::create_template_sync_config::builders::CreateTemplateSyncConfigFluentBuilder as CreateOfTemplate;
use aws_sdk_proton::operation::update_service_sync_config::builders::UpdateServiceSyncConfigFluentBuilder as UpdateOfService;
use aws_sdk_proton::types::{
    BlockerStatus, DeploymentUpdateType, RepositoryProvider, RepositorySyncStatus, ResourceSyncAttempt, ResourceSyncStatus,
    ServiceStatus, SyncType, TemplateType,
};
use proton_model::ErrorKind;
use proton_rig::until;

use super::record::Record;
use super::repositories::LINKED;
use super::service_templates::SERVICE_TEMPLATE;
use super::stage::{NO_ID, PATIENCE, Stage, TEMPLATE};

const GITHUB: RepositoryProvider = RepositoryProvider::Github;
const KIND: TemplateType = TemplateType::Environment;
/// Its deletion does not end while the tests run.
const SERVICE: &str = "stuck-synced";
const ENVIRONMENT: &str = "for-sync";

pub async fn run(stage: &Stage, record: &Record) {
    of_template(stage, record).await;
    of_repository(stage, record).await;
    forget_template(stage, record).await;
    with_service(stage).await;
    of_service(stage, record).await;
    blockers(stage, record).await;
    forget_service(stage, record).await;
}

fn creating(stage: &Stage, template: &str) -> CreateOfTemplate {
    let create = stage.admin().create_template_sync_config().template_name(template).template_type(KIND);
    create.repository_provider(GITHUB).repository_name(LINKED).branch("main")
}

fn is_not_watched(attempt: Option<ResourceSyncAttempt>) {
    let attempt = attempt.unwrap();
    assert_eq!(attempt.status, ResourceSyncStatus::Failed);
    assert!(attempt.events[0].event.contains("does not watch"), "{attempt:?}");
}

async fn of_template(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let created = record.success(creating(stage, TEMPLATE).send().await).template_sync_config.unwrap();
    assert_eq!((created.repository_name.as_str(), created.branch.as_str()), (LINKED, "main"));
    record.success(creating(stage, TEMPLATE).send().await);
    record.refusal(ErrorKind::Conflict, creating(stage, TEMPLATE).branch("other").send().await);
    let message = record.refusal(ErrorKind::Validation, creating(stage, "nothing").send().await);
    assert!(message.contains("environment-template/nothing"), "{message}");
    let update = |template: &str| {
        let update = client.update_template_sync_config().template_name(template).template_type(KIND).branch("other");
        update.repository_provider(GITHUB).repository_name(LINKED)
    };
    let updated = record.success(update(TEMPLATE).subdirectory("templates").send().await).template_sync_config.unwrap();
    assert_eq!(updated.subdirectory.as_deref(), Some("templates"));
    record.refusal(ErrorKind::ResourceNotFound, update("nothing").send().await);
    record.refusal(ErrorKind::Validation, update(TEMPLATE).branch("").send().await);
    let get = |template: &str| client.get_template_sync_config().template_name(template).template_type(KIND);
    assert_eq!(record.success(get(TEMPLATE).send().await).template_sync_config, Some(updated));
    record.refusal(ErrorKind::ResourceNotFound, get("nothing").send().await);
    record.refusal(ErrorKind::Validation, get("").send().await);
    let status = |template: &str| client.get_template_sync_status().template_name(template).template_type(KIND);
    let told = record.success(status(TEMPLATE).template_version("1").send().await);
    assert_eq!((told.desired_state, told.latest_successful_sync), (None, None));
    is_not_watched(told.latest_sync);
    record.refusal(ErrorKind::ResourceNotFound, status("nothing").template_version("1").send().await);
    record.refusal(ErrorKind::Validation, status(TEMPLATE).template_version("x").send().await);
}

async fn of_repository(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let status = |branch: &str| {
        let status = client.get_repository_sync_status().repository_name(LINKED).repository_provider(GITHUB);
        status.sync_type(SyncType::TemplateSync).branch(branch)
    };
    let told = record.success(status("other").send().await).latest_sync.unwrap();
    assert_eq!(told.status, RepositorySyncStatus::Failed);
    assert!(told.events[0].event.contains("does not watch"), "{told:?}");
    record.refusal(ErrorKind::ResourceNotFound, status("main").send().await);
    record.refusal(ErrorKind::Validation, status("").send().await);
    let list = |name: &str| {
        let list = client.list_repository_sync_definitions().repository_name(name).repository_provider(GITHUB);
        list.sync_type(SyncType::TemplateSync)
    };
    let mut pages = list(LINKED).into_paginator().send();
    let mut directories = Vec::new();
    while let Some(page) = pages.next().await {
        directories.extend(record.success(page).sync_definitions.into_iter().map(|definition| definition.directory));
    }
    assert_eq!(directories, ["templates"]);
    record.refusal(ErrorKind::Validation, list("no-owner").send().await);
}

async fn forget_template(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let in_use = client.delete_repository().name(LINKED).provider(GITHUB).send().await;
    assert!(record.refusal(ErrorKind::Conflict, in_use).contains(TEMPLATE));
    let delete = |template: &str| client.delete_template_sync_config().template_name(template).template_type(KIND);
    assert!(record.success(delete(TEMPLATE).send().await).template_sync_config.is_some());
    record.refusal(ErrorKind::ResourceNotFound, delete(TEMPLATE).send().await);
    record.refusal(ErrorKind::Validation, delete("").send().await);
}

/// The service with its instance `one`.
async fn with_service(stage: &Stage) {
    stage.deploy(ENVIRONMENT).await;
    let spec = format!("proton: ServiceSpec\ninstances:\n  - {{name: one, environment: {ENVIRONMENT}}}\n");
    let create = stage.admin().create_service().name(SERVICE).template_name(SERVICE_TEMPLATE).template_major_version("1");
    create.spec(spec).send().await.unwrap();
    active(stage).await;
}

async fn active(stage: &Stage) {
    let client = stage.admin();
    let probe = || async {
        let found = client.get_service().name(SERVICE).send().await.unwrap().service.unwrap();
        (found.status == ServiceStatus::Active).then_some(())
    };
    until("the service becoming ACTIVE", PATIENCE, probe).await.unwrap();
}

fn creating_of(stage: &Stage, service: &str) -> CreateOfService {
    let create = stage.admin().create_service_sync_config().service_name(service).file_path("ops.yaml");
    create.repository_provider(GITHUB).repository_name(LINKED).branch("main")
}

fn updating_of(stage: &Stage, service: &str) -> UpdateOfService {
    let update = stage.admin().update_service_sync_config().service_name(service).file_path("other.yaml");
    update.repository_provider(GITHUB).repository_name(LINKED).branch("main")
}

async fn of_service(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let created = record.success(creating_of(stage, SERVICE).send().await).service_sync_config.unwrap();
    assert_eq!((created.service_name.as_str(), created.file_path.as_str()), (SERVICE, "ops.yaml"));
    record.success(creating_of(stage, SERVICE).send().await);
    record.refusal(ErrorKind::Conflict, creating_of(stage, SERVICE).branch("other").send().await);
    record.refusal(ErrorKind::Validation, creating_of(stage, SERVICE).repository_name("acme/nothing").send().await);
    let updated = record.success(updating_of(stage, SERVICE).send().await).service_sync_config.unwrap();
    record.refusal(ErrorKind::ResourceNotFound, updating_of(stage, "nothing").send().await);
    record.refusal(ErrorKind::Validation, updating_of(stage, SERVICE).file_path("").send().await);
    let get = |service: &str| client.get_service_sync_config().service_name(service);
    assert_eq!(record.success(get(SERVICE).send().await).service_sync_config, Some(updated));
    record.refusal(ErrorKind::ResourceNotFound, get("nothing").send().await);
    record.refusal(ErrorKind::Validation, get("no spaces").send().await);
    let status = |instance: &str| client.get_service_instance_sync_status().service_name(SERVICE).service_instance_name(instance);
    is_not_watched(record.success(status("one").send().await).latest_sync);
    record.refusal(ErrorKind::ResourceNotFound, status("two").send().await);
    record.refusal(ErrorKind::Validation, status("no spaces").send().await);
}

async fn blockers(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let update = client.update_service_instance().service_name(SERVICE).name("one");
    update.deployment_type(DeploymentUpdateType::CurrentVersion).send().await.unwrap();
    let summary = |service: &str| client.get_service_sync_blocker_summary().service_name(service);
    let told = record.success(summary(SERVICE).service_instance_name("one").send().await);
    let blocker = told.service_sync_blocker_summary.unwrap().latest_blockers.unwrap().remove(0);
    assert_eq!(blocker.status, BlockerStatus::Active);
    record.refusal(ErrorKind::ResourceNotFound, summary("nothing").send().await);
    record.refusal(ErrorKind::Validation, summary("").send().await);
    let resolve = |id: &str, reason: &str| client.update_service_sync_blocker().id(id).resolved_reason(reason);
    let resolved = record.success(resolve(&blocker.id, "merged").send().await).service_sync_blocker.unwrap();
    assert_eq!((resolved.status, resolved.resolved_reason.as_deref()), (BlockerStatus::Resolved, Some("merged")));
    record.refusal(ErrorKind::Conflict, resolve(&blocker.id, "other").send().await);
    record.refusal(ErrorKind::ResourceNotFound, resolve(NO_ID, "merged").send().await);
    let without_id = client.update_service_sync_blocker().resolved_reason("merged");
    record.refusal(ErrorKind::Validation, without_id.send().await);
}

/// The configuration goes alone, or with the service, and is not changed while that goes.
async fn forget_service(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let delete = |service: &str| client.delete_service_sync_config().service_name(service);
    assert!(record.success(delete(SERVICE).send().await).service_sync_config.is_some());
    record.refusal(ErrorKind::ResourceNotFound, delete(SERVICE).send().await);
    record.refusal(ErrorKind::Validation, delete("").send().await);
    record.success(creating_of(stage, SERVICE).send().await);
    let deleting = || async {
        let deleted = client.delete_service().name(SERVICE).send().await.ok()?;
        (deleted.service?.status == ServiceStatus::DeleteInProgress).then_some(())
    };
    until("the deletion of the service", PATIENCE, deleting).await.unwrap();
    record.refusal(ErrorKind::Conflict, creating_of(stage, SERVICE).send().await);
    record.refusal(ErrorKind::Conflict, updating_of(stage, SERVICE).send().await);
    record.refusal(ErrorKind::Conflict, delete(SERVICE).send().await);
}

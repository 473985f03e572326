//! Services, their instances and their pipelines: all operations, and the waiters for them.

use aws_sdk_proton::client::Waiters as _;
use aws_sdk_proton::operation::create_service::builders::CreateServiceFluentBuilder;
use aws_sdk_proton::types::{DeploymentStatus, DeploymentUpdateType, ServiceStatus};
use proton_model::ErrorKind;

use super::record::Record;
use super::service_templates::SERVICE_TEMPLATE;
use super::stage::{PATIENCE, Stage};

/// Where the instances run.
const ENVIRONMENT: &str = "for-services";

fn document(instances: &[&str]) -> String {
    let entry = |name: &&str| format!("  - {{name: {name}, environment: {ENVIRONMENT}, spec: {{port: 80}}}}\n");
    let entries: String = instances.iter().map(entry).collect();
    format!("proton: ServiceSpec\npipeline: {{command: make}}\ninstances:\n{entries}")
}

fn creating(stage: &Stage, name: &str) -> CreateServiceFluentBuilder {
    let create = stage.admin().create_service().name(name).template_name(SERVICE_TEMPLATE).template_major_version("1");
    create.spec(document(&["one", "two"]))
}

pub async fn run(stage: &Stage, record: &Record) {
    stage.deploy(ENVIRONMENT).await;
    create(stage, record).await;
    read(stage, record).await;
    instances(stage, record).await;
    pipeline(stage, record).await;
    update(stage, record).await;
    delete(stage, record).await;
}

async fn create(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let created = record.success(creating(stage, "shop").send().await).service.unwrap();
    assert_eq!(created.status, ServiceStatus::CreateInProgress);
    client.wait_until_service_created().name("shop").wait(PATIENCE).await.unwrap();
    client.wait_until_service_pipeline_deployed().name("shop").wait(PATIENCE).await.unwrap();
    record.refusal(ErrorKind::Validation, creating(stage, "shop").description("other").send().await);
    record.refusal(ErrorKind::ResourceNotFound, creating(stage, "e").template_name("nothing").send().await);
    let unknown = creating(stage, "e").spec(document(&["one"]).replace(ENVIRONMENT, "nothing"));
    record.refusal(ErrorKind::ResourceNotFound, unknown.send().await);
    let many: Vec<String> = (0..21).map(|number| format!("i{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    record.refusal(ErrorKind::ServiceQuotaExceeded, creating(stage, "e").spec(document(&many)).send().await);
}

async fn read(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let get = |name: &str| client.get_service().name(name);
    let found = record.success(get("shop").send().await).service.unwrap();
    let pipeline = found.pipeline.unwrap();
    assert_eq!((found.status, pipeline.deployment_status), (ServiceStatus::Active, DeploymentStatus::Succeeded));
    assert_eq!(pipeline.last_succeeded_deployment_id, pipeline.last_attempted_deployment_id);
    record.refusal(ErrorKind::ResourceNotFound, get("nothing").send().await);
    record.refusal(ErrorKind::Validation, get("no spaces").send().await);
    record.refusal(ErrorKind::Validation, client.list_services().max_results(0).send().await);
    assert_eq!(record.success(client.list_services().send().await).services.len(), 1);
    let list = || client.list_service_instances();
    let mut pages = list().into_paginator().page_size(1).send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        names.extend(record.success(page).service_instances.into_iter().map(|instance| instance.name));
    }
    assert_eq!(names, ["one", "two"]);
    record.refusal(ErrorKind::ResourceNotFound, list().service_name("nothing").send().await);
    record.refusal(ErrorKind::Validation, list().max_results(0).send().await);
    let listed = client.list_deployments().service_name("shop").send().await.unwrap().deployments;
    assert_eq!(listed.len(), 3);
}

async fn instances(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let get = |name: &str| client.get_service_instance().service_name("shop").name(name);
    let before = record.success(get("one").send().await).service_instance.unwrap();
    record.refusal(ErrorKind::ResourceNotFound, get("nothing").send().await);
    record.refusal(ErrorKind::Validation, get("").send().await);
    let update = |name: &str| {
        let update = client.update_service_instance().service_name("shop").name(name);
        update.deployment_type(DeploymentUpdateType::CurrentVersion)
    };
    let changed = update("one").spec(document(&["one"]).replace("80", "81"));
    record.success(changed.send().await);
    client.wait_until_service_instance_deployed().service_name("shop").name("one").wait(PATIENCE).await.unwrap();
    let after = get("one").send().await.unwrap().service_instance.unwrap();
    assert_ne!(after.last_succeeded_deployment_id, before.last_succeeded_deployment_id);
    record.refusal(ErrorKind::ResourceNotFound, update("nothing").send().await);
    record.refusal(ErrorKind::Validation, update("one").template_minor_version("0").send().await);
    let create = |name: &str| client.create_service_instance().service_name("shop").name(name).spec(document(&["one", name]));
    record.success(create("slow-three").send().await);
    record.refusal(ErrorKind::Conflict, create("one").send().await);
    let message = record.refusal(ErrorKind::Validation, create("six").spec(document(&["one"])).send().await);
    assert!(message.contains("six"), "it names the missing entry: {message}");
    record.refusal(ErrorKind::ResourceNotFound, create("four").service_name("nothing").send().await);
    client.wait_until_service_instance_deployed().service_name("shop").name("slow-three").wait(PATIENCE).await.unwrap();
    let cancel = || client.cancel_service_instance_deployment().service_name("shop");
    record.refusal(ErrorKind::Conflict, cancel().service_instance_name("slow-three").send().await);
    update("slow-three").send().await.unwrap();
    record.refusal(ErrorKind::Conflict, update("slow-three").send().await);
    let cancelling = record.success(cancel().service_instance_name("slow-three").send().await).service_instance.unwrap();
    assert_eq!(cancelling.deployment_status, DeploymentStatus::Cancelling);
    record.refusal(ErrorKind::ResourceNotFound, cancel().service_instance_name("nothing").send().await);
    record.refusal(ErrorKind::Validation, cancel().service_instance_name("").send().await);
    let outputs = || client.list_service_instance_outputs().service_name("shop");
    assert_eq!(record.success(outputs().service_instance_name("one").send().await).outputs.len(), 1);
    record.refusal(ErrorKind::ResourceNotFound, outputs().service_instance_name("nothing").send().await);
    record.refusal(ErrorKind::Validation, outputs().service_instance_name("one").deployment_id("1").send().await);
    let resources = || client.list_service_instance_provisioned_resources().service_name("shop");
    record.success(resources().service_instance_name("one").send().await);
    record.refusal(ErrorKind::ResourceNotFound, resources().service_instance_name("nothing").send().await);
    record.refusal(ErrorKind::Validation, resources().service_instance_name("").send().await);
    settled(stage, "slow-three").await;
}

/// Waits until nothing of an instance is running.
async fn settled(stage: &Stage, name: &str) {
    let client = stage.admin();
    let probe = || async {
        let found = client.get_service_instance().service_name("shop").name(name).send().await.unwrap();
        let status = found.service_instance.unwrap().deployment_status;
        (status == DeploymentStatus::Cancelled).then_some(())
    };
    proton_rig::until("the end of a cancelled deployment", PATIENCE, probe).await.unwrap();
}

async fn pipeline(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let update = |name: &str| {
        let update = client.update_service_pipeline().service_name(name).deployment_type(DeploymentUpdateType::CurrentVersion);
        update.spec(document(&["one"]).replace("make", "ninja"))
    };
    let updated = record.success(update("shop").send().await).pipeline.unwrap();
    assert_eq!(updated.deployment_status, DeploymentStatus::InProgress);
    record.refusal(ErrorKind::Conflict, update("shop").send().await);
    let other_role = client.update_account_settings().pipeline_service_role_arn("arn:aws:iam::123456789012:role/other");
    let message = record.refusal(ErrorKind::Conflict, other_role.send().await);
    assert!(message.contains("service/shop/pipeline"), "{message}");
    record.refusal(ErrorKind::ResourceNotFound, update("nothing").send().await);
    record.refusal(ErrorKind::Validation, update("shop").spec("").send().await);
    let cancel = |name: &str| client.cancel_service_pipeline_deployment().service_name(name);
    record.success(cancel("shop").send().await);
    record.refusal(ErrorKind::ResourceNotFound, cancel("nothing").send().await);
    record.refusal(ErrorKind::Validation, cancel("").send().await);
    let probe = || async {
        let found = client.get_service().name("shop").send().await.unwrap().service.unwrap();
        (found.pipeline.unwrap().deployment_status == DeploymentStatus::Cancelled).then_some(())
    };
    proton_rig::until("the end of a cancelled pipeline", PATIENCE, probe).await.unwrap();
    record.refusal(ErrorKind::Conflict, cancel("shop").send().await);
    let outputs = |name: &str| client.list_service_pipeline_outputs().service_name(name);
    record.success(outputs("shop").send().await);
    record.refusal(ErrorKind::ResourceNotFound, outputs("nothing").send().await);
    record.refusal(ErrorKind::Validation, outputs("").send().await);
    let resources = |name: &str| client.list_service_pipeline_provisioned_resources().service_name(name);
    record.success(resources("shop").send().await);
    record.refusal(ErrorKind::ResourceNotFound, resources("nothing").send().await);
    record.refusal(ErrorKind::Validation, resources("").send().await);
}

async fn update(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let update = |name: &str| client.update_service().name(name);
    let spec = client.get_service().name("shop").send().await.unwrap().service.unwrap().spec;
    let same = record.success(update("shop").description("new").send().await).service.unwrap();
    assert_eq!(same.status, ServiceStatus::Active);
    record.refusal(ErrorKind::Conflict, creating(stage, "shop").send().await);
    record.refusal(ErrorKind::ResourceNotFound, update("nothing").send().await);
    record.refusal(ErrorKind::Validation, update("shop").spec(spec.replace("81", "82")).send().await);
    let current = "${Proton::CURRENT_VAL}";
    let kept = format!("  - {{name: one, environment: {ENVIRONMENT}, spec: {{port: '{current}'}}}}\n");
    let added = format!("  - {{name: slow-five, environment: {ENVIRONMENT}}}\n");
    let next = format!("proton: ServiceSpec\npipeline: {{command: '{current}'}}\ninstances:\n{kept}{added}");
    record.success(update("shop").spec(&next).send().await);
    let message = record.refusal(ErrorKind::Conflict, update("shop").spec(&next).send().await);
    assert!(message.contains("being updated"), "{message}");
    let wait = client.wait_until_service_updated().name("shop").wait(PATIENCE).await;
    wait.unwrap_or_else(|error| panic!("the update of the service: {error:?}"));
    let names: Vec<String> = client
        .list_service_instances()
        .service_name("shop")
        .send()
        .await
        .unwrap()
        .service_instances
        .into_iter()
        .map(|instance| instance.name)
        .collect();
    assert_eq!(names, ["one", "slow-five"]);
    let many: String = (0..21).map(|number| format!("  - {{name: i{number}, environment: {ENVIRONMENT}}}\n")).collect();
    record.refusal(ErrorKind::ServiceQuotaExceeded, update("shop").spec(next + &many).send().await);
}

async fn delete(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let refused = record.refusal(ErrorKind::Conflict, client.delete_environment().name(ENVIRONMENT).send().await);
    assert!(refused.contains("service-instance/one"), "{refused}");
    let delete = || client.delete_service().name("shop");
    let update = client.update_service_instance().service_name("shop").name("slow-five");
    update.deployment_type(DeploymentUpdateType::CurrentVersion).send().await.unwrap();
    record.refusal(ErrorKind::Conflict, delete().send().await);
    record.refusal(ErrorKind::Validation, client.delete_service().name("no spaces").send().await);
    let cancel = client.cancel_service_instance_deployment().service_name("shop");
    cancel.service_instance_name("slow-five").send().await.unwrap();
    settled(stage, "slow-five").await;
    let deleting = record.success(delete().send().await).service.unwrap();
    assert_eq!(deleting.status, ServiceStatus::DeleteInProgress);
    client.wait_until_service_deleted().name("shop").wait(PATIENCE).await.unwrap();
    assert_eq!(record.success(delete().send().await).service, None, "a repeated deletion succeeds");
}

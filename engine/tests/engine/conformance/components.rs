//! Components, the account's settings, and what a customer's automation tells about deployments.

use aws_sdk_proton::client::Waiters as _;
use aws_sdk_proton::operation::create_component::builders::CreateComponentFluentBuilder;
use aws_sdk_proton::types::{ComponentDeploymentUpdateType, DeploymentStatus, Output, ResourceDeploymentStatus};
use proton_model::ErrorKind;
use proton_rig::until;

use super::record::Record;
use super::stage::{NO_ID, PATIENCE, Stage, arn};

/// Where the components are deployed.
const ENVIRONMENT: &str = "for-components";
const MANIFEST: &str =
    "infrastructure:\n  templates:\n    - {file: t.yaml, rendering_engine: jinja, template_language: cloudformation}\n";
const TERRAFORM: &str =
    "infrastructure:\n  templates:\n    - {file: t.tf, rendering_engine: hcl, template_language: terraform}\n";
const FILE: &str = "Resources: {T: {Type: 'AWS::SNS::Topic'}}\nOutputs:\n  Cidr: {Value: '{{ environment.outputs.Cidr }}'}\n";

pub fn creating(stage: &Stage, name: &str) -> CreateComponentFluentBuilder {
    stage.admin().create_component().name(name).environment_name(ENVIRONMENT).manifest(MANIFEST).template_file(FILE)
}

pub async fn run(stage: &Stage, record: &Record) {
    stage.deploy(ENVIRONMENT).await;
    create(stage, record).await;
    read(stage, record).await;
    update(stage, record).await;
    cancel(stage, record).await;
    notify(stage, record).await;
    delete(stage, record).await;
    settings(stage, record).await;
}

async fn create(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let created = record.success(creating(stage, "table").client_token("one").send().await).component.unwrap();
    assert_eq!(created.deployment_status, DeploymentStatus::InProgress);
    client.wait_until_component_deployed().name("table").wait(PATIENCE).await.unwrap();
    let again = record.success(creating(stage, "table").client_token("one").send().await).component.unwrap();
    assert_eq!(again.last_attempted_deployment_id, created.last_attempted_deployment_id, "the same token is the same request");
    record.refusal(ErrorKind::Conflict, creating(stage, "table").send().await);
    record.refusal(ErrorKind::Validation, creating(stage, "other").manifest("nothing").send().await);
    record.refusal(ErrorKind::ResourceNotFound, creating(stage, "other").environment_name("nothing").send().await);
    let attached = creating(stage, "other").service_name("nothing").service_instance_name("one");
    record.refusal(ErrorKind::ResourceNotFound, attached.send().await);
}

async fn read(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let found = record.success(client.get_component().name("table").send().await).component.unwrap();
    assert_eq!((found.environment_name.as_str(), found.service_name), (ENVIRONMENT, None));
    record.refusal(ErrorKind::ResourceNotFound, client.get_component().name("nothing").send().await);
    record.refusal(ErrorKind::Validation, client.get_component().name("no spaces").send().await);
    let list = || client.list_components();
    assert_eq!(record.success(list().environment_name(ENVIRONMENT).send().await).components.len(), 1);
    record.refusal(ErrorKind::Validation, list().service_instance_name("one").send().await);
    let outputs = || client.list_component_outputs();
    let told = record.success(outputs().component_name("table").send().await).outputs;
    assert_eq!(told.first().and_then(|output| output.value_string.as_deref()), Some("10.1.0.0/16"));
    record.refusal(ErrorKind::ResourceNotFound, outputs().component_name("table").deployment_id(NO_ID).send().await);
    record.refusal(ErrorKind::Validation, outputs().component_name("").send().await);
    let resources = || client.list_component_provisioned_resources();
    record.success(resources().component_name("table").send().await);
    record.refusal(ErrorKind::ResourceNotFound, resources().component_name("nothing").send().await);
    record.refusal(ErrorKind::Validation, resources().component_name("").send().await);
    let history = client.list_deployments().component_name("table").send().await.unwrap().deployments;
    assert_eq!(history.len(), 1);
}

async fn update(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let update = |name: &str| client.update_component().name(name);
    let described = update("table").deployment_type(ComponentDeploymentUpdateType::None).description("new");
    assert_eq!(record.success(described.send().await).component.unwrap().description.as_deref(), Some("new"));
    let file = update("table").deployment_type(ComponentDeploymentUpdateType::None).template_file(FILE);
    record.refusal(ErrorKind::Validation, file.send().await);
    let nothing = update("nothing").deployment_type(ComponentDeploymentUpdateType::None);
    record.refusal(ErrorKind::ResourceNotFound, nothing.send().await);
    let deploy = || update("table").deployment_type(ComponentDeploymentUpdateType::CurrentVersion);
    record.success(deploy().send().await);
    client.wait_until_component_deployed().name("table").wait(PATIENCE).await.unwrap();
}

async fn cancel(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let cancel = |name: &str| client.cancel_component_deployment().component_name(name);
    record.success(creating(stage, "slow-one").send().await);
    let status = async || client.get_component().name("slow-one").send().await.unwrap().component.unwrap().deployment_status;
    let update = client.update_component().name("slow-one").deployment_type(ComponentDeploymentUpdateType::None);
    record.refusal(ErrorKind::Conflict, update.send().await);
    let cancelled = record.success(cancel("slow-one").send().await).component.unwrap();
    assert_eq!(cancelled.deployment_status, DeploymentStatus::Cancelling);
    let ended = || async { (status().await == DeploymentStatus::Cancelled).then_some(()) };
    until("the end of the cancelled creation", PATIENCE, ended).await.unwrap();
    record.refusal(ErrorKind::Conflict, cancel("slow-one").send().await);
    record.refusal(ErrorKind::ResourceNotFound, cancel("nothing").send().await);
    record.refusal(ErrorKind::Validation, cancel("").send().await);
}

/// A deployment of the customer's own automation ends as that says.
async fn notify(stage: &Stage, record: &Record) {
    let client = stage.admin();
    record.success(creating(stage, "slow-told").manifest(TERRAFORM).send().await);
    let notify = |tail: &str| client.notify_resource_deployment_status_change().resource_arn(arn(tail));
    let output = Output::builder().key("Table").value_string("t-1").build();
    // The first notices may come before the worker has chosen the method.
    let told = || async { notify("component/slow-told").outputs(output.clone()).send().await.ok() };
    until("an accepted notice", PATIENCE, told).await.unwrap();
    let end = || notify("component/slow-told").status(ResourceDeploymentStatus::Succeeded);
    record.success(end().send().await);
    client.wait_until_component_deployed().name("slow-told").wait(PATIENCE).await.unwrap();
    let outputs = client.list_component_outputs().component_name("slow-told").send().await.unwrap().outputs;
    assert_eq!(outputs.as_slice(), std::slice::from_ref(&output));
    record.refusal(ErrorKind::Conflict, end().send().await);
    record.refusal(ErrorKind::ResourceNotFound, notify("component/nothing").send().await);
    record.refusal(ErrorKind::Validation, notify("component/slow-told").status_message("x".repeat(5001)).send().await);
}

async fn delete(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let delete = |name: &str| client.delete_component().name(name);
    record.success(creating(stage, "slow-two").send().await);
    record.refusal(ErrorKind::Conflict, delete("slow-two").send().await);
    record.refusal(ErrorKind::Validation, delete("").send().await);
    let in_use = client.delete_environment().name(ENVIRONMENT).send().await;
    assert!(record.refusal(ErrorKind::Conflict, in_use).contains("table"));
    let deleted = record.success(delete("table").send().await).component.unwrap();
    assert_eq!(deleted.deployment_status, DeploymentStatus::DeleteInProgress);
    client.wait_until_component_deleted().name("table").wait(PATIENCE).await.unwrap();
    assert_eq!(record.success(delete("table").send().await).component, None, "a repeated deletion succeeds");
}

async fn settings(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let role = "arn:aws:iam::123456789012:role/pipelines";
    let update = || client.update_account_settings();
    record.success(update().pipeline_service_role_arn(role).send().await);
    record.refusal(ErrorKind::Validation, update().pipeline_service_role_arn("no role").send().await);
    let settings = record.success(client.get_account_settings().send().await).account_settings.unwrap();
    assert_eq!(settings.pipeline_service_role_arn.as_deref(), Some(role));
    let removed = record.success(update().pipeline_service_role_arn("").send().await).account_settings.unwrap();
    assert_eq!(removed.pipeline_service_role_arn, None);
}

//! Environments: Create, Get, List, Update, Cancel, Delete, and the waiter for their deployments.

use aws_sdk_proton::client::Waiters as _;
use aws_sdk_proton::operation::create_environment::builders::CreateEnvironmentFluentBuilder;
use aws_sdk_proton::operation::update_environment::builders::UpdateEnvironmentFluentBuilder;
use aws_sdk_proton::types::{DeploymentStatus, DeploymentUpdateType, EnvironmentTemplateFilter};
use proton_model::ErrorKind;

use super::bundle::{OTHER_SPEC, SPEC};
use super::record::Record;
use super::stage::{PATIENCE, Stage, TEMPLATE};

pub async fn run(stage: &Stage, record: &Record) {
    create(stage, record).await;
    read(stage, record).await;
    update(stage, record).await;
    cancel(stage, record).await;
    delete(stage, record).await;
}

fn creating(stage: &Stage, name: &str) -> CreateEnvironmentFluentBuilder {
    let create = stage.admin().create_environment().name(name).template_name(TEMPLATE);
    create.template_major_version("1").spec(SPEC)
}

fn updating(stage: &Stage, name: &str) -> UpdateEnvironmentFluentBuilder {
    stage.admin().update_environment().name(name).deployment_type(DeploymentUpdateType::CurrentVersion).spec(OTHER_SPEC)
}

async fn create(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let created = record.success(creating(stage, "brief-one").send().await).environment.unwrap();
    assert_eq!(created.deployment_status, DeploymentStatus::InProgress);
    assert!(created.last_attempted_deployment_id.is_some() && created.last_succeeded_deployment_id.is_none());
    let again = record.success(creating(stage, "brief-one").send().await).environment.unwrap();
    assert_eq!(again.last_attempted_deployment_id, created.last_attempted_deployment_id);
    client.wait_until_environment_deployed().name("brief-one").wait(PATIENCE).await.unwrap();

    let wrong_input = creating(stage, "e").spec("proton: EnvironmentSpec\nspec: {cidr: [1]}\n");
    let message = record.refusal(ErrorKind::Validation, wrong_input.send().await);
    assert!(message.contains("cidr"), "it names the input: {message}");
    record.refusal(ErrorKind::Validation, creating(stage, "e").spec("x".repeat(51_201)).send().await);
    record.refusal(ErrorKind::ResourceNotFound, creating(stage, "e").template_name("nothing").send().await);
    let message = record.refusal(ErrorKind::ResourceNotFound, creating(stage, "e").template_minor_version("9").send().await);
    assert!(message.contains("environment-template/network:1.9"), "{message}");

    let rename = client.update_environment().name("brief-one").deployment_type(DeploymentUpdateType::None);
    rename.description("changed").send().await.unwrap();
    record.refusal(ErrorKind::Conflict, creating(stage, "brief-one").send().await);
}

async fn read(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let found = record.success(client.get_environment().name("brief-one").send().await).environment.unwrap();
    assert_eq!((found.deployment_status, found.spec.as_deref()), (DeploymentStatus::Succeeded, Some(SPEC)));
    assert_eq!(found.last_succeeded_deployment_id, found.last_attempted_deployment_id);
    let message = record.refusal(ErrorKind::ResourceNotFound, client.get_environment().name("nothing").send().await);
    assert!(message.contains("environment/nothing"), "{message}");
    record.refusal(ErrorKind::Validation, client.get_environment().name("").send().await);

    stage.deploy("two").await;
    let filter =
        |template: &str| EnvironmentTemplateFilter::builder().template_name(template).major_version("1").build().unwrap();
    let list = || client.list_environments();
    let mut pages = list().environment_templates(filter(TEMPLATE)).into_paginator().page_size(1).send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        names.extend(record.success(page).environments.into_iter().map(|environment| environment.name));
    }
    assert!(names.is_sorted() && names.contains(&"brief-one".to_owned()) && names.contains(&"two".to_owned()), "{names:?}");
    record.refusal(ErrorKind::ResourceNotFound, list().environment_templates(filter("nothing")).send().await);
    record.refusal(ErrorKind::Validation, list().max_results(0).send().await);
}

async fn update(stage: &Stage, record: &Record) {
    stage.deploy("slow-one").await;
    let before = record.success(updating(stage, "slow-one").send().await).environment.unwrap();
    assert_eq!((before.deployment_status, before.spec.as_deref()), (DeploymentStatus::InProgress, Some(SPEC)));
    let message = record.refusal(ErrorKind::Conflict, updating(stage, "slow-one").send().await);
    assert!(message.contains("in progress"), "{message}");
    record.refusal(ErrorKind::ResourceNotFound, updating(stage, "nothing").send().await);
    record.refusal(ErrorKind::Validation, updating(stage, "two").template_minor_version("0").send().await);
}

async fn cancel(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let cancel = |name: &str| client.cancel_environment_deployment().environment_name(name);
    let cancelling = record.success(cancel("slow-one").send().await).environment.unwrap();
    assert_eq!(cancelling.deployment_status, DeploymentStatus::Cancelling);
    stage.reaches("slow-one", DeploymentStatus::Cancelled).await;
    let message = record.refusal(ErrorKind::Conflict, cancel("slow-one").send().await);
    assert!(message.contains("no deployment"), "{message}");
    record.refusal(ErrorKind::ResourceNotFound, cancel("nothing").send().await);
    record.refusal(ErrorKind::Validation, cancel("no spaces").send().await);
}

async fn delete(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let delete = |name: &str| client.delete_environment().name(name);
    updating(stage, "slow-one").send().await.unwrap();
    record.refusal(ErrorKind::Conflict, delete("slow-one").send().await);
    record.refusal(ErrorKind::Validation, delete("no spaces").send().await);
    let deleting = record.success(delete("brief-one").send().await).environment.unwrap();
    assert_eq!(deleting.deployment_status, DeploymentStatus::DeleteInProgress);
    stage.vanishes("brief-one").await;
    let again = record.success(delete("brief-one").send().await);
    assert_eq!(again.environment, None, "a repeated deletion succeeds");
}

//! Deployments: Get, List, Delete; and what they leave: ListEnvironmentOutputs, ListEnvironmentProvisionedResources.

use aws_sdk_proton::types::{DeploymentState, DeploymentStatus, DeploymentUpdateType};
use proton_model::ErrorKind;

use super::bundle::{OTHER_SPEC, SPEC};
use super::record::Record;
use super::stage::{NO_ID, Stage};

/// Has two deployments: the first, and an update.
const ENVIRONMENT: &str = "deployed";

pub async fn run(stage: &Stage, record: &Record) {
    stage.deploy(ENVIRONMENT).await;
    let update = stage.admin().update_environment().name(ENVIRONMENT).deployment_type(DeploymentUpdateType::CurrentVersion);
    update.spec(OTHER_SPEC).send().await.unwrap();
    stage.reaches(ENVIRONMENT, DeploymentStatus::Succeeded).await;
    let ids = list(stage, record).await;
    let [newest, oldest] = ids.as_slice() else { panic!("two deployments, not {ids:?}") };
    get(stage, record, newest).await;
    outputs(stage, record, oldest).await;
    resources(stage, record).await;
    delete(stage, record, newest, oldest).await;
}

async fn list(stage: &Stage, record: &Record) -> Vec<String> {
    let client = stage.admin();
    let list = |name: &str| client.list_deployments().environment_name(name);
    let mut pages = list(ENVIRONMENT).into_paginator().page_size(1).send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        found.extend(record.success(page).deployments);
    }
    assert!(found.iter().all(|deployment| deployment.deployment_status == DeploymentStatus::Succeeded), "{found:?}");
    assert!(found.windows(2).all(|pair| pair[0].created_at >= pair[1].created_at), "newest first: {found:?}");
    record.refusal(ErrorKind::ResourceNotFound, list("nothing").send().await);
    let message = record.refusal(ErrorKind::Validation, client.list_deployments().service_instance_name("a").send().await);
    assert!(message.contains("serviceName"), "{message}");
    found.into_iter().map(|deployment| deployment.id).collect()
}

async fn get(stage: &Stage, record: &Record, id: &str) {
    let client = stage.admin();
    let get = |id: &str| client.get_deployment().id(id);
    let deployment = record.success(get(id).environment_name(ENVIRONMENT).send().await).deployment.unwrap();
    let spec = |state: Option<DeploymentState>| match state {
        Some(DeploymentState::Environment(state)) => state.spec,
        other => panic!("the state of an environment, not {other:?}"),
    };
    assert_eq!(spec(deployment.initial_state).as_deref(), Some(SPEC));
    assert_eq!(spec(deployment.target_state).as_deref(), Some(OTHER_SPEC));
    let message = record.refusal(ErrorKind::ResourceNotFound, get(NO_ID).send().await);
    assert!(message.contains(NO_ID), "{message}");
    record.refusal(ErrorKind::ResourceNotFound, get(id).environment_name("another").send().await);
    record.refusal(ErrorKind::Validation, get("1").send().await);
}

async fn outputs(stage: &Stage, record: &Record, first: &str) {
    let client = stage.admin();
    let outputs = |name: &str| client.list_environment_outputs().environment_name(name);
    let cidr = |outputs: Vec<aws_sdk_proton::types::Output>| {
        outputs.into_iter().find(|output| output.key.as_deref() == Some("Cidr")).and_then(|output| output.value_string)
    };
    let now = record.success(outputs(ENVIRONMENT).send().await);
    assert_eq!(now.next_token, None);
    assert_eq!(cidr(now.outputs).as_deref(), Some("10.2.0.0/16"));
    let then = record.success(outputs(ENVIRONMENT).deployment_id(first).send().await);
    assert_eq!(cidr(then.outputs).as_deref(), Some("10.1.0.0/16"), "each deployment keeps its own");
    record.refusal(ErrorKind::ResourceNotFound, outputs("nothing").send().await);
    record.refusal(ErrorKind::ResourceNotFound, outputs(ENVIRONMENT).deployment_id(NO_ID).send().await);
    record.refusal(ErrorKind::Validation, outputs(ENVIRONMENT).deployment_id("1").send().await);
}

async fn resources(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let resources = |name: &str| client.list_environment_provisioned_resources().environment_name(name);
    let found = record.success(resources(ENVIRONMENT).send().await);
    assert_eq!(found.next_token, None);
    record.refusal(ErrorKind::ResourceNotFound, resources("nothing").send().await);
    record.refusal(ErrorKind::Validation, resources("no spaces").send().await);
}

async fn delete(stage: &Stage, record: &Record, newest: &str, oldest: &str) {
    let client = stage.admin();
    let delete = |id: &str| client.delete_deployment().id(id);
    record.refusal(ErrorKind::Validation, delete(newest).send().await);
    record.refusal(ErrorKind::Validation, delete("1").send().await);
    let deleted = record.success(delete(oldest).send().await).deployment.unwrap();
    assert_eq!(deleted.id, oldest);
    let again = record.success(delete(oldest).send().await);
    assert_eq!(again.deployment, None, "a repeated deletion succeeds");
}

//! Environment account connections, from both of their accounts.

use aws_sdk_proton::types::{
    DeploymentStatus, DeploymentUpdateType, EnvironmentAccountConnectionRequesterAccountType as RequestedBy,
    EnvironmentAccountConnectionStatus as Status,
};
use proton_model::ErrorKind;

use super::bundle::SPEC;
use super::record::Record;
use super::stage::{ACCOUNT, NO_ID, OTHER_ACCOUNT, Stage, TEMPLATE};

/// The environment that is provisioned in the other account; an update of it takes its time.
const ENVIRONMENT: &str = "slow-elsewhere";
const ROLE: &str = "arn:aws:iam::210987654321:role/proton";

pub async fn run(stage: &Stage, record: &Record) {
    let id = create(stage, record).await;
    decide(stage, record, &id).await;
    read(stage, record, &id).await;
    use_it(stage, record, &id).await;
}

async fn create(stage: &Stage, record: &Record) -> String {
    let client = stage.other();
    let create = |environment: &str| {
        let create = client.create_environment_account_connection().management_account_id(ACCOUNT).role_arn(ROLE);
        create.environment_name(environment)
    };
    let asked = record.success(create(ENVIRONMENT).client_token("one").send().await);
    let asked = asked.environment_account_connection.unwrap();
    assert_eq!((asked.status, asked.environment_account_id.as_str()), (Status::Pending, OTHER_ACCOUNT));
    let again = record.success(create(ENVIRONMENT).client_token("one").send().await);
    assert_eq!(again.environment_account_connection.unwrap().id, asked.id, "the same token is the same connection");
    record.refusal(ErrorKind::Validation, create("other").client_token("one").send().await);
    record.refusal(ErrorKind::Validation, create("no spaces").send().await);
    let message = record.refusal(ErrorKind::Conflict, create(ENVIRONMENT).send().await);
    assert!(message.contains(&asked.id), "{message}");
    for environment in ["b", "c", "d", "e"] {
        record.success(create(environment).send().await);
    }
    let message = record.refusal(ErrorKind::ServiceQuotaExceeded, create("f").send().await);
    assert!(message.contains(OTHER_ACCOUNT) && message.contains('5'), "{message}");
    asked.id
}

async fn decide(stage: &Stage, record: &Record, id: &str) {
    let client = stage.admin();
    let accept = |id: &str| client.accept_environment_account_connection().id(id);
    let reject = |id: &str| client.reject_environment_account_connection().id(id);
    let accepted = record.success(accept(id).send().await).environment_account_connection.unwrap();
    assert_eq!(accepted.status, Status::Connected);
    let by_other = stage.other().accept_environment_account_connection().id(id).send().await;
    let message = record.refusal(ErrorKind::AccessDenied, by_other);
    assert!(message.contains(ACCOUNT), "it names the account that may: {message}");
    let second = connection_of(stage, "b").await;
    let rejected = record.success(reject(&second).send().await).environment_account_connection.unwrap();
    assert_eq!(rejected.status, Status::Rejected);
    let message = record.refusal(ErrorKind::Conflict, accept(&second).send().await);
    assert!(message.contains("final"), "{message}");
    record.refusal(ErrorKind::ResourceNotFound, accept(NO_ID).send().await);
    record.refusal(ErrorKind::Validation, accept("1").send().await);
    record.refusal(ErrorKind::ResourceNotFound, reject(NO_ID).send().await);
    record.refusal(ErrorKind::Validation, reject("1").send().await);
}

async fn connection_of(stage: &Stage, environment: &str) -> String {
    let list = stage.other().list_environment_account_connections().requested_by(RequestedBy::EnvironmentAccount);
    let found = list.environment_name(environment).send().await.unwrap().environment_account_connections;
    found.first().unwrap().id.clone()
}

async fn read(stage: &Stage, record: &Record, id: &str) {
    for client in [stage.admin(), stage.other()] {
        let get = |id: &str| client.get_environment_account_connection().id(id);
        let found = record.success(get(id).send().await).environment_account_connection.unwrap();
        assert_eq!((found.status, found.environment_name.as_str()), (Status::Connected, ENVIRONMENT));
        record.refusal(ErrorKind::ResourceNotFound, get(NO_ID).send().await);
        record.refusal(ErrorKind::Validation, get("1").send().await);
    }
    let client = stage.admin();
    let list = || client.list_environment_account_connections().requested_by(RequestedBy::ManagementAccount);
    let mut pages = list().statuses(Status::Pending).into_paginator().page_size(1).send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        names.extend(record.success(page).environment_account_connections.into_iter().map(|one| one.environment_name));
    }
    assert_eq!(names, ["c", "d", "e"]);
    record.refusal(ErrorKind::Validation, list().max_results(0).send().await);
}

/// While a deployment runs through the connection it stays; afterwards it can be deleted although it is used.
async fn use_it(stage: &Stage, record: &Record, id: &str) {
    let (manager, owner) = (stage.admin(), stage.other());
    let create = manager.create_environment().name(ENVIRONMENT).template_name(TEMPLATE).template_major_version("1").spec(SPEC);
    let created = create.environment_account_connection_id(id).send().await.unwrap().environment.unwrap();
    assert_eq!(created.environment_account_id.as_deref(), Some(OTHER_ACCOUNT));
    stage.reaches(ENVIRONMENT, DeploymentStatus::Succeeded).await;
    let reject = manager.reject_environment_account_connection().id(id).send().await;
    let message = record.refusal(ErrorKind::Conflict, reject);
    assert!(message.contains(ENVIRONMENT), "{message}");

    let update = |id: &str| owner.update_environment_account_connection().id(id).codebuild_role_arn(ROLE);
    let delete = |id: &str| owner.delete_environment_account_connection().id(id);
    let updated = record.success(update(id).send().await).environment_account_connection.unwrap();
    assert_eq!(updated.codebuild_role_arn.as_deref(), Some(ROLE));
    let deploy = manager.update_environment().name(ENVIRONMENT).deployment_type(DeploymentUpdateType::CurrentVersion);
    deploy.send().await.unwrap();
    record.refusal(ErrorKind::Conflict, update(id).send().await);
    record.refusal(ErrorKind::Conflict, delete(id).send().await);
    record.refusal(ErrorKind::ResourceNotFound, update(NO_ID).send().await);
    record.refusal(ErrorKind::Validation, update(id).role_arn("no role").send().await);
    record.refusal(ErrorKind::Validation, delete("1").send().await);
    manager.cancel_environment_deployment().environment_name(ENVIRONMENT).send().await.unwrap();
    stage.reaches(ENVIRONMENT, DeploymentStatus::Cancelled).await;
    assert!(record.success(delete(id).send().await).environment_account_connection.is_some());
    assert_eq!(record.success(delete(id).send().await).environment_account_connection, None, "a repeated deletion succeeds");
}

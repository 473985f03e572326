//! Linked repositories, and the summary of all resources.

use aws_sdk_proton::types::{RepositoryBranchInput, RepositoryProvider};
use proton_model::ErrorKind;

use super::record::Record;
use super::stage::{Stage, arn};

pub const CONNECTION: &str = "arn:aws:codestar-connections:us-east-1:123456789012:connection/1";
/// The repository that stays linked after [`run`].
pub const LINKED: &str = "acme/infra";
const GITHUB: RepositoryProvider = RepositoryProvider::Github;

pub async fn run(stage: &Stage, record: &Record) {
    create(stage, record).await;
    read(stage, record).await;
    delete(stage, record).await;
    summary(stage, record).await;
}

async fn create(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let create = |name: &str| client.create_repository().name(name).provider(GITHUB).connection_arn(CONNECTION);
    let created = record.success(create(LINKED).send().await).repository.unwrap();
    assert_eq!(created.arn, arn(&format!("repository/github:{LINKED}")));
    let again = record.success(create(LINKED).send().await).repository.unwrap();
    assert_eq!(again, created, "the same link is the same link");
    let other = create(LINKED).connection_arn(format!("{CONNECTION}2"));
    record.refusal(ErrorKind::Conflict, other.send().await);
    let message = record.refusal(ErrorKind::Validation, create("no-owner").send().await);
    assert!(message.contains("name"), "{message}");
    record.success(create("acme/another").send().await);
}

async fn read(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let get = |name: &str| client.get_repository().name(name).provider(GITHUB);
    let found = record.success(get(LINKED).send().await).repository.unwrap();
    assert_eq!((found.name.as_str(), found.connection_arn.as_str()), (LINKED, CONNECTION));
    record.refusal(ErrorKind::ResourceNotFound, get("acme/nothing").send().await);
    record.refusal(ErrorKind::Validation, get("").send().await);
    let mut pages = client.list_repositories().into_paginator().page_size(1).send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        names.extend(record.success(page).repositories.into_iter().map(|repository| repository.name));
    }
    assert_eq!(names, ["acme/another", LINKED]);
    record.refusal(ErrorKind::Validation, client.list_repositories().max_results(0).send().await);
}

async fn delete(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let delete = |name: &str| client.delete_repository().name(name).provider(GITHUB);
    let branch = RepositoryBranchInput::builder().provider(GITHUB).name(LINKED).branch("main").build().unwrap();
    let settings = || client.update_account_settings();
    settings().pipeline_provisioning_repository(branch).send().await.unwrap();
    let message = record.refusal(ErrorKind::Conflict, delete(LINKED).send().await);
    assert!(message.contains("pipelineProvisioningRepository"), "{message}");
    settings().delete_pipeline_provisioning_repository(true).send().await.unwrap();
    record.refusal(ErrorKind::Validation, delete("").send().await);
    assert!(record.success(delete("acme/another").send().await).repository.is_some());
    record.refusal(ErrorKind::ResourceNotFound, delete("acme/another").send().await);
}

async fn summary(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let counts = record.success(client.get_resources_summary().send().await).counts.unwrap();
    let environments = client.list_environments().send().await.unwrap().environments;
    let found = counts.environments.unwrap();
    assert_eq!(usize::try_from(found.total).unwrap(), environments.len());
    let deployed = environments.iter().filter(|environment| environment.last_succeeded_deployment_id.is_some()).count();
    let counted = [found.up_to_date, found.behind_minor, found.behind_major].into_iter().flatten().sum::<i32>();
    assert_eq!(usize::try_from(counted).unwrap(), deployed);
}

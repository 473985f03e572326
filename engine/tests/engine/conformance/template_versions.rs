//! Environment template versions: Create, Get, List, Update, Delete, and the waiter for their registration.

use aws_sdk_proton::client::Waiters as _;
use aws_sdk_proton::types::TemplateVersionStatus;
use proton_model::ErrorKind;

use super::record::Record;
use super::stage::{PATIENCE, Stage, TEMPLATE, source};

const VERSIONED: &str = "versioned";

pub async fn run(stage: &Stage, record: &Record) {
    stage.admin().create_environment_template().name(VERSIONED).send().await.unwrap();
    create(stage, record).await;
    read(stage, record).await;
    update(stage, record).await;
    delete(stage, record).await;
    registers_one_after_the_other(stage, record).await;
}

async fn create(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let source = stage.source().await;
    let create = || client.create_environment_template_version().template_name(VERSIONED).source(source.clone());
    let first = record.success(create().client_token("one").send().await).environment_template_version.unwrap();
    assert_eq!((first.major_version.as_str(), first.minor_version.as_str()), ("1", "0"));
    assert_eq!(first.status, TemplateVersionStatus::RegistrationInProgress);
    let again = record.success(create().client_token("one").send().await).environment_template_version.unwrap();
    assert_eq!(again.minor_version, "0", "the same token is the same version");
    let wait = client.wait_until_environment_template_version_registered().template_name(VERSIONED);
    wait.major_version("1").minor_version("0").wait(PATIENCE).await.unwrap();

    record.refusal(ErrorKind::ResourceNotFound, create().template_name("nothing").send().await);
    record.refusal(ErrorKind::ResourceNotFound, create().major_version("7").send().await);
    record.refusal(ErrorKind::Validation, create().major_version("01").send().await);
    record.refusal(ErrorKind::Validation, create().client_token("one").description("other").send().await);
    record.success(create().major_version("1").send().await);
    let wait = client.wait_until_environment_template_version_registered().template_name(VERSIONED);
    wait.major_version("1").minor_version("1").wait(PATIENCE).await.unwrap();
}

async fn read(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let get = || client.get_environment_template_version().template_name(VERSIONED).major_version("1");
    let found = record.success(get().minor_version("1").send().await).environment_template_version.unwrap();
    assert_eq!(found.status, TemplateVersionStatus::Draft);
    assert!(found.schema.unwrap().contains("environment_input_type"));
    let message = record.refusal(ErrorKind::ResourceNotFound, get().minor_version("2").send().await);
    assert!(message.contains("environment-template/versioned:1.2"), "{message}");
    record.refusal(ErrorKind::Validation, get().minor_version("x").send().await);

    let list = || client.list_environment_template_versions().template_name(VERSIONED);
    let mut pages = list().major_version("1").into_paginator().page_size(1).send();
    let mut minors = Vec::new();
    while let Some(page) = pages.next().await {
        minors.extend(record.success(page).template_versions.into_iter().map(|version| version.minor_version));
    }
    assert_eq!(minors, ["0", "1"]);
    record.refusal(ErrorKind::ResourceNotFound, list().template_name("nothing").send().await);
    record.refusal(ErrorKind::Validation, list().major_version("").send().await);
}

async fn update(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let update = || client.update_environment_template_version().template_name(VERSIONED).major_version("1").minor_version("0");
    let published = record.success(update().status(TemplateVersionStatus::Published).send().await);
    assert_eq!(published.environment_template_version.unwrap().status, TemplateVersionStatus::Published);
    record.refusal(ErrorKind::ResourceNotFound, update().minor_version("9").send().await);
    let only_registration = TemplateVersionStatus::RegistrationFailed;
    record.refusal(ErrorKind::Validation, update().status(only_registration).send().await);
    let message = record.refusal(ErrorKind::Conflict, update().status(TemplateVersionStatus::Draft).send().await);
    assert!(message.contains("published"), "{message}");
    cannot_be_published(stage, record).await;
}

/// The next minor version has to be compatible with this one, so it waits for it.
async fn registers_one_after_the_other(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let create = || {
        let create = client.create_environment_template_version().template_name(VERSIONED).major_version("1");
        create.source(source("out-of-reach", "bundle.tar.gz"))
    };
    let pending = create().send().await.unwrap().environment_template_version.unwrap();
    let message = record.refusal(ErrorKind::Conflict, create().send().await);
    assert!(message.contains(&format!("1.{}", pending.minor_version)), "{message}");
}

/// A version whose bundle is not there fails to register, which the waiter tells and which nothing can publish.
async fn cannot_be_published(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let nowhere = source("proton-engine-bundles", &format!("{}.tar.gz", "0".repeat(64)));
    let create = client.create_environment_template_version().template_name(VERSIONED).major_version("1");
    record.success(create.source(nowhere).send().await);
    let wait = client.wait_until_environment_template_version_registered().template_name(VERSIONED);
    wait.major_version("1").minor_version("2").wait(PATIENCE).await.unwrap_err();
    let get = client.get_environment_template_version().template_name(VERSIONED).major_version("1").minor_version("2");
    let failed = get.send().await.unwrap().environment_template_version.unwrap();
    assert_eq!(failed.status, TemplateVersionStatus::RegistrationFailed);
    assert!(failed.status_message.unwrap().contains("bundle"));
    let update = client.update_environment_template_version().template_name(VERSIONED).major_version("1").minor_version("2");
    record.refusal(ErrorKind::Conflict, update.status(TemplateVersionStatus::Published).send().await);
}

async fn delete(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let delete = |template: &str, minor: &str| {
        client.delete_environment_template_version().template_name(template).major_version("1").minor_version(minor)
    };
    let recommended = record.refusal(ErrorKind::Conflict, delete(VERSIONED, "0").send().await);
    assert!(recommended.contains("recommended"), "{recommended}");
    stage.deploy("user-of-1-0").await;
    let used = record.refusal(ErrorKind::Conflict, delete(TEMPLATE, "0").send().await);
    assert!(used.contains("user-of-1-0"), "it names who uses it: {used}");
    record.refusal(ErrorKind::Validation, delete(VERSIONED, "-1").send().await);
    let deleted = record.success(delete(VERSIONED, "1").send().await).environment_template_version.unwrap();
    assert_eq!(deleted.minor_version, "1");
    let again = record.success(delete(VERSIONED, "1").send().await);
    assert_eq!(again.environment_template_version, None, "a repeated deletion succeeds");
}

//! Environment templates: Create, Get, List, Update, Delete.

use proton_model::ErrorKind;

use super::record::Record;
use super::stage::{Stage, TEMPLATE};

pub async fn run(stage: &Stage, record: &Record) {
    create(stage, record).await;
    read(stage, record).await;
    update(stage, record).await;
    delete(stage, record).await;
}

async fn create(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let create = || client.create_environment_template().name("vpc").description("first");
    let created = record.success(create().send().await).environment_template.unwrap();
    assert_eq!((created.name.as_str(), created.recommended_version), ("vpc", None));
    let again = record.success(create().send().await).environment_template.unwrap();
    assert_eq!(again.created_at, created.created_at, "the same request is the same template");

    let message = record.refusal(ErrorKind::Validation, create().name("-vpc").send().await);
    assert!(message.contains("name"), "{message}");
    let message = record.refusal(ErrorKind::Validation, create().description("other").send().await);
    assert!(message.contains("IdempotentParameterMismatch"), "{message}");

    client.update_environment_template().name("vpc").description("changed").send().await.unwrap();
    record.refusal(ErrorKind::Conflict, create().send().await);
}

async fn read(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let get = || client.get_environment_template();
    let found = record.success(get().name(TEMPLATE).send().await).environment_template.unwrap();
    assert_eq!(found.recommended_version.as_deref(), Some("1.0"));
    let message = record.refusal(ErrorKind::ResourceNotFound, get().name("nothing").send().await);
    assert!(message.contains("nothing"), "{message}");
    record.refusal(ErrorKind::Validation, get().send().await);

    let mut pages = client.list_environment_templates().into_paginator().page_size(1).send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        names.extend(record.success(page).templates.into_iter().map(|template| template.name));
    }
    assert_eq!(names, [TEMPLATE, "vpc"]);
    record.refusal(ErrorKind::Validation, client.list_environment_templates().max_results(101).send().await);
    record.refusal(ErrorKind::Validation, client.list_environment_templates().next_token("bm90LW91cnM=").send().await);
}

async fn update(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let update = || client.update_environment_template().display_name("Network");
    let updated = record.success(update().name("vpc").send().await).environment_template.unwrap();
    assert_eq!((updated.display_name.as_deref(), updated.description.as_deref()), (Some("Network"), Some("changed")));
    record.refusal(ErrorKind::ResourceNotFound, update().name("nothing").send().await);
    record.refusal(ErrorKind::Validation, update().name("vpc").display_name("x".repeat(101)).send().await);
}

async fn delete(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let delete = || client.delete_environment_template();
    let message = record.refusal(ErrorKind::Conflict, delete().name(TEMPLATE).send().await);
    assert!(message.contains("1.0"), "it names a version that is left: {message}");
    record.refusal(ErrorKind::Validation, delete().name("no spaces").send().await);
    let deleted = record.success(delete().name("vpc").send().await).environment_template.unwrap();
    assert_eq!(deleted.name, "vpc");
    let again = record.success(delete().name("vpc").send().await);
    assert_eq!(again.environment_template, None, "a repeated deletion succeeds");
}

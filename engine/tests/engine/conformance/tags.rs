//! Tags: TagResource, UntagResource, ListTagsForResource.

use aws_sdk_proton::types::Tag;
use proton_model::ErrorKind;

use super::record::Record;
use super::stage::{Stage, TEMPLATE, arn};

pub async fn run(stage: &Stage, record: &Record) {
    stage.deploy("tagged").await;
    stage.deploy("stuck-tagged").await;
    stage.admin().delete_environment().name("stuck-tagged").send().await.unwrap();
    tag(stage, record).await;
    list(stage, record).await;
    untag(stage, record).await;
}

fn tagged() -> String {
    arn("environment/tagged")
}

/// Its deletion does not end while the tests run.
fn deleting() -> String {
    arn("environment/stuck-tagged")
}

fn pair(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build().unwrap()
}

async fn tag(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let tag = |arn: String| client.tag_resource().resource_arn(arn).tags(pair("team", "blue"));
    record.success(tag(tagged()).tags(pair("cost", "")).send().await);
    record.success(tag(arn(&format!("environment-template/{TEMPLATE}:1.0"))).send().await);
    record.refusal(ErrorKind::ResourceNotFound, tag(arn("environment/nothing")).send().await);
    let message = record.refusal(ErrorKind::Validation, tag(tagged()).tags(pair("aws:mine", "1")).send().await);
    assert!(message.contains("aws:"), "{message}");
    let message = record.refusal(ErrorKind::Conflict, tag(deleting()).send().await);
    assert!(message.contains("being deleted"), "{message}");
}

async fn list(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let list = |arn: String| client.list_tags_for_resource().resource_arn(arn);
    let mut pages = list(tagged()).into_paginator().page_size(1).send();
    let mut keys = Vec::new();
    while let Some(page) = pages.next().await {
        keys.extend(record.success(page).tags.into_iter().map(|tag| tag.key));
    }
    assert_eq!(keys, ["aws:proton:account", "aws:proton:environment", "aws:proton:template", "cost", "team"]);
    record.refusal(ErrorKind::ResourceNotFound, list(arn("environment/nothing")).send().await);
    record.refusal(ErrorKind::Validation, list("environment/tagged".to_owned()).send().await);
}

async fn untag(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let untag = |arn: String| client.untag_resource().resource_arn(arn).tag_keys("team");
    record.success(untag(tagged()).send().await);
    let left = client.list_tags_for_resource().resource_arn(tagged()).send().await.unwrap().tags;
    assert!(left.iter().all(|tag| tag.key != "team"), "{left:?}");
    record.refusal(ErrorKind::ResourceNotFound, untag(arn("environment/nothing")).send().await);
    record.refusal(ErrorKind::Validation, untag(tagged()).tag_keys("aws:proton:account").send().await);
    record.refusal(ErrorKind::Conflict, untag(deleting()).send().await);
}

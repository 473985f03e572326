//! Environment templates and their versions through the AWS SDK, from upload to deletion.

#![allow(deprecated, reason = "the SDK marks every operation since AWS closed the service")]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy does not take for tests"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_proton::error::ProvideErrorMetadata as _;
use aws_sdk_proton::types::{EnvironmentTemplateVersion, S3ObjectSource, Tag, TemplateVersionSourceInput, TemplateVersionStatus};
use proton_engine::bundle::Files;
use proton_engine::bundle::archive::pack_files;
use sha2::{Digest as _, Sha256};

use crate::started::Started;

const SCHEMA: &str = "\
schema:
  format:
    openapi: \"3.0.0\"
  environment_input_type: \"In\"
  types:
    In:
      type: object
      properties:
        cidr:
          type: string
          default: 10.0.0.0/16
";
const MANIFEST: &str = "\
infrastructure:
  templates:
    - file: cloudformation.yaml
      rendering_engine: jinja
      template_language: cloudformation
";

/// Uploads a bundle with this schema and gives its place.
async fn uploaded(engine: &Started, schema: &str) -> TemplateVersionSourceInput {
    let files = [
        ("schema/schema.yaml", schema),
        ("infrastructure/manifest.yaml", MANIFEST),
        ("infrastructure/cloudformation.yaml", "Resources: {}\n"),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let bytes = pack_files(&Files(BTreeMap::from(files))).unwrap();
    let digest = hex::encode(Sha256::digest(&bytes));
    assert_eq!(engine.upload(&digest, bytes).await.status, 200);
    source(&format!("{digest}.tar.gz"))
}

fn source(key: &str) -> TemplateVersionSourceInput {
    let object = S3ObjectSource::builder().bucket("proton-engine-bundles").key(key).build().unwrap();
    TemplateVersionSourceInput::S3(object)
}

/// Creates a version and waits until its registration has ended.
async fn version(engine: &Started, source: TemplateVersionSourceInput, major: Option<&str>) -> EnvironmentTemplateVersion {
    let create = engine.admin().create_environment_template_version().template_name("vpc").source(source);
    let created = create.set_major_version(major.map(str::to_owned)).send().await.unwrap();
    let created = created.environment_template_version.unwrap();
    assert_eq!(created.status, TemplateVersionStatus::RegistrationInProgress);
    ended(engine, &created.major_version, &created.minor_version).await
}

async fn ended(engine: &Started, major: &str, minor: &str) -> EnvironmentTemplateVersion {
    for _ in 0..200 {
        let get = engine.admin().get_environment_template_version().template_name("vpc");
        let found = get.major_version(major).minor_version(minor).send().await.unwrap();
        let found = found.environment_template_version.unwrap();
        if found.status != TemplateVersionStatus::RegistrationInProgress {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{major}.{minor} is still being registered");
}

async fn publish(engine: &Started, major: &str, minor: &str) {
    let update = engine.admin().update_environment_template_version().template_name("vpc");
    let update = update.major_version(major).minor_version(minor).status(TemplateVersionStatus::Published);
    update.send().await.unwrap();
}

async fn delete(engine: &Started, major: &str, minor: &str) -> Result<bool, String> {
    let delete = engine.admin().delete_environment_template_version().template_name("vpc");
    let deleted = delete.major_version(major).minor_version(minor).send().await;
    deleted.map(|done| done.environment_template_version.is_some()).map_err(|error| error.code().unwrap().to_owned())
}

async fn recommended(engine: &Started) -> Option<String> {
    let found = engine.admin().get_environment_template().name("vpc").send().await.unwrap();
    found.environment_template.unwrap().recommended_version
}

async fn with_template() -> Started {
    let engine = Started::new().await;
    engine.admin().create_environment_template().name("vpc").display_name("Network").send().await.unwrap();
    engine
}

#[tokio::test]
async fn from_upload_to_publication() {
    let engine = with_template().await;
    assert_eq!(recommended(&engine).await, None);
    let source = uploaded(&engine, SCHEMA).await;
    let draft = version(&engine, source.clone(), None).await;
    assert_eq!((draft.major_version.as_str(), draft.minor_version.as_str()), ("1", "0"));
    assert_eq!(draft.status, TemplateVersionStatus::Draft);
    assert_eq!(draft.schema.as_deref(), Some(SCHEMA));
    assert_eq!(draft.status_message.as_deref(), Some(""));
    assert_eq!(draft.arn, "arn:aws:proton:eu-west-1:123456789012:environment-template/vpc:1.0");
    assert_eq!(recommended(&engine).await, None);
    publish(&engine, "1", "0").await;
    assert_eq!(recommended(&engine).await.as_deref(), Some("1.0"));
    let next = version(&engine, source.clone(), Some("1")).await;
    assert_eq!((next.minor_version.as_str(), next.recommended_minor_version.as_deref()), ("1", Some("0")));
    version(&engine, source, None).await;
    let all = engine.admin().list_environment_template_versions().template_name("vpc").send().await.unwrap();
    let numbers: Vec<String> =
        all.template_versions().iter().map(|row| format!("{}.{}", row.major_version, row.minor_version)).collect();
    assert_eq!(numbers, ["1.0", "2.0"]);
}

#[tokio::test]
async fn a_list_of_minors_has_pages() {
    let engine = with_template().await;
    let source = uploaded(&engine, SCHEMA).await;
    for _ in 0..3 {
        version(&engine, source.clone(), Some("1")).await;
    }
    let list = engine.admin().list_environment_template_versions().template_name("vpc").major_version("1");
    let mut pages = list.into_paginator().page_size(2).items().send();
    let mut minors = Vec::new();
    while let Some(row) = pages.next().await {
        minors.push(row.unwrap().minor_version);
    }
    assert_eq!(minors, ["0", "1", "2"]);
}

#[tokio::test]
async fn a_refused_bundle_names_file_and_line() {
    let engine = with_template().await;
    let broken = uploaded(&engine, &SCHEMA.replace("type: object", "type: [object")).await;
    let failed = version(&engine, broken, None).await;
    assert_eq!(failed.status, TemplateVersionStatus::RegistrationFailed);
    let message = failed.status_message.unwrap();
    assert!(message.starts_with("schema/schema.yaml:"), "{message}");
    let missing = version(&engine, source(&format!("{}.tar.gz", "0".repeat(64))), None).await;
    assert!(missing.status_message.unwrap().contains("was not uploaded"));
    let publish = engine.admin().update_environment_template_version().template_name("vpc");
    let publish = publish.major_version("1").minor_version("0").status(TemplateVersionStatus::Published);
    assert_eq!(publish.send().await.unwrap_err().code(), Some("ConflictException"));
}

#[tokio::test]
async fn a_minor_version_that_breaks_specs_is_refused() {
    let engine = with_template().await;
    version(&engine, uploaded(&engine, SCHEMA).await, None).await;
    let renamed = uploaded(&engine, &SCHEMA.replace("cidr:", "range:")).await;
    let failed = version(&engine, renamed.clone(), Some("1")).await;
    assert_eq!(failed.status, TemplateVersionStatus::RegistrationFailed);
    assert!(failed.status_message.unwrap().contains("cidr"));
    assert_eq!(version(&engine, renamed, None).await.status, TemplateVersionStatus::Draft);
}

#[tokio::test]
async fn a_token_makes_a_retry_harmless() {
    let engine = with_template().await;
    let source = uploaded(&engine, SCHEMA).await;
    let create = || engine.admin().create_environment_template_version().template_name("vpc").client_token("token-1");
    let one = create().source(source.clone()).send().await.unwrap().environment_template_version.unwrap();
    let two = create().source(source.clone()).send().await.unwrap().environment_template_version.unwrap();
    assert_eq!(one.arn, two.arn);
    let other = create().source(source).description("other").send().await.unwrap_err();
    assert_eq!(other.code(), Some("ValidationException"));
    assert!(other.message().unwrap().contains("IdempotentParameterMismatch"));
}

#[tokio::test]
async fn a_template_is_created_once() {
    let engine = with_template().await;
    let create = |name: &str| engine.admin().create_environment_template().name("vpc").display_name(name);
    assert!(create("Network").send().await.is_ok());
    let other = create("Other").send().await.unwrap_err();
    assert_eq!(other.code(), Some("ValidationException"));
    engine.admin().update_environment_template().name("vpc").description("new").send().await.unwrap();
    assert_eq!(create("Network").send().await.unwrap_err().code(), Some("ConflictException"));
    let listed = engine.admin().list_environment_templates().send().await.unwrap();
    assert_eq!(listed.templates()[0].description.as_deref(), Some("new"));
    let absent = engine.admin().get_environment_template().name("other").send().await.unwrap_err();
    assert_eq!(absent.code(), Some("ResourceNotFoundException"));
}

#[tokio::test]
async fn deletion_follows_the_recommended_version() {
    let engine = with_template().await;
    let source = uploaded(&engine, SCHEMA).await;
    for major in [None, Some("1"), None] {
        version(&engine, source.clone(), major).await;
    }
    publish(&engine, "1", "0").await;
    publish(&engine, "1", "1").await;
    assert_eq!(delete(&engine, "1", "1").await, Err("ConflictException".to_owned()));
    assert_eq!(delete(&engine, "1", "0").await, Ok(true));
    assert_eq!(delete(&engine, "1", "0").await, Ok(false));
    assert_eq!(delete(&engine, "1", "1").await, Err("ConflictException".to_owned()));
    assert_eq!(delete(&engine, "2", "0").await, Ok(true));
    let template = || engine.admin().delete_environment_template().name("vpc");
    assert_eq!(template().send().await.unwrap_err().code(), Some("ConflictException"));
    assert_eq!(delete(&engine, "1", "1").await, Ok(true));
    assert!(template().send().await.unwrap().environment_template.is_some());
    assert!(template().send().await.unwrap().environment_template.is_none());
}

#[tokio::test]
async fn a_version_in_use_cannot_be_deleted() {
    let engine = with_template().await;
    version(&engine, uploaded(&engine, SCHEMA).await, None).await;
    let create = engine.admin().create_environment().name("prod").template_name("vpc");
    let create = create.template_major_version("1").template_minor_version("0").spec("proton: EnvironmentSpec\nspec: {}\n");
    create.proton_service_role_arn("arn:aws:iam::123456789012:role/proton").send().await.unwrap();
    assert_eq!(delete(&engine, "1", "0").await, Err("ConflictException".to_owned()));
}

#[tokio::test]
async fn tags_of_templates_reach_their_versions() {
    let engine = Started::new().await;
    let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build().unwrap();
    engine.admin().create_environment_template().name("vpc").tags(tag("team", "net")).send().await.unwrap();
    version(&engine, uploaded(&engine, SCHEMA).await, None).await;
    let template = "arn:aws:proton:eu-west-1:123456789012:environment-template/vpc";
    let keys = |arn: String| {
        let client = engine.admin();
        async move {
            let listed = client.list_tags_for_resource().resource_arn(arn).send().await.unwrap();
            listed.tags().iter().map(|tag| tag.key.clone()).collect::<Vec<_>>()
        }
    };
    let all = ["aws:proton:account", "aws:proton:template", "team"];
    assert_eq!(keys(format!("{template}:1.0")).await, all);
    engine.admin().tag_resource().resource_arn(template).tags(tag("cost", "1")).send().await.unwrap();
    engine.admin().untag_resource().resource_arn(template).tag_keys("team").send().await.unwrap();
    assert_eq!(keys(template.to_owned()).await, ["aws:proton:account", "aws:proton:template", "cost"]);
    assert_eq!(keys(format!("{template}:1.0")).await, all);
    let reserved = engine.admin().tag_resource().resource_arn(template).tags(tag("aws:x", "1")).send().await;
    assert_eq!(reserved.unwrap_err().code(), Some("ValidationException"));
    let absent = engine.admin().list_tags_for_resource().resource_arn(format!("{template}x")).send().await;
    assert_eq!(absent.unwrap_err().code(), Some("ResourceNotFoundException"));
}

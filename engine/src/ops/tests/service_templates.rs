//! Service templates and their versions, up to a registered bundle.

use std::sync::Arc;

use proton_model::Operation;
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::rig::Rig;
use crate::bundle::{Files, archive};
use crate::domain::effect::EffectKind;
use crate::domain::uploaded;
use crate::http::{Caller, Role};
use crate::ops::Api as _;
use crate::worker::{FetchBundle, FetchError, Registrations};

const SCHEMA: &str = "\
schema:
  format: {openapi: 3.0.0}
  service_input_type: Input
  pipeline_input_type: Pipeline
  types:
    Input:
      type: object
      properties:
        port: {type: integer, default: 80}
    Pipeline:
      type: object
      properties:
        command: {type: string, default: make}
";
const MANIFEST: &str =
    "infrastructure:\n  templates:\n    - {file: a.yaml, rendering_engine: jinja, template_language: cloudformation}\n";

/// The bundles of these tests are uploaded.
struct NoS3;

#[async_trait::async_trait]
impl FetchBundle for NoS3 {
    async fn fetch(&self, _bucket: &str, _key: &str, _limit: usize) -> Result<Vec<u8>, FetchError> {
        Err(FetchError::Refused("S3 was asked".to_owned()))
    }
}

/// A bundle of a service template, with or without a pipeline.
fn bundle(pipeline: bool) -> Vec<u8> {
    let schema = match pipeline {
        true => SCHEMA.to_owned(),
        false => SCHEMA.replace("  pipeline_input_type: Pipeline\n", ""),
    };
    let mut files = Files::from([
        ("schema/schema.yaml", schema.as_str()),
        ("instance_infrastructure/manifest.yaml", MANIFEST),
        ("instance_infrastructure/a.yaml", "Resources: {}\n"),
    ]);
    if pipeline {
        files.0.insert("pipeline_infrastructure/manifest.yaml".to_owned(), MANIFEST.as_bytes().to_vec());
        files.0.insert("pipeline_infrastructure/a.yaml".to_owned(), b"Resources: {}\n".to_vec());
    }
    archive::pack_files(&files).unwrap()
}

/// Uploads a bundle and gives the body of a request that makes a version of `web` from it.
async fn version(rig: &Rig, bytes: Vec<u8>) -> Value {
    let digest = hex::encode(Sha256::digest(&bytes));
    let caller = Caller { access_key_id: "A".to_owned(), principal: "test".to_owned(), role: Role::Admin, account_id: None };
    rig.engine.put_bundle(&caller, &digest, bytes).await.unwrap();
    json!({
        "templateName": "web",
        "source": {"s3": {"bucket": uploaded::BUCKET, "key": uploaded::key(&digest)}},
        "compatibleEnvironmentTemplates": [{"templateName": "vpc", "majorVersion": "1"}],
    })
}

async fn register(rig: &Rig) {
    let clock: Arc<dyn crate::ambient::Clock> = Arc::new(crate::ambient::SystemClock);
    let performer = Registrations::new(rig.store.clone(), clock, Arc::new(NoS3));
    rig.worker.clone().with(EffectKind::Registration, Arc::new(performer)).run_due().await.unwrap();
}

async fn shown(rig: &Rig, minor: &str) -> Value {
    let named = json!({"templateName": "web", "majorVersion": "1", "minorVersion": minor});
    rig.call(Operation::GetServiceTemplateVersion, named).await.unwrap()["serviceTemplateVersion"].clone()
}

#[rstest]
#[case::pipeline(json!({"name": "web"}), true, "DRAFT", "")]
#[case::without(json!({"name": "web", "pipelineProvisioning": "CUSTOMER_MANAGED"}), false, "DRAFT", "")]
#[case::missing(json!({"name": "web"}), false, "REGISTRATION_FAILED", "pipeline")]
#[case::unwanted(json!({"name": "web", "pipelineProvisioning": "CUSTOMER_MANAGED"}), true, "REGISTRATION_FAILED", "pipeline")]
#[tokio::test]
async fn the_bundle_must_be_what_the_template_says(
    #[case] template: Value,
    #[case] pipeline: bool,
    #[case] status: &str,
    #[case] says: &str,
) {
    let rig = Rig::new().await;
    let created = rig.call(Operation::CreateServiceTemplate, template.clone()).await.unwrap()["serviceTemplate"].clone();
    assert_eq!(created["pipelineProvisioning"], template["pipelineProvisioning"]);
    let body = version(&rig, bundle(pipeline)).await;
    let created = rig.call(Operation::CreateServiceTemplateVersion, body).await.unwrap()["serviceTemplateVersion"].clone();
    assert_eq!(created["status"], "REGISTRATION_IN_PROGRESS");
    assert_eq!(created["arn"], "arn:aws:proton:us-east-1:123456789012:service-template/web:1.0");
    register(&rig).await;
    let version = shown(&rig, "0").await;
    assert_eq!(version["status"], status, "{version}");
    assert!(version["statusMessage"].as_str().unwrap().contains(says), "{version}");
}

#[tokio::test]
async fn the_lists_of_a_version_are_shown_and_can_be_changed() {
    let rig = Rig::new().await;
    rig.register((2, 0), "PUBLISHED").await;
    rig.call(Operation::CreateServiceTemplate, json!({"name": "web", "tags": [{"key": "team", "value": "a"}]})).await.unwrap();
    let mut body = version(&rig, bundle(true)).await;
    body["supportedComponentSources"] = json!(["DIRECTLY_DEFINED"]);
    rig.call(Operation::CreateServiceTemplateVersion, body).await.unwrap();
    register(&rig).await;
    let first = shown(&rig, "0").await;
    assert_eq!(first["compatibleEnvironmentTemplates"], json!([{"templateName": "vpc", "majorVersion": "1"}]));
    assert_eq!(first["supportedComponentSources"], json!(["DIRECTLY_DEFINED"]));
    assert!(first["schema"].as_str().unwrap().contains("service_input_type"));
    let update = json!({
        "templateName": "web", "majorVersion": "1", "minorVersion": "0", "status": "PUBLISHED",
        "supportedComponentSources": [],
        "compatibleEnvironmentTemplates": [
            {"templateName": "vpc", "majorVersion": "1"}, {"templateName": "vpc", "majorVersion": "2"}
        ],
    });
    rig.call(Operation::UpdateServiceTemplateVersion, update.clone()).await.unwrap();
    let second = shown(&rig, "0").await;
    assert_eq!(second["compatibleEnvironmentTemplates"], update["compatibleEnvironmentTemplates"]);
    assert_eq!((&second["supportedComponentSources"], &second["status"]), (&json!([]), &json!("PUBLISHED")));
    let template = rig.call(Operation::GetServiceTemplate, json!({"name": "web"})).await.unwrap();
    assert_eq!(template["serviceTemplate"]["recommendedVersion"], "1.0");
    let tags = rig.call(Operation::ListTagsForResource, json!({"resourceArn": second["arn"]})).await.unwrap();
    let keys: Vec<&str> = tags["tags"].as_array().unwrap().iter().map(|tag| tag["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["aws:proton:account", "aws:proton:template", "team"]);
}

#[tokio::test]
async fn an_environment_template_that_does_not_exist_is_named() {
    let rig = Rig::new().await;
    rig.call(Operation::CreateServiceTemplate, json!({"name": "web"})).await.unwrap();
    for (template, major) in [("vpc", "2"), ("nothing", "1")] {
        let mut body = version(&rig, bundle(true)).await;
        body["compatibleEnvironmentTemplates"] = json!([{"templateName": template, "majorVersion": major}]);
        let (name, message) = rig.call(Operation::CreateServiceTemplateVersion, body).await.unwrap_err();
        assert_eq!(name, "ResourceNotFoundException");
        assert!(message.contains(&format!("major version {major} of the environment template {template}")), "{message}");
    }
    for count in [0, 11] {
        let mut body = version(&rig, bundle(true)).await;
        body["compatibleEnvironmentTemplates"] = vec![json!({"templateName": "vpc", "majorVersion": "1"}); count].into();
        assert_eq!(rig.call(Operation::CreateServiceTemplateVersion, body).await.unwrap_err().0, "ValidationException");
    }
}

#[tokio::test]
async fn tokens_lists_and_deletions_work_as_for_environment_templates() {
    let rig = Rig::new().await;
    rig.call(Operation::CreateServiceTemplate, json!({"name": "web"})).await.unwrap();
    let mut body = version(&rig, bundle(true)).await;
    body["clientToken"] = json!("one");
    for _ in 0..2 {
        let created = rig.call(Operation::CreateServiceTemplateVersion, body.clone()).await.unwrap();
        assert_eq!(created["serviceTemplateVersion"]["minorVersion"], "0");
    }
    body["supportedComponentSources"] = json!(["DIRECTLY_DEFINED"]);
    let (name, message) = rig.call(Operation::CreateServiceTemplateVersion, body).await.unwrap_err();
    assert!(name == "ValidationException" && message.contains("IdempotentParameterMismatch"), "{message}");
    register(&rig).await;
    let templates = rig.call(Operation::ListServiceTemplates, json!({})).await.unwrap();
    assert_eq!(templates["templates"][0]["name"], "web");
    let versions = rig.call(Operation::ListServiceTemplateVersions, json!({"templateName": "web"})).await.unwrap();
    assert_eq!(versions["templateVersions"][0]["schema"], Value::Null);
    let name = json!({"name": "web"});
    assert_eq!(rig.call(Operation::DeleteServiceTemplate, name.clone()).await.unwrap_err().0, "ConflictException");
    let one = json!({"templateName": "web", "majorVersion": "1", "minorVersion": "0"});
    rig.call(Operation::DeleteServiceTemplateVersion, one.clone()).await.unwrap();
    assert_eq!(rig.call(Operation::DeleteServiceTemplateVersion, one).await.unwrap(), json!({}));
    rig.call(Operation::UpdateServiceTemplate, json!({"name": "web", "displayName": "Web"})).await.unwrap();
    let deleted = rig.call(Operation::DeleteServiceTemplate, name.clone()).await.unwrap();
    assert_eq!(deleted["serviceTemplate"]["displayName"], "Web");
    assert_eq!(rig.call(Operation::DeleteServiceTemplate, name).await.unwrap(), json!({}));
}

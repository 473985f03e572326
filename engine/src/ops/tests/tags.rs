//! Where tags come from and where they go (AWS Proton User Guide, page resources).

use proton_model::Operation;
use serde_json::{Value, json};

use super::rig::Rig;
use super::service_lifecycle::{create, document, rig as with_services};

const PREFIX: &str = "arn:aws:proton:us-east-1:123456789012";

/// `key=value` of all tags, by key.
async fn tags(rig: &Rig, tail: &str) -> Vec<String> {
    let answer = rig.call(Operation::ListTagsForResource, json!({"resourceArn": format!("{PREFIX}:{tail}")})).await.unwrap();
    let shown = |tag: &Value| format!("{}={}", tag["key"].as_str().unwrap(), tag["value"].as_str().unwrap());
    answer["tags"].as_array().unwrap().iter().map(shown).collect()
}

/// The customer's among them.
async fn own(rig: &Rig, tail: &str) -> String {
    let mut tags = tags(rig, tail).await;
    tags.retain(|tag| !tag.starts_with("aws:"));
    tags.join(" ")
}

async fn tag(rig: &Rig, tail: &str, key: &str) {
    let body = json!({"resourceArn": format!("{PREFIX}:{tail}"), "tags": [{"key": key, "value": "1"}]});
    rig.call(Operation::TagResource, body).await.unwrap();
}

fn version() -> Value {
    json!({"templateName": "net", "source": {"s3": {"bucket": "a-bucket", "key": "k"}}, "tags": [{"key": "own", "value": "1"}]})
}

#[tokio::test]
async fn a_template_passes_its_tags_to_new_versions_only() {
    let rig = Rig::empty().await;
    let template = json!({"name": "net", "tags": [{"key": "team", "value": "1"}]});
    rig.call(Operation::CreateEnvironmentTemplate, template).await.unwrap();
    rig.call(Operation::CreateEnvironmentTemplateVersion, version()).await.unwrap();
    tag(&rig, "environment-template/net", "later").await;
    rig.call(Operation::CreateEnvironmentTemplateVersion, version()).await.unwrap();
    assert_eq!(own(&rig, "environment-template/net:1.0").await, "own=1 team=1");
    assert_eq!(own(&rig, "environment-template/net:2.0").await, "later=1 own=1 team=1");
    let managed = tags(&rig, "environment-template/net:1.0").await;
    assert_eq!(managed[0], "aws:proton:account=123456789012");
    assert_eq!(managed[1], format!("aws:proton:template={PREFIX}:environment-template/net"));
}

#[tokio::test]
async fn a_service_passes_its_tags_to_new_instances_only_and_to_nothing_provisioned() {
    let rig = with_services().await;
    let mut body = create("web", &["one"]);
    body["tags"] = json!([{"key": "team", "value": "1"}]);
    rig.call(Operation::CreateService, body).await.unwrap();
    rig.settle().await;
    tag(&rig, "service/shop", "later").await;
    rig.call(Operation::UpdateService, json!({"name": "shop", "spec": document(true, &["one", "two"])})).await.unwrap();
    rig.settle().await;
    let three = json!({"serviceName": "shop", "name": "three", "spec": document(true, &["three"]),
        "tags": [{"key": "own", "value": "1"}]});
    rig.call(Operation::CreateServiceInstance, three).await.unwrap();
    rig.settle().await;
    assert_eq!(own(&rig, "service/shop/service-instance/one").await, "team=1");
    assert_eq!(own(&rig, "service/shop/service-instance/two").await, "later=1 team=1");
    assert_eq!(own(&rig, "service/shop/service-instance/three").await, "later=1 own=1 team=1");
    for (job, _) in rig.script.asked() {
        assert!(job.tags.iter().all(|(key, _)| key.starts_with("proton:")), "{:?}", job.tags);
    }
}

#[tokio::test]
async fn managed_tags_can_be_neither_set_nor_removed() {
    let rig = Rig::deployed().await;
    let arn = format!("{PREFIX}:environment/prod");
    let set = json!({"resourceArn": arn, "tags": [{"key": "aws:proton:account", "value": "1"}]});
    assert_eq!(rig.call(Operation::TagResource, set).await.unwrap_err().0, "ValidationException");
    let removed = json!({"resourceArn": arn, "tagKeys": ["aws:proton:account"]});
    assert_eq!(rig.call(Operation::UntagResource, removed).await.unwrap_err().0, "ValidationException");
    let mut body = super::rig::create("other");
    body["tags"] = json!([{"key": "AWS:x", "value": "1"}]);
    let (name, message) = rig.call(Operation::CreateEnvironment, body).await.unwrap_err();
    assert!(name == "ValidationException" && message.contains("aws:"), "{message}");
}

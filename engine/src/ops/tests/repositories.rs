//! Linked repositories and what refers to them.

use proton_model::Operation;
use serde_json::{Value, json};

use super::rig::{Rig, create};

const CONNECTION: &str = "arn:aws:codestar-connections:us-east-1:123456789012:connection/1";
const ARN: &str = "arn:aws:proton:us-east-1:123456789012:repository/github:acme/infra";

fn named() -> Value {
    json!({"provider": "GITHUB", "name": "acme/infra"})
}

fn creating() -> Value {
    json!({"provider": "GITHUB", "name": "acme/infra", "connectionArn": CONNECTION})
}

/// Links GITHUB acme/infra.
pub(super) async fn link(rig: &Rig) {
    rig.call(Operation::CreateRepository, creating()).await.unwrap();
}

#[tokio::test]
async fn a_link_is_made_shown_listed_and_deleted() {
    let rig = Rig::empty().await;
    let mut body = creating();
    body["tags"] = json!([{"key": "team", "value": "blue"}]);
    let created = rig.call(Operation::CreateRepository, body).await.unwrap()["repository"].clone();
    assert_eq!((&created["arn"], &created["connectionArn"]), (&json!(ARN), &json!(CONNECTION)));
    assert_eq!(rig.call(Operation::CreateRepository, creating()).await.unwrap()["repository"], created);
    let tags = rig.call(Operation::ListTagsForResource, json!({"resourceArn": ARN})).await.unwrap();
    let keys: Vec<&str> = tags["tags"].as_array().unwrap().iter().map(|tag| tag["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["aws:proton:account", "team"]);
    let mut other = creating();
    other["connectionArn"] = json!(format!("{CONNECTION}2"));
    assert_eq!(rig.call(Operation::CreateRepository, other).await.unwrap_err().0, "ConflictException");
    let rig = rig.restarted().await;
    assert_eq!(rig.call(Operation::GetRepository, named()).await.unwrap()["repository"], created);
    let listed = rig.call(Operation::ListRepositories, json!({})).await.unwrap()["repositories"].clone();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["name"]), (1, &json!("acme/infra")));
    assert_eq!(rig.call(Operation::DeleteRepository, named()).await.unwrap()["repository"], created);
    for operation in [Operation::GetRepository, Operation::DeleteRepository] {
        let (name, message) = rig.call(operation, named()).await.unwrap_err();
        assert!(name == "ResourceNotFoundException" && message.contains("acme/infra"), "{message}");
    }
    assert!(!rig.dump().await.contains("team"), "its tags are gone too");
}

#[tokio::test]
async fn a_link_in_use_stays() {
    let rig = Rig::new().await;
    link(&rig).await;
    let branch = json!({"provider": "GITHUB", "name": "acme/infra", "branch": "main"});
    let mut environment = create("prod");
    environment["provisioningRepository"] = branch.clone();
    rig.call(Operation::CreateEnvironment, environment).await.unwrap();
    rig.call(Operation::UpdateAccountSettings, json!({"pipelineProvisioningRepository": branch})).await.unwrap();
    let sync = json!({"templateName": "vpc", "templateType": "ENVIRONMENT", "repositoryProvider": "GITHUB",
        "repositoryName": "acme/infra", "branch": "main"});
    rig.call(Operation::CreateTemplateSyncConfig, sync).await.unwrap();
    let (name, message) = rig.call(Operation::DeleteRepository, named()).await.unwrap_err();
    assert_eq!(name, "ConflictException");
    for user in ["environment/prod", "environment-template/vpc", "pipelineProvisioningRepository"] {
        assert!(message.contains(user), "{message}");
    }
    let forget = json!({"templateName": "vpc", "templateType": "ENVIRONMENT"});
    rig.call(Operation::DeleteTemplateSyncConfig, forget).await.unwrap();
    rig.call(Operation::UpdateAccountSettings, json!({"deletePipelineProvisioningRepository": true})).await.unwrap();
    rig.settle().await;
    rig.call(Operation::DeleteEnvironment, json!({"name": "prod"})).await.unwrap();
    rig.settle().await;
    rig.call(Operation::DeleteRepository, named()).await.unwrap();
}

//! The account's settings.

use proton_model::Operation;
use serde_json::json;

use super::repositories::link;
use super::rig::Rig;
use super::service_lifecycle;
use crate::worker::scripted::Answer;

#[tokio::test]
async fn settings_are_empty_then_set_then_removed() {
    let rig = Rig::empty().await;
    let get = async |rig: &Rig| rig.call(Operation::GetAccountSettings, json!({})).await.unwrap();
    assert_eq!(get(&rig).await, json!({"accountSettings": {}}));
    let role = "arn:aws:iam::123456789012:role/pipelines";
    let repository = json!({"provider": "GITHUB", "name": "acme/infra", "branch": "main"});
    let body = json!({"pipelineServiceRoleArn": role, "pipelineProvisioningRepository": repository});
    let (name, message) = rig.call(Operation::UpdateAccountSettings, body.clone()).await.unwrap_err();
    assert!(name == "ValidationException" && message.contains("not linked"), "{message}");
    link(&rig).await;
    rig.call(Operation::UpdateAccountSettings, body).await.unwrap();
    let rig = rig.restarted().await;
    let shown = get(&rig).await["accountSettings"].clone();
    assert_eq!(shown["pipelineServiceRoleArn"], role);
    let arn = "arn:aws:proton:us-east-1:123456789012:repository/github:acme/infra";
    assert_eq!(shown["pipelineProvisioningRepository"]["arn"], arn);
    let both = json!({"deletePipelineProvisioningRepository": true, "pipelineProvisioningRepository": repository});
    assert_eq!(rig.call(Operation::UpdateAccountSettings, both).await.unwrap_err().0, "ValidationException");
    let remove = json!({"deletePipelineProvisioningRepository": true, "pipelineServiceRoleArn": ""});
    let removed = rig.call(Operation::UpdateAccountSettings, remove).await.unwrap();
    assert_eq!(removed, json!({"accountSettings": {}}));
}

/// A deployment of a pipeline would go on with another role than it began with.
#[tokio::test]
async fn settings_stay_while_a_pipeline_is_deployed() {
    let rig = service_lifecycle::rig().await;
    rig.script.then([Answer::Succeed, Answer::Wait(60)]);
    rig.call(Operation::CreateService, service_lifecycle::create("web", &["one"])).await.unwrap();
    rig.step().await;
    rig.step().await;
    let update = |role: &str| json!({"pipelineServiceRoleArn": role});
    let role = "arn:aws:iam::123456789012:role/pipelines";
    let (name, message) = rig.call(Operation::UpdateAccountSettings, update(role)).await.unwrap_err();
    assert!(name == "ConflictException" && message.contains("service/shop/pipeline"), "{message}");
    rig.call(Operation::UpdateAccountSettings, update("")).await.unwrap();
    rig.settle().await;
    rig.call(Operation::UpdateAccountSettings, update(role)).await.unwrap();
}

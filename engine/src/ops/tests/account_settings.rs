//! The account's settings.

use proton_model::Operation;
use serde_json::json;

use super::rig::Rig;

#[tokio::test]
async fn settings_are_empty_then_set_then_removed() {
    let rig = Rig::empty().await;
    let get = async |rig: &Rig| rig.call(Operation::GetAccountSettings, json!({})).await.unwrap();
    assert_eq!(get(&rig).await, json!({"accountSettings": {}}));
    let role = "arn:aws:iam::123456789012:role/pipelines";
    let repository = json!({"provider": "GITHUB", "name": "acme/infra", "branch": "main"});
    let body = json!({"pipelineServiceRoleArn": role, "pipelineProvisioningRepository": repository});
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

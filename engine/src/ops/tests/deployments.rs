//! Records of deployments and their outputs.

use proton_model::Operation;
use serde_json::{Value, json};

use super::rig::{Rig, spec};
use crate::worker::scripted::Answer;

async fn ids(rig: &Rig) -> Vec<String> {
    let listed = rig.call(Operation::ListDeployments, json!({"environmentName": "prod"})).await.unwrap();
    listed["deployments"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

async fn get(rig: &Rig, id: &str) -> Value {
    rig.call(Operation::GetDeployment, json!({"id": id})).await.unwrap()["deployment"].clone()
}

#[tokio::test]
async fn a_deployment_tells_what_was_and_what_is_wanted() {
    let rig = Rig::deployed().await;
    rig.pass(10);
    rig.update(json!({"spec": spec("10.2.0.0/16")})).await.unwrap();
    rig.pass(5);
    rig.settle().await;
    let ids = ids(&rig).await;
    let (second, first) = (get(&rig, &ids[0]).await, get(&rig, &ids[1]).await);
    assert_eq!(first["initialState"], Value::Null);
    assert_eq!(first["targetState"]["environment"]["spec"], spec("10.1.0.0/16"));
    assert_eq!(second["initialState"], first["targetState"]);
    assert_eq!(second["targetState"]["environment"]["templateMinorVersion"], "0");
    assert_eq!(second["targetArn"], "arn:aws:proton:us-east-1:123456789012:environment/prod");
    assert_eq!(second["targetResourceType"], "ENVIRONMENT");
    assert_eq!(second["arn"], format!("arn:aws:proton:us-east-1:123456789012:deployment/{}", ids[0]));
    assert!(second["completedAt"].as_f64() > second["createdAt"].as_f64());
    assert_eq!(second["lastSucceededDeploymentId"], ids[0]);
    assert_eq!(rig.environment("prod").await["lastSucceededDeploymentId"], ids[0]);
}

#[tokio::test]
async fn names_that_are_given_must_be_those_of_the_target() {
    let rig = Rig::deployed().await;
    let id = ids(&rig).await.remove(0);
    let right = json!({"id": id, "environmentName": "prod"});
    assert!(rig.call(Operation::GetDeployment, right).await.is_ok());
    for wrong in [
        json!({"id": id, "environmentName": "other"}),
        json!({"id": id, "serviceName": "web"}),
        json!({"id": "00000000-0000-0000-0000-00000000ffff"}),
    ] {
        assert_eq!(rig.call(Operation::GetDeployment, wrong).await.unwrap_err().0, "ResourceNotFoundException");
    }
    let half = json!({"id": id, "serviceInstanceName": "a"});
    assert_eq!(rig.call(Operation::GetDeployment, half).await.unwrap_err().0, "ValidationException");
}

#[tokio::test]
async fn outputs_belong_to_their_deployment() {
    let rig = Rig::deployed().await;
    rig.update(json!({})).await.unwrap();
    rig.settle().await;
    rig.script.then([Answer::Fail("no")]);
    rig.update(json!({})).await.unwrap();
    rig.settle().await;
    let ids = ids(&rig).await;
    let outputs = async |body: Value| rig.call(Operation::ListEnvironmentOutputs, body).await;
    let value = |answer: Value| answer["outputs"][0]["valueString"].as_str().map(str::to_owned);
    let last = outputs(json!({"environmentName": "prod"})).await.unwrap();
    assert_eq!(last.get("nextToken"), None);
    assert_eq!(value(last), Some(format!("vpc-of-{}", ids[1])));
    let first = outputs(json!({"environmentName": "prod", "deploymentId": ids[2]})).await.unwrap();
    assert_eq!(value(first), Some(format!("vpc-of-{}", ids[2])));
    let failed = outputs(json!({"environmentName": "prod", "deploymentId": ids[0]})).await.unwrap();
    assert_eq!(failed["outputs"], json!([]));
    let unknown = json!({"environmentName": "prod", "deploymentId": "00000000-0000-0000-0000-00000000ffff"});
    assert_eq!(outputs(unknown).await.unwrap_err().0, "ResourceNotFoundException");
    let resources = rig.call(Operation::ListEnvironmentProvisionedResources, json!({"environmentName": "prod"})).await.unwrap();
    assert_eq!(resources["provisionedResources"][0]["provisioningEngine"], "CLOUDFORMATION");
}

#[tokio::test]
async fn running_and_current_records_are_kept_and_the_others_can_be_deleted() {
    let rig = Rig::deployed().await;
    rig.script.then([Answer::Succeed, Answer::Fail("no"), Answer::Wait(5)]);
    for _ in 0..2 {
        rig.update(json!({})).await.unwrap();
        rig.settle().await;
    }
    let ids = ids(&rig).await;
    let delete = async |id: &str| rig.call(Operation::DeleteDeployment, json!({"id": id})).await;
    for current in &ids[..2] {
        assert_eq!(delete(current).await.unwrap_err().0, "ValidationException");
    }
    let gone = delete(&ids[2]).await.unwrap();
    assert_eq!(gone["deployment"]["id"], ids[2]);
    assert_eq!(delete(&ids[2]).await.unwrap(), json!({}));
    rig.update(json!({})).await.unwrap();
    let running = rig.environment("prod").await["lastAttemptedDeploymentId"].as_str().unwrap().to_owned();
    let (name, message) = delete(&running).await.unwrap_err();
    assert!(name == "ValidationException" && message.contains("IN_PROGRESS"), "{message}");
}

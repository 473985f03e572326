//! The process dies between any two commits and is started again: nothing is lost and nothing is done twice.

use proton_model::Operation;
use serde_json::json;

use super::rig::{Rig, create, spec};
use crate::worker::scripted::Answer;

#[tokio::test]
async fn an_accepted_create_is_deployed_after_a_restart() {
    let rig = Rig::new().await;
    let created = rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap();
    let rig = rig.restarted().await;
    rig.settle().await;
    let shown = rig.environment("prod").await;
    assert_eq!(shown["lastSucceededDeploymentId"], created["environment"]["lastAttemptedDeploymentId"]);
    assert_eq!(rig.script.asked().len(), 1);
}

#[tokio::test]
async fn a_deployment_goes_on_from_its_journal_with_the_same_template_and_stack() {
    let rig = Rig::new().await;
    rig.script.then([Answer::Wait(5), Answer::Wait(5), Answer::Succeed]);
    rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap();
    rig.step().await;
    let rig = rig.restarted().await;
    rig.pass(5);
    rig.step().await;
    let rig = rig.restarted().await;
    rig.pass(5);
    rig.step().await;
    assert_eq!(rig.status("prod").await, "SUCCEEDED");
    let asked = rig.script.asked();
    let journals: Vec<_> = asked.iter().map(|(_, journal)| journal.clone()).collect();
    assert_eq!(journals, [json!(null), json!({"steps": 1}), json!({"steps": 2})]);
    assert!(asked.windows(2).all(|pair| pair[0].0.stack_name == pair[1].0.stack_name));
    assert!(asked.windows(2).all(|pair| pair[0].0.deployment_id == pair[1].0.deployment_id));
}

#[tokio::test]
async fn a_cancel_is_not_forgotten() {
    let rig = Rig::deployed().await;
    rig.script.then([Answer::Wait(600), Answer::Cancelled]);
    rig.update(json!({"spec": spec("10.2.0.0/16")})).await.unwrap();
    rig.step().await;
    rig.call(Operation::CancelEnvironmentDeployment, json!({"environmentName": "prod"})).await.unwrap();
    let rig = rig.restarted().await;
    rig.step().await;
    assert_eq!(rig.status("prod").await, "CANCELLED");
}

#[tokio::test]
async fn a_whole_history_reads_the_same_after_a_restart() {
    let rig = Rig::deployed().await;
    rig.script.then([Answer::Fail("no"), Answer::Wait(5)]);
    rig.update(json!({"spec": spec("10.2.0.0/16")})).await.unwrap();
    rig.settle().await;
    rig.update(json!({})).await.unwrap();
    rig.step().await;
    let before = rig.dump().await;
    let rig = rig.restarted().await;
    assert_eq!(rig.dump().await, before);
    rig.settle().await;
    assert_eq!(rig.status("prod").await, "SUCCEEDED");
}

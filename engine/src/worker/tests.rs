//! The worker as a whole: its loop, its delays, what goes wrong in a step.

use std::time::Duration;

use proton_model::Operation;
use serde_json::json;

use super::scripted::Answer;
use crate::ops::tests::rig::{Rig, create};

/// Waits, in real time, until the environment has the status.
async fn until(rig: &Rig, name: &str, status: &str) {
    for _ in 0..200 {
        if rig.status(name).await == status {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{name} is {} and not {status}", rig.status(name).await);
}

#[tokio::test]
async fn a_commit_wakes_the_loop() {
    let rig = Rig::new().await;
    let running = rig.worker.clone().start();
    tokio::time::sleep(Duration::from_millis(50)).await;
    rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap();
    until(&rig, "prod", "SUCCEEDED").await;
    running.stop().await;
}

#[tokio::test]
async fn a_step_that_fails_for_a_while_is_made_again_and_says_so() {
    let rig = Rig::new().await;
    rig.script.then([Answer::Transient("the network is down"), Answer::Transient("the network is down"), Answer::Wait(5)]);
    rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap();
    rig.step().await;
    rig.step().await;
    assert_eq!(rig.script.asked().len(), 1, "the second step was made without a delay");
    let shown = rig.environment("prod").await;
    assert_eq!(shown["deploymentStatusMessage"], "Retrying: the network is down");
    assert_eq!(shown["deploymentStatus"], "IN_PROGRESS");
    rig.pass(2);
    rig.step().await;
    rig.pass(3);
    rig.step().await;
    assert_eq!(rig.script.asked().len(), 3);
    assert_eq!(rig.environment("prod").await["deploymentStatusMessage"], json!(null));
    rig.settle().await;
    assert_eq!(rig.status("prod").await, "SUCCEEDED");
}

#[tokio::test]
async fn a_step_that_always_fails_ends_the_deployment() {
    let rig = Rig::new().await;
    rig.script.then(std::iter::repeat_n(Answer::Transient("the endpoint does not answer"), 100));
    rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap();
    rig.settle().await;
    let shown = rig.environment("prod").await;
    assert_eq!(shown["deploymentStatus"], "FAILED");
    assert_eq!(shown["deploymentStatusMessage"], "the endpoint does not answer");
    assert_eq!(rig.script.asked().len(), 61);
}

#[tokio::test]
async fn a_denied_step_ends_the_deployment_at_once() {
    let rig = Rig::new().await;
    rig.script.then([Answer::Denied("not allowed to assume the role")]);
    rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap();
    rig.step().await;
    let shown = rig.environment("prod").await;
    assert_eq!(
        (&shown["deploymentStatus"], &shown["deploymentStatusMessage"]),
        (&json!("FAILED"), &json!("not allowed to assume the role"))
    );
}

#[tokio::test]
async fn a_panic_ends_neither_the_worker_nor_the_deployment() {
    let rig = Rig::new().await;
    rig.script.then([Answer::Panic]);
    rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap();
    rig.step().await;
    assert_eq!(rig.status("prod").await, "IN_PROGRESS");
    rig.step().await;
    assert_eq!(rig.script.asked().len(), 1);
    rig.settle().await;
    assert_eq!(rig.status("prod").await, "SUCCEEDED");
}

#[tokio::test]
async fn many_deployments_run_side_by_side() {
    let rig = Rig::new().await;
    for name in ["a", "b", "c"] {
        rig.call(Operation::CreateEnvironment, create(name)).await.unwrap();
    }
    let running = rig.worker.clone().start();
    for name in ["a", "b", "c"] {
        until(&rig, name, "SUCCEEDED").await;
    }
    running.stop().await;
    assert_eq!(rig.script.asked().len(), 3);
}

#[tokio::test]
async fn nothing_is_claimed_after_a_stop() {
    let rig = Rig::new().await;
    let running = rig.worker.clone().start();
    running.stop().await;
    rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(rig.script.asked().is_empty());
}

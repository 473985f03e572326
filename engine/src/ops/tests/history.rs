//! Random histories of requests, steps and restarts, and what holds after each of them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proton_model::Operation;
use serde_json::{Value, json};

use super::rig::{Rig, create, spec};
use crate::worker::scripted::Answer;

#[derive(Clone, Copy, Debug)]
enum Act {
    Create,
    Update(u8),
    Metadata,
    Cancel,
    Delete,
    Forget,
    Answer(Answer),
    Step,
    Pass(i64),
    Restart,
}

fn acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => Just(Act::Create),
        4 => any::<u8>().prop_map(Act::Update),
        1 => Just(Act::Metadata),
        3 => Just(Act::Cancel),
        1 => Just(Act::Delete),
        1 => Just(Act::Forget),
        2 => Just(Act::Answer(Answer::Wait(3))),
        1 => Just(Act::Answer(Answer::Fail("no"))),
        1 => Just(Act::Answer(Answer::Cancelled)),
        1 => Just(Act::Answer(Answer::Transient("later"))),
        1 => Just(Act::Answer(Answer::Denied("never"))),
        6 => Just(Act::Step),
        3 => (1i64..20).prop_map(Act::Pass),
        1 => Just(Act::Restart),
    ]
}

/// Whether the call was refused does not matter here; what it left behind does.
async fn request(rig: &Rig, act: Act) {
    let result = match act {
        Act::Create => rig.call(Operation::CreateEnvironment, create("prod")).await,
        Act::Update(octet) => rig.update(json!({"spec": spec(&format!("10.{octet}.0.0/16"))})).await,
        Act::Metadata => rig.update(json!({"deploymentType": "NONE", "description": "new"})).await,
        Act::Cancel => rig.call(Operation::CancelEnvironmentDeployment, json!({"environmentName": "prod"})).await,
        Act::Delete => rig.call(Operation::DeleteEnvironment, json!({"name": "prod"})).await,
        Act::Forget => match deployments(rig).await.last() {
            Some(oldest) => rig.call(Operation::DeleteDeployment, json!({"id": oldest["id"]})).await,
            None => Ok(Value::Null),
        },
        Act::Answer(_) | Act::Step | Act::Pass(_) | Act::Restart => Ok(Value::Null),
    };
    if let Err((name, message)) = result {
        assert_ne!(name, "InternalServerException", "{message}");
    }
}

async fn deployments(rig: &Rig) -> Vec<Value> {
    let listed = rig.call(Operation::ListDeployments, json!({})).await.unwrap();
    listed["deployments"].as_array().unwrap().clone()
}

async fn check(rig: &Rig, ended: &mut BTreeMap<String, Value>) {
    let mut running = 0;
    for row in deployments(rig).await {
        let full = rig.call(Operation::GetDeployment, json!({"id": row["id"]})).await.unwrap()["deployment"].clone();
        if full["completedAt"].is_null() {
            running += 1;
        } else {
            let before = ended.entry(row["id"].to_string()).or_insert_with(|| full.clone());
            assert_eq!(*before, full, "an ended deployment changed");
        }
    }
    let rows = rig.store.read().await.unwrap().count_effects().await.unwrap();
    assert!(running <= 1);
    assert_eq!(rows, running, "the outbox and the deployments disagree");
    let Ok(shown) = rig.call(Operation::GetEnvironment, json!({"name": "prod"})).await else {
        return;
    };
    let shown = &shown["environment"];
    let busy = ["IN_PROGRESS", "CANCELLING", "DELETE_IN_PROGRESS"].contains(&shown["deploymentStatus"].as_str().unwrap());
    assert_eq!(i64::from(busy), running);
    if let Some(id) = shown["lastSucceededDeploymentId"].as_str() {
        let last = rig.call(Operation::GetDeployment, json!({"id": id})).await.unwrap()["deployment"].clone();
        assert_eq!(last["deploymentStatus"], "SUCCEEDED");
        assert_eq!(last["targetState"]["environment"]["spec"], shown["spec"]);
    }
}

async fn live(history: Vec<Act>) {
    let mut rig = Rig::new().await;
    let mut ended = BTreeMap::new();
    for act in history {
        match act {
            Act::Answer(answer) => rig.script.then([answer]),
            Act::Step => rig.step().await,
            Act::Pass(seconds) => rig.pass(seconds),
            Act::Restart => rig = rig.restarted().await,
            other => request(&rig, other).await,
        }
        check(&rig, &mut ended).await;
    }
    rig.settle().await;
    check(&rig, &mut ended).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 64, ..ProptestConfig::default() })]
    #[test]
    fn records_outbox_and_answers_agree(history in prop::collection::vec(acts(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(live(history));
    }
}

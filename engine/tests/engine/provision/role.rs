//! The environment's role.

use super::rig::{Passes, Rig, STACK, create, update};
use proton_engine::provision::{ErrorClass, Job};
use proton_rig::cloudformation::Behaviour;

const ROLE: &str = "arn:aws:iam::123456789012:role/proton-service";

fn with_role(job: Job) -> Job {
    Job { role_arn: Some(ROLE.to_owned()), ..job }
}

#[tokio::test]
async fn is_assumed_once_and_makes_all_calls() {
    let rig = Rig::start(Passes::Plain).await;
    rig.succeed(&with_role(create("d1"))).await;
    let calls = rig.double.calls();
    let assumed: Vec<_> = calls.iter().filter(|call| call.action == "AssumeRole").collect();
    assert_eq!(assumed.len(), 1, "{calls:#?}");
    assert_eq!(assumed[0].access_key, "AKIARIG");
    for call in calls.iter().filter(|call| call.stack == STACK) {
        assert_eq!(call.role.as_deref(), Some(ROLE), "{call:?}");
    }
}

#[tokio::test]
async fn that_may_not_be_assumed_is_named() {
    let rig = Rig::start(Passes::Plain).await;
    rig.double.set_behaviour(ROLE, Behaviour { deny: vec!["AssumeRole".to_owned()], ..Behaviour::default() });
    let error = rig.error(&with_role(create("d1"))).await;
    assert_eq!(error.class, ErrorClass::Denied);
    assert!(error.message.contains("sts:AssumeRole") && error.message.contains(ROLE), "{error}");
}

#[tokio::test]
async fn a_throttled_assumption_is_made_again() {
    let rig = Rig::start(Passes::Plain).await;
    let throttle = [("AssumeRole".to_owned(), 2)].into();
    rig.double.set_behaviour(ROLE, Behaviour { throttle, ..Behaviour::default() });
    rig.succeed(&with_role(create("d1"))).await;
}

#[tokio::test]
async fn a_denied_call_names_the_role() {
    let rig = Rig::start(Passes::Plain).await;
    rig.succeed(&with_role(create("d1"))).await;
    rig.behave(Behaviour { deny: vec!["CreateChangeSet".to_owned()], ..Behaviour::default() });
    let error = rig.error(&with_role(update("d2"))).await;
    assert!(error.message.contains("cloudformation:CreateChangeSet") && error.message.contains(ROLE), "{error}");
}

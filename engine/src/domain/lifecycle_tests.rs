//! Histories of requests and outcomes, and what always holds for the records.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::domain::state::EnvironmentState;
use crate::domain::target::TargetKind;
use crate::domain::version::VersionNumber;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn fresh(kind: TargetKind) -> Target {
    Target {
        arn: "arn:aws:proton:us-east-1:123456789012:environment/prod".to_owned(),
        kind,
        created_at: at(0),
        state: State::Absent,
        message: None,
        attempted: None,
        succeeded: None,
        resources: Vec::new(),
        stack_name: "AWSProton-env-prod".to_owned(),
    }
}

fn state(spec: &str) -> DeployedState {
    DeployedState::Environment(EnvironmentState {
        template_name: "vpc".to_owned(),
        version: VersionNumber { major: 1, minor: 0 },
        spec: spec.to_owned(),
    })
}

fn request(operation: Operation, id: &str) -> Request {
    Request {
        operation,
        id: id.to_owned(),
        names: TargetNames { environment: "prod".to_owned(), ..TargetNames::default() },
        initial: None,
        wanted: Some(state(id)),
    }
}

fn succeeded() -> Outcome {
    Outcome::Succeeded { outputs: vec![("VpcId".to_owned(), "vpc-1".to_owned())], resources: Vec::new(), message: None }
}

fn failed() -> Outcome {
    Outcome::Failed { message: "no more addresses".to_owned(), resources: Vec::new() }
}

#[test]
fn a_success_is_dated_by_its_beginning() {
    let begun = begin(&fresh(TargetKind::Environment), request(Operation::Create, "a"), at(1)).unwrap().unwrap();
    assert_eq!((begun.target.state, begun.target.succeeded.clone()), (State::Creating, None));
    let ended = settle(&begun.target, &begun.deployment, succeeded(), at(9)).unwrap();
    assert_eq!(ended.target.succeeded, Some(Attempt { id: "a".to_owned(), at: at(1) }));
    assert_eq!(ended.deployment.completed_at, Some(at(9)));
    assert_eq!(ended.deployment.outputs.len(), 1);
}

#[test]
fn a_failed_update_leaves_what_was_deployed() {
    let first = begin(&fresh(TargetKind::Environment), request(Operation::Create, "a"), at(1)).unwrap().unwrap();
    let first = settle(&first.target, &first.deployment, succeeded(), at(2)).unwrap();
    let second = begin(&first.target, request(Operation::Update, "b"), at(3)).unwrap().unwrap();
    let second = settle(&second.target, &second.deployment, failed(), at(4)).unwrap();
    assert_eq!(second.target.state, State::Failed);
    assert_eq!(second.target.message.as_deref(), Some("no more addresses"));
    assert_eq!(second.target.succeeded.map(|attempt| attempt.id), Some("a".to_owned()));
    assert_eq!(second.deployment.last_succeeded_id.as_deref(), Some("a"));
}

#[test]
fn a_cancelled_deployment_says_who_cancelled_it() {
    let first = begin(&fresh(TargetKind::Environment), request(Operation::Create, "a"), at(1)).unwrap().unwrap();
    assert_eq!(cancel(&first.target, &first.deployment, at(2)), Err(Reason::CreateNotCancellable));
    let first = settle(&first.target, &first.deployment, succeeded(), at(2)).unwrap();
    let second = begin(&first.target, request(Operation::Update, "b"), at(3)).unwrap().unwrap();
    let second = cancel(&second.target, &second.deployment, at(4)).unwrap();
    assert_eq!(second.effects, &[Effect::Hasten]);
    let end = |message: Option<&str>| {
        let outcome = Outcome::Cancelled { message: message.map(str::to_owned) };
        settle(&second.target, &second.deployment, outcome, at(5)).unwrap().target
    };
    assert_eq!(end(None).message.as_deref(), Some("User initiated cancellation."));
    assert_eq!(end(Some("Simulated.")).message.as_deref(), Some("User initiated cancellation. Simulated."));
    assert_eq!(end(None).state, State::Cancelled);
}

#[test]
fn an_outcome_of_an_older_deployment_changes_nothing() {
    let first = begin(&fresh(TargetKind::Environment), request(Operation::Create, "a"), at(1)).unwrap().unwrap();
    let mut stale = first.deployment.clone();
    stale.id = "older".to_owned();
    assert_eq!(settle(&first.target, &stale, succeeded(), at(2)), Err(Reason::Settled));
}

/// One thing that may happen in a history.
#[derive(Clone, Copy, Debug)]
enum Act {
    Begin(Operation),
    Cancel,
    Succeed,
    Fail,
    Stop,
    Note,
}

fn acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        Just(Act::Begin(Operation::Create)),
        Just(Act::Begin(Operation::Update)),
        Just(Act::Begin(Operation::Delete)),
        Just(Act::Cancel),
        Just(Act::Succeed),
        Just(Act::Fail),
        Just(Act::Stop),
        Just(Act::Note),
    ]
}

fn act(act: Act, target: &Target, running: Option<&Deployment>, id: &str, now: Timestamp) -> Option<Change> {
    match (act, running) {
        (Act::Begin(operation), _) => begin(target, request(operation, id), now).ok().flatten(),
        (Act::Cancel, Some(running)) => cancel(target, running, now).ok(),
        (Act::Succeed, Some(running)) => settle(target, running, succeeded(), now).ok(),
        (Act::Fail, Some(running)) => settle(target, running, failed(), now).ok(),
        (Act::Stop, Some(running)) => settle(target, running, Outcome::Cancelled { message: None }, now).ok(),
        (Act::Note, Some(running)) if target.state.is_running() => Some(note(target, running, Some("retrying".to_owned()), now)),
        _ => None,
    }
}

proptest! {
    /// Whatever happens: one deployment runs at most, an ended one never changes, the last succeeded one succeeded.
    #[test]
    fn the_records_stay_consistent(kind in 0..4usize, history in prop::collection::vec(acts(), 0..80)) {
        let kind = [TargetKind::Environment, TargetKind::ServicePipeline, TargetKind::ServiceInstance, TargetKind::Component][kind];
        let mut target = fresh(kind);
        let mut records = BTreeMap::<String, Deployment>::new();
        for (number, what) in history.into_iter().enumerate() {
            let now = at(i64::try_from(number).unwrap());
            let last = target.attempted.as_ref().and_then(|attempt| records.get(&attempt.id)).cloned();
            let Some(change) = act(what, &target, last.as_ref(), &number.to_string(), now) else { continue };
            if let Some(old) = records.get(&change.deployment.id) {
                prop_assert!(old.completed_at.is_none(), "an ended deployment changed");
            }
            target = change.target;
            records.insert(change.deployment.id.clone(), change.deployment);
            let running = records.values().filter(|record| record.completed_at.is_none()).count();
            prop_assert_eq!(running, usize::from(target.state.is_running()));
            prop_assert!(records.values().all(|record| record.state.is_running() == record.completed_at.is_none()));
            if let Some(good) = &target.succeeded {
                prop_assert!(matches!(records[&good.id].state, State::Succeeded | State::DeleteComplete));
            }
            if target.state == State::DeleteComplete { break }
        }
    }
}

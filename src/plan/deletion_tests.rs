//! The table of this module's documentation, row by row.

use super::*;
use crate::api::annotation::OWNER_TAG;
use crate::api::{AdoptionPolicy, ConditionType, Conditions};
use crate::plan::decision::ActKey;
use crate::plan::dependent::Dependent;
use crate::plan::environment::plan as plan_all;
use crate::plan::fixture::{ARN, at, desired, environment, observed, tags};
use crate::plan::memory::{Failure, LastAct};
use crate::plan::{Decision, Requeue};
use crate::proton::DeploymentStatus::{self, Cancelling, DeleteFailed, DeleteInProgress, Failed, InProgress, Succeeded};
use crate::proton::ErrorClass;
use rstest::rstest;

fn deleting(policy: Option<DeletionPolicy>) -> Desired {
    let mut desired = Desired { deleting: true, ..desired() };
    desired.policy.deletion = policy;
    desired
}

fn remember(operation: Option<Operation>, id: Option<&str>) -> Memory {
    let mut memory = Memory::default();
    memory.status.target.arn = Some(ARN.into());
    memory.status.target.attempt = operation.map(|operation| {
        let intent = Intent { operation, spec_hash: "h".into(), baseline: Some("d1".into()), retries: 0 };
        let mut attempt = attempt::next(None, &desired().identity, intent, at(0));
        attempt.deployment_id = id.map(Into::into);
        attempt
    });
    memory
}

fn seen(status: DeploymentStatus, owner: Option<&str>) -> Observed {
    Observed { tags: tags(owner), ..observed(Some(environment(status, Some("d2"), Some("d1")))) }
}

fn word(decision: &Decision) -> &'static str {
    match &decision.act {
        Act::None => "wait",
        Act::RemoveFinalizer => "go",
        Act::Untag { .. } => "untag",
        Act::Cancel { .. } => "cancel",
        Act::Delete { .. } => "delete",
        _ => "other",
    }
}

const OURS: Option<&str> = Some("default/ns/e");

#[rstest]
#[case::at_rest(Succeeded, "wait")]
#[case::failed_before(DeleteFailed, "wait")]
#[case::our_update(InProgress, "cancel")]
fn what_others_need_is_deleted_after_them(#[case] status: DeploymentStatus, #[case] expected: &str) {
    let needed = Dependent { object: "ServiceInstance a".into(), deleting: false };
    let observed = Observed { dependents: vec![needed], ..seen(status, OURS) };
    let memory = remember(Some(Operation::Update), Some("d2"));
    let decision = plan_all(&deleting(None), &observed, &memory);
    assert_eq!(word(&decision), expected);
    let blocked = decision.status.conditions.reason(ConditionType::Ready) == Some(Reason::DeletionBlocked);
    assert_eq!(blocked, expected == "wait");
    assert_ne!(word(&plan_all(&deleting(Some(DeletionPolicy::Retain)), &observed, &memory)), "wait");
}

#[rstest]
#[case::ours(Succeeded, OURS, None, "delete")]
#[case::failed(Failed, OURS, None, "delete")]
#[case::unowned(Succeeded, None, None, "go")]
#[case::anothers(InProgress, Some("x/y/z"), None, "go")]
#[case::our_update(InProgress, OURS, Some(Operation::Update), "cancel")]
#[case::our_create(InProgress, OURS, Some(Operation::Create), "wait")]
#[case::others_update(InProgress, OURS, None, "wait")]
#[case::cancelling(Cancelling, OURS, Some(Operation::Cancel), "wait")]
#[case::being_deleted(DeleteInProgress, OURS, Some(Operation::Delete), "wait")]
#[case::deleted_by_others(DeleteFailed, OURS, None, "delete")]
fn with_policy_delete(
    #[case] status: DeploymentStatus,
    #[case] owner: Option<&str>,
    #[case] operation: Option<Operation>,
    #[case] expected: &str,
) {
    let memory = remember(operation, Some("d2"));
    let decision = plan_all(&deleting(None), &seen(status.clone(), owner), &memory);
    assert_eq!(word(&decision), expected);
    let retained = plan_all(&deleting(Some(DeletionPolicy::Retain)), &seen(status, owner), &memory);
    assert_eq!(word(&retained), if owner == OURS { "untag" } else { "go" });
}

#[test]
fn absent_means_gone() {
    assert_eq!(word(&plan_all(&deleting(None), &observed(None), &remember(Some(Operation::Delete), None))), "go");
    assert_eq!(word(&plan_all(&deleting(None), &observed(None), &Memory::default())), "go");
}

#[test]
fn a_creation_whose_outcome_is_open_is_given_time_to_appear() {
    let mut memory = Memory::default();
    let key = ActKey { kind: ActKind::Create, subject: "e".into() };
    let failure = Failure { class: ErrorClass::Unreachable, message: String::new() };
    memory.last = Some(LastAct::after(None, key, Err(failure), &desired(), at(0)));
    let mut observed = observed(None);
    assert_eq!(word(&plan_all(&deleting(None), &observed, &memory)), "wait");
    observed.now = at(30);
    assert_eq!(word(&plan_all(&deleting(None), &observed, &memory)), "go");
}

#[test]
fn another_arn_is_never_deleted() {
    let mut memory = remember(None, None);
    memory.status.target.arn = Some("arn:elsewhere".into());
    let decision = plan_all(&deleting(None), &seen(Succeeded, OURS), &memory);
    assert_eq!((word(&decision), decision.status.conditions[0].reason.as_str()), ("wait", "RemoteElsewhere"));
    assert_eq!(word(&plan_all(&deleting(Some(DeletionPolicy::Retain)), &seen(Succeeded, OURS), &memory)), "go");
}

#[test]
fn suspended_objects_keep_their_resource_unless_it_is_retained() {
    let mut suspended = deleting(None);
    suspended.policy.suspended = true;
    let decision = plan_all(&suspended, &seen(Succeeded, OURS), &remember(None, None));
    assert_eq!((word(&decision), decision.status.conditions[0].reason.as_str()), ("wait", "DeletionSuspended"));
    suspended.policy.deletion = Some(DeletionPolicy::Retain);
    assert_eq!(word(&plan_all(&suspended, &seen(Succeeded, OURS), &remember(None, None))), "untag");
}

#[test]
fn observed_and_finalizerless_objects_just_go() {
    let mut observing = deleting(None);
    observing.policy.adoption = AdoptionPolicy::Observe;
    assert_eq!(word(&plan_all(&observing, &seen(Succeeded, OURS), &remember(None, None))), "go");
    observing.finalizer = false;
    assert_eq!(plan_all(&observing, &seen(Succeeded, OURS), &remember(None, None)).requeue, Requeue::Never);
}

#[test]
fn the_cancellation_before_a_deletion_is_sent_once() {
    let mut memory = remember(Some(Operation::Update), Some("d2"));
    let first = plan_all(&deleting(None), &seen(InProgress, OURS), &memory);
    memory.last = Some(LastAct::after(None, first.act.key().unwrap(), Ok(()), &deleting(None), at(0)));
    memory.status = first.status;
    assert_eq!(word(&plan_all(&deleting(None), &seen(InProgress, OURS), &memory)), "wait");
}

#[test]
fn a_failed_deletion_is_tried_again_with_growing_pauses() {
    let mut memory = remember(Some(Operation::Delete), None);
    let mut pauses = Vec::new();
    let mut seen = Observed { tags: tags(OURS), ..seen(DeleteFailed, OURS) };
    for _ in 0..4 {
        let decision = plan_all(&deleting(None), &seen, &memory);
        let Requeue::After(pause) = decision.requeue else { panic!("{:?}", decision.act) };
        assert_eq!(decision.status.conditions[0].reason, "DeleteFailed");
        pauses.push(pause.as_secs());
        seen.now += pause;
        let again = plan_all(&deleting(None), &seen, &memory);
        assert_eq!(word(&again), "delete");
        memory.status = again.status;
    }
    assert_eq!(pauses, [20, 40, 80, 160]);
    let asked =
        Desired { requests: super::super::desired::Requests { retry: Some("1".into()), ..Default::default() }, ..deleting(None) };
    assert_eq!(word(&plan_all(&asked, &seen, &memory)), "delete");
}

#[test]
fn a_repeated_intent_stays_as_it_is() {
    let first = plan_all(&deleting(None), &seen(Succeeded, OURS), &remember(None, None));
    let memory = Memory { status: first.status.clone(), last: None };
    let later = Observed { now: at(50), ..seen(Succeeded, OURS) };
    assert_eq!(plan_all(&deleting(None), &later, &memory).status, first.status);
}

#[test]
fn a_deletion_that_takes_too_long_is_said() {
    let late = Observed { now: at(7200), ..seen(DeleteInProgress, OURS) };
    let decision = plan_all(&deleting(None), &late, &remember(Some(Operation::Delete), None));
    assert_eq!(decision.status.conditions[0].reason, "DeploymentTimedOut");
}

#[test]
fn both_marks_are_taken_off() {
    let mut seen = seen(Succeeded, OURS);
    seen.tags = ownership::adoption_tags(&desired());
    let Act::Untag { keys, .. } = plan_all(&deleting(None), &seen, &remember(None, None)).act else {
        panic!("adopted: retained")
    };
    assert!(keys.contains(&OWNER_TAG.to_owned()) && keys.len() == 2);
}

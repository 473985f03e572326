//! Every remote state, crossed with every kind of change, for deployments of ours and of others.

use super::*;
use crate::api::{OnFailure, OnSpecChange};
use crate::plan::attempt;
use crate::plan::compare::Wanted;
use crate::plan::fixture::{ARN, at, deployment, desiring, environment, observed, state, tags};
use crate::proton::DeploymentStatus::{self as S, *};
use crate::proton::{EnvironmentState, ErrorClass, UpdateType};
use rstest::rstest;
use serde_json::{Value, json};

const STATUSES: [S; 8] = [InProgress, Failed, Succeeded, DeleteInProgress, DeleteFailed, DeleteComplete, Cancelling, Cancelled];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Change {
    Nothing,
    Inputs,
    Minor,
    Major,
    Metadata,
    Deleted,
}

const CHANGES: [Change; 6] = [Change::Nothing, Change::Inputs, Change::Minor, Change::Major, Change::Metadata, Change::Deleted];

/// The spec before the change was version 1.0 with count 1.
fn spec(change: Change) -> Value {
    match change {
        Change::Nothing | Change::Deleted => json!({"templateMinorVersion": "0"}),
        Change::Inputs => json!({"templateMinorVersion": "0", "inputs": {"count": 2}}),
        Change::Minor => json!({"templateMinorVersion": "3"}),
        Change::Major => json!({"templateMajorVersion": "2", "templateMinorVersion": "0"}),
        Change::Metadata => json!({"templateMinorVersion": "0", "description": "new"}),
    }
}

fn wish(change: Change) -> Wanted {
    version::wanted(&desiring(spec(change)), &observed(None), &TargetStatus::default(), None).unwrap()
}

/// Deployment d2 is the last one. Ours deployed the spec before the change; someone else's deployed count 5.
fn scene(
    status: &S,
    change: Change,
    ours: bool,
    on_spec_change: OnSpecChange,
    on_failure: OnFailure,
) -> (Desired, Observed, Memory) {
    let mut desired = Desired { deleting: change == Change::Deleted, ..desiring(spec(change)) };
    desired.identity.generation = 2;
    (desired.policy.on_spec_change, desired.policy.on_failure) = (on_spec_change, on_failure);
    let target = state("0", if ours { 1 } else { 5 });
    let succeeded = *status == Succeeded;
    let mut seen = environment(status.clone(), Some("d2"), Some(if succeeded { "d2" } else { "d1" }));
    let before: EnvironmentState = if ours { state("0", 0) } else { state("0", 1) };
    seen.spec = if succeeded { target.spec.clone() } else { before.spec };
    let mut attempt = attempt::next(
        None,
        &desired.identity,
        Intent { operation: Operation::Update, spec_hash: wish(Change::Nothing).hash(), baseline: None, retries: 0 },
        at(0),
    );
    attempt.generation = 1;
    attempt.deployment_id = Some(if ours { "d2" } else { "d1" }.into());
    let mut memory = Memory::default();
    memory.status.target = TargetStatus {
        arn: Some(ARN.into()),
        attempt: Some(attempt),
        deployed_spec_hash: (!ours || succeeded).then(|| wish(Change::Nothing).hash()),
        ..TargetStatus::default()
    };
    let observed = Observed { attempted: Some(deployment("d2", status.clone(), &target)), ..observed(Some(seen)) };
    (desired, observed, memory)
}

/// What is expected: the act and the reason of Ready.
fn expected(
    status: &S,
    change: Change,
    ours: bool,
    on_spec_change: OnSpecChange,
    on_failure: OnFailure,
) -> (&'static str, Reason) {
    if change == Change::Deleted {
        return match status {
            InProgress if ours => ("cancel", Reason::Deleting),
            Succeeded | Failed | Cancelled | DeleteFailed => ("delete", Reason::Deleting),
            _ => ("none", Reason::Deleting),
        };
    }
    let update = match change {
        Change::Inputs => Some(("CURRENT_VERSION", Reason::Progressing)),
        Change::Minor => Some(("MINOR_VERSION", Reason::Progressing)),
        Change::Major => Some(("MAJOR_VERSION", Reason::Progressing)),
        _ => None,
    };
    let metadata = (change == Change::Metadata).then_some(("NONE", Reason::Progressing));
    match (status, ours) {
        (DeleteInProgress | DeleteComplete, _) | (InProgress | Cancelling, false) => ("none", Reason::ForeignDeployment),
        (DeleteFailed, _) => ("none", Reason::DeleteFailed),
        (Cancelling, true) => ("none", Reason::Cancelling),
        (InProgress, true) if update.is_some() && on_spec_change == OnSpecChange::Cancel => ("cancel", Reason::Superseding),
        (InProgress, true) => ("none", Reason::Deploying),
        (_, _) if update.is_some() => update.unwrap(),
        (Failed, true) if on_failure == OnFailure::Rollback => ("CURRENT_VERSION", Reason::Progressing),
        (_, _) if metadata.is_some() => metadata.unwrap(),
        (Failed, true) if on_failure == OnFailure::Retry => ("none", Reason::RetryScheduled),
        (Failed, true) => ("none", Reason::DeploymentFailed),
        (Cancelled, true) => ("none", Reason::DeploymentCancelled),
        (Succeeded | Failed, false) => ("none", Reason::DriftDetected),
        _ => ("none", Reason::Deployed),
    }
}

fn word(act: &Act) -> &'static str {
    match act {
        Act::None => "none",
        Act::Cancel { .. } => "cancel",
        Act::Delete { .. } => "delete",
        Act::Update { request, .. } => request.deployment_type.as_str(),
        _ => "other",
    }
}

#[test]
fn every_state_crossed_with_every_change() {
    let mut cells = 0;
    for status in &STATUSES {
        for change in CHANGES {
            for ours in [true, false] {
                for on_spec_change in [OnSpecChange::Cancel, OnSpecChange::Wait] {
                    for on_failure in [OnFailure::Keep, OnFailure::Retry, OnFailure::Rollback] {
                        let cell = format!("{} {change:?} ours={ours} {on_spec_change:?} {on_failure:?}", status.as_str());
                        let (desired, observed, memory) = scene(status, change, ours, on_spec_change, on_failure);
                        let decision = plan(&desired, &observed, &memory);
                        let reason = decision.status.conditions.reason(ConditionType::Ready).unwrap();
                        assert_eq!(
                            (word(&decision.act), reason),
                            expected(status, change, ours, on_spec_change, on_failure),
                            "{cell}"
                        );
                        coherent(&desired, &observed, &memory, &decision, &cell);
                        cells += 1;
                    }
                }
            }
        }
    }
    assert_eq!(cells, 8 * 6 * 2 * 2 * 3);
}

/// What holds for every decision.
fn coherent(desired: &Desired, observed: &Observed, memory: &Memory, decision: &Decision, cell: &str) {
    let running = observed.environment.as_ref().is_some_and(|environment| environment.deployment_status.is_running());
    assert!(
        !(running && matches!(decision.act, Act::Update { .. } | Act::Delete { .. } | Act::Create(_))),
        "{cell}: over a running deployment"
    );
    assert_eq!(decision.requeue == Requeue::AtOnce, decision.act != Act::None, "{cell}: {:?}", decision.requeue);
    assert_ne!(decision.requeue, Requeue::Never, "{cell}");
    let truths = [ConditionType::Ready, ConditionType::Reconciling, ConditionType::Stalled]
        .map(|kind| decision.status.conditions.is_true(kind));
    assert_eq!(truths.iter().filter(|truth| **truth).count(), 1, "{cell}");
    assert_eq!(decision.status.observed_generation, Some(desired.identity.generation), "{cell}");
    if matches!(decision.act, Act::Update { .. } | Act::Delete { .. } | Act::Cancel { .. }) && word(&decision.act) != "NONE" {
        assert_ne!(decision.status.target.attempt, memory.status.target.attempt, "{cell}: no intent was written");
    }
    let recorded = Memory { status: decision.status.clone(), last: None };
    let again = plan(desired, observed, &recorded);
    let seen = observed.environment.as_ref().map(|environment| &environment.deployment_status);
    if seen == Some(&DeleteFailed) && decision.act != Act::None {
        return; // It cannot be told from a deletion of ours that failed: it is tried again after the pause.
    }
    assert_eq!(again.status, decision.status, "{cell}: a second look writes again");
    assert_eq!(again.act, decision.act, "{cell}: a second look acts otherwise");
    assert!(again.notices.is_empty(), "{cell}: a second look tells again");
}

#[test]
fn the_first_life() {
    let mut desired = Desired { finalizer: false, ..desiring(json!({})) };
    let nothing = observed(None);
    let first = plan(&desired, &nothing, &Memory::default());
    assert_eq!(first.act, Act::AddFinalizer);
    desired.finalizer = true;
    let create = plan(&desired, &nothing, &Memory { status: first.status, last: None });
    assert!(matches!(create.act, Act::Create(_)));
    assert_eq!(
        create.status.target.attempt.as_ref().map(|attempt| (attempt.operation, attempt.ordinal)),
        Some((Operation::Create, 1))
    );

    let mut running = observed(Some(environment(InProgress, Some("d1"), None)));
    running.attempted = Some(crate::proton::Deployment { initial_state: None, ..deployment("d1", InProgress, &state("4", 1)) });
    let wait = plan(&desired, &running, &Memory { status: create.status, last: None });
    assert_eq!((word(&wait.act), wait.status.target.attempt.as_ref().unwrap().deployment_id.as_deref()), ("none", Some("d1")));
    assert_eq!(wait.notices.len(), 1);

    let mut done = environment(Succeeded, Some("d1"), Some("d1"));
    (done.template_minor_version, done.spec) = (Some("4".into()), state("4", 1).spec);
    let first = crate::proton::Deployment { initial_state: None, ..deployment("d1", Succeeded, &state("4", 1)) };
    let done = Observed { attempted: Some(first), ..observed(Some(done)) };
    let ready = plan(&desired, &done, &Memory { status: wait.status, last: None });
    assert!(ready.status.conditions.is_true(ConditionType::Ready));
    assert_eq!(ready.status.version.as_deref(), Some("1.4"));
    assert_eq!(ready.status.target.pinned_version.as_deref(), Some("1.4"));
    let record = &ready.status.target.deployments[0];
    assert_eq!((record.type_.as_deref(), record.generation, record.version.as_deref()), (Some("CREATE"), Some(1), Some("1.4")));
}

#[test]
fn a_pinned_minor_stays_and_a_foreign_one_is_drift() {
    let desired = desiring(json!({}));
    let (_, _, mut memory) = scene(&Succeeded, Change::Nothing, true, OnSpecChange::Cancel, OnFailure::Keep);
    let hash = wish_of(&desired).hash();
    memory.status.target.pinned_version = Some("1.0".into());
    memory.status.target.deployed_spec_hash = Some(hash.clone());
    memory.status.target.attempt.as_mut().unwrap().spec_hash = hash;
    let mut seen = environment(Succeeded, Some("d3"), Some("d3"));
    (seen.template_minor_version, seen.spec) = (Some("9".into()), state("9", 1).spec);
    let decision = plan(&desired, &observed(Some(seen)), &memory);
    assert!(decision.status.conditions.is_true(ConditionType::Drifted));
    assert!(decision.status.conditions.of(ConditionType::Drifted).unwrap().message.contains("templateMinorVersion"));
    assert_eq!(decision.status.target.pinned_version.as_deref(), Some("1.0"));
}

fn wish_of(desired: &Desired) -> Wanted {
    version::wanted(desired, &observed(None), &TargetStatus::default(), None).unwrap()
}

#[rstest]
#[case::create_only("CreateOnly", None, "none", Reason::AlreadyExists)]
#[case::adopt("Adopt", None, "tag", Reason::Adopting)]
#[case::adopt_or_create("AdoptOrCreate", None, "tag", Reason::Adopting)]
#[case::anothers("Adopt", Some("x/y/z"), "none", Reason::OwnedElsewhere)]
#[case::observe("Observe", None, "none", Reason::DriftDetected)]
#[case::restored("CreateOnly", Some("default/ns/e"), "update", Reason::Progressing)]
fn adoption(#[case] policy: &str, #[case] owner: Option<&str>, #[case] act: &str, #[case] reason: Reason) {
    let seen = Observed { tags: tags(owner), ..observed(Some(environment(Succeeded, Some("d1"), Some("d1")))) };
    let decision = plan(&desiring(json!({"adoptionPolicy": policy})), &seen, &Memory::default());
    let word = match decision.act {
        Act::Tag { .. } => "tag",
        Act::Update { .. } => "update",
        Act::None => "none",
        _ => "other",
    };
    assert_eq!((word, decision.status.conditions.reason(ConditionType::Ready)), (act, Some(reason)));
    let ours = owner == Some("default/ns/e") || policy == "Observe";
    assert_eq!(decision.status.target.arn.is_some(), ours, "an ARN that is not ours is never remembered");
}

#[rstest]
#[case("Adopt", Reason::RemoteNotFound)]
#[case("Observe", Reason::RemoteNotFound)]
fn nothing_to_adopt(#[case] policy: &str, #[case] reason: Reason) {
    let decision = plan(&desiring(json!({"adoptionPolicy": policy})), &observed(None), &Memory::default());
    assert_eq!((decision.act, decision.status.conditions.reason(ConditionType::Ready)), (Act::None, Some(reason)));
}

#[test]
fn a_missing_resource_is_created_again_only_if_the_policy_says_so() {
    let (desired, _, memory) = scene(&Succeeded, Change::Nothing, true, OnSpecChange::Cancel, OnFailure::Keep);
    let stall = plan(&desired, &observed(None), &memory);
    assert_eq!((word(&stall.act), stall.status.conditions.reason(ConditionType::Ready)), ("none", Some(Reason::RemoteMissing)));
    let recreate = desiring(json!({"onRemoteMissing": "Recreate"}));
    let created = plan(&recreate, &observed(None), &memory);
    assert!(matches!(created.act, Act::Create(_)));
    assert_eq!(created.status.target.attempt.unwrap().ordinal, 2);
    assert_eq!(created.status.target.arn, None);
}

#[test]
fn a_rollback_wish_is_that_deployments_target() {
    let id = "d0";
    let desired = desiring(json!({"rollbackTo": id}));
    let (_, mut observed, memory) = scene(&Succeeded, Change::Nothing, true, OnSpecChange::Cancel, OnFailure::Keep);
    observed.rollback = Some(deployment(id, Succeeded, &state("0", 7)));
    let decision = plan(&desired, &observed, &memory);
    let Act::Update { request, .. } = decision.act else { panic!("{:?}", decision.act) };
    assert_eq!(request.deployment_type, UpdateType::CurrentVersion);
    assert!(request.spec.unwrap().as_str().contains("count: 7"));
    observed.rollback = None;
    let invalid = plan(&desired, &observed, &memory);
    assert_eq!(invalid.status.conditions.reason(ConditionType::Ready), Some(Reason::RollbackTargetInvalid));
}

#[test]
fn the_ceiling_holds_a_change_back() {
    for (change, ceiling, held) in [
        (Change::Inputs, "None", true),
        (Change::Minor, "CurrentVersion", true),
        (Change::Major, "MinorVersion", true),
        (Change::Major, "MajorVersion", false),
        (Change::Metadata, "None", false),
    ] {
        let (_, observed, memory) = scene(&Succeeded, Change::Nothing, true, OnSpecChange::Cancel, OnFailure::Keep);
        let mut fields = spec(change);
        fields["deploymentType"] = json!(ceiling);
        let decision = plan(&desiring(fields), &observed, &memory);
        let reason = decision.status.conditions.reason(ConditionType::Ready);
        assert_eq!(reason == Some(Reason::DeploymentNotAllowed), held, "{change:?} {ceiling}");
        assert_eq!(decision.act == Act::None, held);
    }
}

#[test]
fn suspended_objects_change_nothing_remote() {
    for status in &STATUSES {
        for change in [Change::Nothing, Change::Inputs, Change::Major, Change::Metadata] {
            let (mut desired, observed, memory) = scene(status, change, true, OnSpecChange::Cancel, OnFailure::Rollback);
            desired.policy.suspended = true;
            desired.requests.cancel = Some("d2".into());
            let decision = plan(&desired, &observed, &memory);
            assert_eq!(decision.act, Act::None, "{status:?} {change:?}");
        }
    }
}

#[test]
fn what_was_ready_stays_ready_while_the_endpoint_is_away() {
    let (desired, observed, memory) = scene(&Succeeded, Change::Nothing, true, OnSpecChange::Cancel, OnFailure::Keep);
    let ready = plan(&desired, &observed, &memory);
    let memory = Memory { status: ready.status, last: None };
    let failure = |class| Failure { class, message: "no answer".into() };
    let away = observation_failed(&desired, &memory, &failure(ErrorClass::Unreachable), at(9));
    assert!(away.status.conditions.is_true(ConditionType::Ready) && away.status.conditions.is_true(ConditionType::Reconciling));
    let mut edited = desired.clone();
    edited.identity.generation += 1;
    let stale = observation_failed(&edited, &memory, &failure(ErrorClass::Unreachable), at(9));
    assert!(!stale.status.conditions.is_true(ConditionType::Ready), "a generation that nobody looked at is not Ready");
    let denied = observation_failed(&desired, &memory, &failure(ErrorClass::AccessDenied), at(9));
    assert!(denied.status.conditions.is_true(ConditionType::Stalled));
    let blocked = blocked(&desired, &memory, Reason::ConnectionInvalid, "Secret x is missing", at(9));
    assert!(blocked.status.conditions.is_true(ConditionType::Stalled) && matches!(blocked.requeue, Requeue::After(_)));
}

#[test]
fn a_request_to_look_again_is_answered_whatever_is_seen() {
    let mut desired = desiring(json!({}));
    desired.requests.reconcile = Some("now".into());
    let (memory, gone) = (Memory::default(), Failure { class: ErrorClass::Unreachable, message: "no answer".into() });
    let decisions = [
        plan(&desired, &observed(None), &memory),
        observation_failed(&desired, &memory, &gone, at(9)),
        waiting(&desired, &memory, Reason::WaitingForDependency, "Waiting for penv/x.", at(9)),
        blocked(&desired, &memory, Reason::ConnectionInvalid, "Secret x is missing", at(9)),
    ];
    for decision in decisions {
        assert_eq!(decision.status.last_handled_reconcile_at.as_deref(), Some("now"));
    }
}

#[test]
fn a_broken_spec_is_said_and_not_sent() {
    let mut desired = desiring(json!({}));
    desired.inputs = Err("specYaml is not a YAML document".into());
    for observed in [observed(None), observed(Some(environment(Succeeded, Some("d1"), Some("d1"))))] {
        let decision = plan(&desired, &observed, &Memory::default());
        assert_eq!(
            (word(&decision.act), decision.status.conditions.reason(ConditionType::Ready)),
            ("none", Some(Reason::InvalidSpec))
        );
        assert!(!decision.status.conditions.is_true(ConditionType::Synced));
    }
}

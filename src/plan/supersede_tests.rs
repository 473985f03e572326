//! The table of this module's documentation, row by row.

use super::*;
use crate::plan::attempt::Intent;
use crate::plan::decision::Requeue;
use crate::plan::fixture::{at, deployment, desired, environment, observed, state, wanted};
use crate::plan::memory::{Failure, LastAct};
use crate::proton::DeploymentStatus::{Cancelled, Cancelling, InProgress};
use crate::proton::ErrorClass;
use rstest::rstest;

/// A running deployment d2 that deploys `count`, while count 1 is wanted.
struct Scene {
    desired: Desired,
    environment: EnvironmentView,
    target: TargetStatus,
    observed: Observed,
    memory: Memory,
}

fn scene(operation: Option<Operation>, count: i64) -> Scene {
    let succeeded = (operation != Some(Operation::Create)).then_some("d1");
    let environment = environment(InProgress, Some("d2"), succeeded);
    let attempt = operation.map(|operation| {
        let spec_hash = if count == 1 { wanted().hash() } else { "older".to_owned() };
        let intent = Intent { operation, spec_hash, baseline: succeeded.map(Into::into), retries: 0 };
        let mut attempt = attempt::next(None, &desired().identity, intent, at(0));
        attempt.deployment_id = Some("d2".into());
        attempt
    });
    Scene {
        desired: desired(),
        target: TargetStatus { attempt, ..TargetStatus::default() },
        observed: Observed {
            attempted: Some(deployment("d2", InProgress, &state("0", count))),
            ..observed(Some(environment.clone()))
        },
        memory: Memory::default(),
        environment,
    }
}

impl Scene {
    fn step(&mut self) -> Step {
        running(&self.desired, &self.observed, &self.memory, &self.environment, Some(&wanted()), &mut self.target)
    }

    fn sent(&mut self, result: Result<(), ErrorClass>) {
        let key = ActKey { kind: ActKind::Cancel, subject: "d2".into() };
        let result = result.map_err(|class| Failure { class, message: String::new() });
        self.memory.last = Some(LastAct::after(None, key, result, &self.desired, at(0)));
    }
}

#[rstest]
#[case::others(None, 1, false, Reason::ForeignDeployment)]
#[case::others_and_unwanted(None, 2, false, Reason::ForeignDeployment)]
#[case::create(Some(Operation::Create), 1, false, Reason::Deploying)]
#[case::unwanted_create(Some(Operation::Create), 2, false, Reason::Deploying)]
#[case::wanted(Some(Operation::Update), 1, false, Reason::Deploying)]
#[case::unwanted(Some(Operation::Update), 2, true, Reason::Superseding)]
#[case::unwanted_rollback(Some(Operation::Rollback), 2, true, Reason::Superseding)]
#[case::rollback_of_this_wish(Some(Operation::Rollback), 1, false, Reason::RollingBack)]
fn cancel_or_wait(#[case] operation: Option<Operation>, #[case] count: i64, #[case] cancels: bool, #[case] reason: Reason) {
    let mut scene = scene(operation, count);
    let step = scene.step();
    assert_eq!(matches!(step.act, Act::Cancel { .. }), cancels);
    assert_eq!(step.phase.reason, reason);
    if cancels {
        assert_eq!(scene.target.attempt.unwrap().operation, Operation::Cancel);
    } else {
        assert!(matches!(step.requeue, Requeue::OnChange { .. }));
    }
}

#[test]
fn a_target_that_is_wanted_is_not_cancelled_even_if_the_wish_was_written_otherwise() {
    let mut scene = scene(Some(Operation::Update), 1);
    scene.target.attempt.as_mut().unwrap().spec_hash = "other form".into();
    assert_eq!(scene.step().act, Act::None);
}

#[test]
fn wait_means_wait() {
    let mut scene = scene(Some(Operation::Update), 2);
    scene.desired.policy.on_spec_change = OnSpecChange::Wait;
    scene.desired.identity.generation = 7;
    let step = scene.step();
    assert_eq!((step.act, step.phase.reason), (Act::None, Reason::Deploying));
    assert!(step.phase.message.contains("Generation 7 is considered"));
}

#[rstest]
#[case::done(Ok(()), false)]
#[case::too_late(Err(ErrorClass::Conflict), false)]
#[case::refused(Err(ErrorClass::Validation), false)]
#[case::not_heard(Err(ErrorClass::Unreachable), true)]
fn a_cancellation_is_sent_once(#[case] result: Result<(), ErrorClass>, #[case] again: bool) {
    let mut scene = scene(Some(Operation::Update), 2);
    assert_ne!(scene.step().act, Act::None);
    scene.sent(result);
    let step = scene.step();
    assert_eq!(step.act != Act::None, again);
    assert_eq!(step.phase.reason, Reason::Superseding);
}

#[test]
fn after_three_in_a_row_one_is_let_end() {
    let mut scene = scene(Some(Operation::Update), 2);
    let record = |id: &str, status: &str| DeploymentRecord {
        id: id.into(),
        type_: None,
        status: status.into(),
        message: None,
        version: None,
        generation: Some(1),
        created_at: None,
        completed_at: None,
    };
    for number in 0..3 {
        assert_ne!(scene.step().act, Act::None, "after {number}");
        scene.target.attempt.as_mut().unwrap().operation = Operation::Update;
        scene.target.deployments.insert(0, record(&format!("c{number}"), Cancelled.as_str()));
    }
    let step = scene.step();
    assert_eq!((step.act, step.phase.reason), (Act::None, Reason::Deploying));
    scene.target.deployments.insert(0, record("s", "SUCCEEDED"));
    assert_ne!(scene.step().act, Act::None);
}

#[test]
fn cancelling_by_name_works_for_updates_and_is_remembered_as_such() {
    let mut update = scene(Some(Operation::Update), 1);
    update.desired.requests.cancel = Some("d2".into());
    assert_eq!(update.step().phase.reason, Reason::Cancelling);
    assert_eq!(update.target.attempt.as_ref().unwrap().operation, Operation::CancelRequested);
    let mut first = scene(Some(Operation::Create), 1);
    first.desired.requests.cancel = Some("d2".into());
    assert_eq!(first.step().act, Act::None);
    let mut others = scene(None, 1);
    others.desired.requests.cancel = Some("d2".into());
    assert_eq!(others.step().act, Act::None);
}

#[test]
fn cancelling_is_waited_for() {
    let mut scene = scene(Some(Operation::Cancel), 2);
    scene.environment.deployment_status = Cancelling;
    let step = scene.step();
    assert_eq!((step.act, step.phase.reason), (Act::None, Reason::Superseding));
}

#[test]
fn the_timeout_stalls_and_cancels_nothing() {
    let mut scene = scene(Some(Operation::Update), 1);
    scene.observed.now = at(7200);
    let step = scene.step();
    assert_eq!((step.act, step.phase.reason), (Act::None, Reason::DeploymentTimedOut));
    assert!(matches!(step.requeue, Requeue::OnChange { .. }));
    scene.observed.now = at(7000);
    assert_eq!(scene.step().requeue, Requeue::OnChange { at_latest: Duration::from_secs(200) });
}

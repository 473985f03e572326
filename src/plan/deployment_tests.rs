//! The table of this module's documentation, and the policies behind its cells.

use super::*;
use crate::api::DeploymentRecord;
use crate::api::status::time;
use crate::plan::attempt::{self, Intent};
use crate::plan::fixture::{at, desired, environment, observed, state, wanted};
use crate::proton::DeploymentStatus::{Cancelled, Failed, Succeeded};
use rstest::rstest;

/// What the last deployment (d2) was, as far as this object is concerned.
#[derive(Clone, Copy)]
enum Last {
    /// Ours, of this wish.
    Same(Operation),
    /// Ours, of an older wish.
    Older(Operation),
    /// Someone else's; the wish had been deployed before, or not.
    Others { deployed_before: bool },
}

struct Scene {
    desired: Desired,
    environment: EnvironmentView,
    target: TargetStatus,
    second: i64,
    retry: bool,
    deploy: bool,
}

/// count 1 is wanted; `count` is deployed.
fn scene(last: Last, status: DeploymentStatus, count: i64) -> Scene {
    let mut environment = environment(status, Some("d2"), Some("d1"));
    environment.spec = state("0", count).spec;
    let own = |operation, spec_hash: String, id: &str| {
        let intent = Intent { operation, spec_hash, baseline: Some("d0".into()), retries: 0 };
        let mut attempt = attempt::next(None, &desired().identity, intent, at(0));
        attempt.deployment_id = Some(id.into());
        Some(attempt)
    };
    let (attempt, hash) = match last {
        Last::Same(operation) => (own(operation, wanted().hash(), "d2"), None),
        Last::Older(operation) => (own(operation, "older".into(), "d2"), None),
        Last::Others { deployed_before } => {
            (own(Operation::Update, wanted().hash(), "d1"), deployed_before.then(|| wanted().hash()))
        }
    };
    let target = TargetStatus { attempt, deployed_spec_hash: hash, ..TargetStatus::default() };
    Scene { desired: desired(), environment, target, second: 0, retry: false, deploy: false }
}

impl Scene {
    fn decide(&self) -> Verdict {
        decide(&Question {
            desired: &self.desired,
            observed: &Observed { now: at(self.second), ..observed(None) },
            environment: &self.environment,
            wanted: &wanted(),
            target: &self.target,
            retry: self.retry,
            deploy: self.deploy,
        })
    }

    fn word(&self) -> String {
        match self.decide() {
            Verdict::Deploy(why) => format!("{why:?}"),
            Verdict::Hold(phase, _) => phase.reason.name().to_owned(),
            Verdict::InSync => "InSync".to_owned(),
            Verdict::Drift(paths) => format!("Drift {}", paths.join(",")).trim().to_owned(),
        }
    }
}

use Last::{Older, Others, Same};
use Operation as Op;

#[rstest]
#[case::done(Same(Op::Update), Succeeded, 1, "InSync")]
#[case::created(Same(Op::Create), Succeeded, 1, "InSync")]
#[case::too_late_and_right(Same(Op::Cancel), Succeeded, 1, "InSync")]
#[case::shown_otherwise(Same(Op::Update), Succeeded, 9, "NotConverging")]
#[case::rolled_back(Same(Op::Rollback), Succeeded, 9, "RolledBack")]
#[case::failed(Same(Op::Update), Failed, 9, "DeploymentFailed")]
#[case::redeployment_failed(Same(Op::Update), Failed, 1, "DeploymentFailed")]
#[case::rollback_failed(Same(Op::Rollback), Failed, 9, "RollbackFailed")]
#[case::cancel_failed(Same(Op::Cancel), Failed, 9, "Change")]
#[case::cancelled_by_others(Same(Op::Update), Cancelled, 9, "DeploymentCancelled")]
#[case::cancelled_on_request(Same(Op::CancelRequested), Cancelled, 9, "DeploymentCancelled")]
#[case::superseded_and_wanted_again(Same(Op::Cancel), Cancelled, 9, "Change")]
#[case::edited(Older(Op::Update), Succeeded, 9, "Change")]
#[case::edited_back(Older(Op::Cancel), Cancelled, 1, "InSync")]
#[case::superseded(Older(Op::Cancel), Cancelled, 9, "Change")]
#[case::too_late(Older(Op::Cancel), Succeeded, 9, "Change")]
#[case::edited_after_failure(Older(Op::Update), Failed, 9, "Change")]
#[case::reverted_after_failure(Older(Op::Update), Failed, 1, "Change")]
#[case::edited_after_rollback(Older(Op::Rollback), Succeeded, 9, "Change")]
#[case::others_same(Others { deployed_before: true }, Succeeded, 1, "InSync")]
#[case::others_cancelled(Others { deployed_before: true }, Cancelled, 1, "InSync")]
#[case::others_failed(Others { deployed_before: true }, Failed, 1, "Drift deploymentStatus")]
#[case::others_differ(Others { deployed_before: true }, Succeeded, 9, "Drift inputs.count")]
#[case::others_after_our_failure(Others { deployed_before: false }, Succeeded, 9, "DriftDetected")]
fn verdicts(#[case] last: Last, #[case] status: DeploymentStatus, #[case] count: i64, #[case] word: &str) {
    assert_eq!(scene(last, status, count).word(), word);
}

#[rstest]
#[case(DriftPolicy::Report, "Drift inputs.count")]
#[case(DriftPolicy::Correct, "Correct")]
#[case(DriftPolicy::Ignore, "Drift")]
fn drift_policies(#[case] policy: DriftPolicy, #[case] word: &str) {
    let mut scene = scene(Others { deployed_before: true }, Succeeded, 9);
    scene.desired.policy.drift = policy;
    assert_eq!(scene.word(), word);
}

#[test]
fn a_newer_wish_is_deployed_over_drift_whatever_the_policy() {
    let mut scene = scene(Others { deployed_before: false }, Succeeded, 9);
    scene.target.attempt.as_mut().unwrap().spec_hash = "older".into();
    assert_eq!(scene.word(), "Change");
    scene.target.attempt = None;
    assert_eq!(scene.word(), "Change");
}

#[test]
fn retries_are_counted_and_spaced() {
    let mut scene = scene(Same(Op::Update), Failed, 9);
    scene.desired.policy.on_failure = OnFailure::Retry;
    scene.target.deployments.push(DeploymentRecord {
        id: "d2".into(),
        type_: None,
        status: "FAILED".into(),
        message: None,
        version: None,
        generation: Some(1),
        created_at: None,
        completed_at: Some(time(at(100))),
    });
    scene.second = 130;
    assert!(
        matches!(scene.decide(), Verdict::Hold(phase, Some(left)) if phase.reason == Reason::RetryScheduled && left.as_secs() == 30)
    );
    scene.second = 160;
    assert_eq!(scene.word(), "Retry");
    scene.target.attempt.as_mut().unwrap().retries = 3;
    assert_eq!(scene.word(), "RetriesExhausted");
    scene.retry = true;
    assert_eq!(scene.word(), "Requested");
}

#[test]
fn rollback_needs_something_to_roll_back_to() {
    let mut scene = scene(Same(Op::Update), Failed, 9);
    scene.desired.policy.on_failure = OnFailure::Rollback;
    assert_eq!(scene.word(), "Rollback");
    scene.environment.template_major_version = None;
    assert_eq!(scene.word(), "DeploymentFailed");
}

#[test]
fn requests_deploy_what_rests() {
    let mut rested = scene(Same(Op::Update), Succeeded, 1);
    rested.retry = true;
    assert_eq!(rested.word(), "InSync");
    rested.deploy = true;
    assert_eq!(rested.word(), "Requested");
    for (operation, status) in [(Op::Update, Failed), (Op::CancelRequested, Cancelled), (Op::Rollback, Succeeded)] {
        let mut held = scene(Same(operation), status, 9);
        held.retry = true;
        assert_eq!(held.word(), "Requested");
    }
}

#[test]
fn an_attempt_that_has_not_begun_is_resumed_unless_the_wish_changed() {
    let mut scene = scene(Same(Op::Update), Succeeded, 9);
    let attempt = scene.target.attempt.as_mut().unwrap();
    attempt.deployment_id = None;
    attempt.baseline_deployment_id = Some("d2".into());
    assert_eq!(scene.word(), "Resume");
    scene.target.attempt.as_mut().unwrap().spec_hash = "older".into();
    assert_eq!(scene.word(), "Change");
}

//! Cancellations: honoured, too late, failing, refused, and before anything was executed.

use std::time::Duration;

use rstest::rstest;

use super::rig::{Passes, Rig, Run, STACK, create, slow, update};
use proton_engine::provision::{Job, Outcome};
use proton_rig::cloudformation::{Behaviour, Cancellation, Failure};

/// An update that takes longer than any test, on a stack that was created.
async fn long_update(passes: Passes, cancel: Cancellation) -> Rig {
    let rig = Rig::start(passes).await;
    rig.succeed(&create("d1")).await;
    rig.behave(Behaviour { duration: Duration::from_secs(60), cancel, ..slow() });
    rig
}

fn message(outcome: Outcome) -> String {
    match outcome {
        Outcome::Cancelled { message } => message.unwrap_or_default(),
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[tokio::test]
async fn honoured(#[values(Passes::Plain, Passes::Twice, Passes::Restarted)] passes: Passes) {
    let rig = long_update(passes, Cancellation::Honoured).await;
    let mut run = Run::new(&rig, update("d2")).await;
    run.until("UPDATE_IN_PROGRESS").await;
    assert_eq!(message(run.cancel().await), "User initiated cancellation.");
    assert_eq!(rig.status().as_deref(), Some("UPDATE_ROLLBACK_COMPLETE"));
    let effects = rig.double.effects("CancelUpdateStack", STACK);
    assert_eq!((effects.len(), effects[0].token.as_deref()), (1, Some("d2-cancel")));
    rig.behave(slow());
    let (outputs, _) = rig.succeed(&update("d3")).await;
    assert_eq!(outputs[0].1, "d3", "a rolled back stack is updatable");
    rig.assert_deployed("d2");
    rig.assert_deployed("d3");
}

#[rstest]
#[tokio::test]
async fn honoured_though_no_pass_was_recorded(#[values(false, true)] forget_change_sets: bool) {
    let rig = long_update(Passes::Plain, Cancellation::Honoured).await;
    rig.behave(Behaviour { duration: Duration::from_secs(60), forget_change_sets, ..slow() });
    let mut run = Run::new(&rig, update("d2")).await;
    run.until("UPDATE_IN_PROGRESS").await;
    run.job.cancel_requested = true;
    let outcome = loop {
        run.journal = serde_json::Value::Null;
        if let Some(outcome) = run.pass().await.unwrap() {
            break outcome;
        }
    };
    message(outcome);
    rig.assert_deployed("d2");
}

#[rstest]
#[tokio::test]
async fn too_late(#[values(Passes::Plain, Passes::Twice, Passes::Restarted)] passes: Passes) {
    let rig = long_update(passes, Cancellation::TooLate).await;
    let mut run = Run::new(&rig, update("d2")).await;
    run.until("UPDATE_IN_PROGRESS").await;
    let outcome = run.cancel().await;
    let Outcome::Succeeded { outputs, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(outputs[0].1, "d2");
    assert_eq!(rig.double.effects("CancelUpdateStack", STACK), []);
}

#[rstest]
#[tokio::test]
async fn the_rollback_fails(#[values(Passes::Plain, Passes::Twice)] passes: Passes) {
    let rig = long_update(passes, Cancellation::Fails).await;
    let fail_rollback = Some(Failure::new("Bucket", "the old name is taken"));
    let stuck = Behaviour { duration: Duration::from_secs(60), cancel: Cancellation::Fails, fail_rollback, ..slow() };
    rig.behave(stuck.clone());
    let mut run = Run::new(&rig, update("d2")).await;
    run.until("UPDATE_IN_PROGRESS").await;
    let outcome = run.cancel().await;
    let Outcome::Failed { message, resources } = outcome else { panic!("{outcome:?}") };
    assert!(message.contains("the old name is taken") && message.contains("UPDATE_ROLLBACK_FAILED"), "{message}");
    assert_eq!(resources.len(), 1);
    // Stuck as it is, the next update can't continue the rollback, and says what can be done.
    let message = rig.fail(&update("d3")).await;
    assert!(message.contains("--resources-to-skip"), "{message}");
    rig.behave(Behaviour { continue_succeeds: true, fail_rollback: stuck.fail_rollback, ..slow() });
    let (outputs, _) = rig.succeed(&update("d4")).await;
    assert_eq!(outputs[0].1, "d4");
}

#[tokio::test]
async fn refused() {
    let rig = long_update(Passes::Plain, Cancellation::Honoured).await;
    let deny = vec!["CancelUpdateStack".to_owned()];
    rig.behave(Behaviour { duration: Duration::from_millis(150), deny, ..Behaviour::default() });
    let mut run = Run::new(&rig, update("d2")).await;
    run.until("UPDATE_IN_PROGRESS").await;
    let outcome = run.cancel().await;
    let Outcome::Failed { message, .. } = outcome else { panic!("{outcome:?}") };
    for part in ["The cancellation failed", "cloudformation:CancelUpdateStack", "UPDATE_COMPLETE"] {
        assert!(message.contains(part), "{message}");
    }
    let tries = rig.double.calls().iter().filter(|call| call.action == "CancelUpdateStack").count();
    assert_eq!(tries, 1);
}

#[rstest]
#[tokio::test]
async fn before_anything_was_executed(#[values(Passes::Plain, Passes::Twice)] passes: Passes) {
    let rig = Rig::start(passes).await;
    rig.succeed(&create("d1")).await;
    let before = rig.double.stack(STACK).unwrap();
    rig.behave(Behaviour { change_set: Duration::from_millis(100), ..Behaviour::default() });
    let mut run = Run::new(&rig, update("d2")).await;
    assert_eq!(run.pass().await, Ok(None), "the change set is in the making");
    message(run.cancel().await);
    assert_eq!(rig.double.stack(STACK).unwrap(), before, "nothing was changed, nothing stays behind");
    assert_eq!((rig.count("CreateChangeSet", "d2"), rig.count("ExecuteChangeSet", "d2")), (1, 0));
    let cancelled = Job { cancel_requested: true, ..update("d3") };
    message(rig.run(&cancelled).await.unwrap());
    assert_eq!(rig.count("CreateChangeSet", "d3"), 0, "it was never begun");
}

#[rstest]
#[tokio::test]
async fn during_a_creation(#[values(Passes::Plain, Passes::Twice, Passes::Restarted)] passes: Passes) {
    let rig = Rig::start(passes).await;
    rig.behave(Behaviour { duration: Duration::from_secs(60), ..slow() });
    let mut run = Run::new(&rig, create("d1")).await;
    run.until("CREATE_IN_PROGRESS").await;
    message(run.cancel().await);
    assert_eq!(rig.status(), None, "what was begun is removed");
}

#[tokio::test]
async fn an_update_that_fails_by_itself_is_not_cancelled() {
    let rig = long_update(Passes::Plain, Cancellation::Honoured).await;
    let fail = Some(Failure::new("Bucket", "no more buckets"));
    rig.behave(Behaviour { fail, rollback: Duration::from_secs(1), ..Behaviour::default() });
    let mut run = Run::new(&rig, update("d2")).await;
    run.until("UPDATE_ROLLBACK_IN_PROGRESS").await;
    let outcome = run.cancel().await;
    let Outcome::Failed { message, .. } = outcome else { panic!("{outcome:?}") };
    assert!(message.contains("no more buckets"), "{message}");
}

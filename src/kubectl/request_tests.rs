use rstest::rstest;

use super::super::item::fixture::item;
use super::*;

const A: &str = "aaaa1111-0000-4000-8000-000000000001";
const B: &str = "bbbb2222-0000-4000-8000-000000000002";
const C: &str = "cccc3333-0000-4000-8000-000000000003";

fn record(id: &str, status: &str) -> Value {
    json!({"id": id, "status": status})
}

/// Three deployments, `C` the newest; `attempt` is the operation of the operator's own last one.
fn environment(spec: Value, newest: &str, attempt: Option<&str>) -> Item {
    let mut status = json!({
        "deploymentStatus": newest,
        "lastAttemptedDeploymentId": C,
        "lastSucceededDeploymentId": if newest == "SUCCEEDED" { C } else { B },
        "deployments": [record(C, newest), record(B, "SUCCEEDED"), record(A, "SUCCEEDED")],
    });
    if let Some(operation) = attempt {
        status["attempt"] = json!({"operation": operation, "ordinal": 1, "generation": 1, "specHash": "h", "clientToken": "t",
            "deploymentId": C, "retries": 0, "startedAt": "2026-11-25T08:00:00Z"});
    }
    item(Kind::Environment, "e", spec, status)
}

fn plain() -> Item {
    environment(json!({}), "SUCCEEDED", Some("Update"))
}

#[rstest]
#[case::reconcile(reconcile, json!({}), None, Goal::Seen)]
#[case::retry(retry, json!({"proton-operator.dev/retry-requested-at": "now"}), None, Goal::Ready)]
#[case::redeploy(redeploy, json!({"proton-operator.dev/deploy-requested-at": "now"}), None, Goal::Ready)]
#[case::suspend(suspend, json!({}), Some(json!({"suspend": true})), Goal::Seen)]
#[case::resume(resume, json!({}), Some(json!({"suspend": null})), Goal::Ready)]
#[case::rollback(rollback, json!({}), Some(json!({"rollbackTo": B})), Goal::Ready)]
fn a_verb_is_a_patch_and_a_goal(#[case] verb: Decide, #[case] more: Value, #[case] spec: Option<Value>, #[case] goal: Goal) {
    let asked = verb(&plain(), None, "now").unwrap();
    let mut annotations = json!({"proton-operator.dev/reconcile-requested-at": "now"});
    annotations.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    assert_eq!(asked.patch["metadata"]["annotations"], annotations);
    assert_eq!((asked.patch.get("spec"), asked.goal), (spec.as_ref(), goal));
}

#[rstest]
#[case::running_update("IN_PROGRESS", Some("Update"), None, "")]
#[case::cancelling_already("CANCELLING", Some("CancelRequested"), Some("cccc"), "")]
#[case::ended("SUCCEEDED", Some("Update"), None, "does not run any more: it is SUCCEEDED")]
#[case::someone_elses("IN_PROGRESS", None, None, "started by someone else")]
#[case::creation("IN_PROGRESS", Some("Create"), None, "cannot be cancelled")]
#[case::an_older_one("IN_PROGRESS", Some("Update"), Some("bbbb"), "the last one of penv/e is another")]
fn only_a_running_update_of_the_operators_own_is_cancelled(
    #[case] status: &str,
    #[case] attempt: Option<&str>,
    #[case] named: Option<&str>,
    #[case] refusal: &str,
) {
    let asked = cancel(&environment(json!({}), status, attempt), named, "now");
    match asked {
        Ok(asked) => {
            assert_eq!(refusal, "");
            assert_eq!(asked.patch["metadata"]["annotations"]["proton-operator.dev/cancel-requested"], C);
            assert_eq!(asked.goal, Goal::Ended(C.to_owned()));
        }
        Err(failure) => assert!(!refusal.is_empty() && failure.to_string().contains(refusal), "{failure}"),
    }
}

#[rstest]
#[case::before_the_present_state(json!({}), "SUCCEEDED", None, Ok(B))]
#[case::after_a_failure(json!({}), "FAILED", None, Ok(B))]
#[case::named(json!({}), "SUCCEEDED", Some("aaaa1"), Ok(A))]
#[case::named_while_rolled_back(json!({"rollbackTo": B}), "SUCCEEDED", Some("aaaa"), Ok(A))]
#[case::older_than_the_status_knows(json!({}), "SUCCEEDED", Some("dddd4444-0000-4000-8000-000000000004"), Ok("dddd4444-0000-4000-8000-000000000004"))]
#[case::rolled_back_already(json!({"rollbackTo": B}), "SUCCEEDED", None, Err((1, "--clear")))]
#[case::unknown(json!({}), "SUCCEEDED", Some("9999"), Err((3, "begins with '9999'")))]
#[case::too_short(json!({}), "SUCCEEDED", Some("aaa"), Err((3, "at least 4")))]
#[case::a_failed_one(json!({}), "FAILED", Some("cccc"), Err((1, "is FAILED")))]
#[case::suspended(json!({"suspend": true}), "SUCCEEDED", None, Err((1, "resume")))]
fn rollback_finds_its_deployment(
    #[case] spec: Value,
    #[case] newest: &str,
    #[case] named: Option<&str>,
    #[case] expected: Result<&str, (u8, &str)>,
) {
    match (rollback(&environment(spec, newest, Some("Update")), named, "now"), expected) {
        (Ok(asked), Ok(id)) => assert_eq!(asked.patch["spec"], json!({"rollbackTo": id})),
        (Err(failure), Err((code, says))) => assert!(failure.code() == code && failure.to_string().contains(says), "{failure}"),
        (found, expected) => panic!("{found:?} is not {expected:?}"),
    }
}

#[test]
fn clear_takes_the_field_away_and_refuses_where_there_is_none() {
    let asked = clear_rollback(&environment(json!({"rollbackTo": B}), "SUCCEEDED", None), None, "now").unwrap();
    assert_eq!(asked.patch["spec"], json!({"rollbackTo": null}));
    assert_eq!(clear_rollback(&plain(), None, "now").unwrap_err().code(), 1);
}

#[test]
fn a_word_too_many_is_a_usage_error() {
    for verb in [reconcile, retry, redeploy, suspend, resume, clear_rollback] {
        assert_eq!(verb(&plain(), Some("aaaa"), "now").unwrap_err().code(), 2);
    }
}

#[rstest]
#[case("FAILED", true)]
#[case("CANCELLED", true)]
#[case("IN_PROGRESS", false)]
#[case("CANCELLING", false)]
fn nothing_is_retried_before_it_has_ended(#[case] status: &str, #[case] admitted: bool) {
    assert_eq!(retry(&environment(json!({}), status, Some("Update")), None, "now").is_ok(), admitted);
}

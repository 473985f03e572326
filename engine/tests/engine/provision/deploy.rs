//! Deployments that go well, and deletions.

use rstest::rstest;

use super::rig::{PATIENCE, Passes, Rig, Run, STACK, create, delete, slow, template, update};
use proton_engine::provision::{Job, Outcome, Template};
use proton_rig::cloudformation::{Behaviour, Failure};

#[rstest]
#[tokio::test]
async fn create_update_delete(#[values(Passes::Plain, Passes::Twice, Passes::Restarted)] passes: Passes) {
    let rig = Rig::start(passes).await;
    rig.behave(slow());
    let (outputs, _) = rig.succeed(&create("d1")).await;
    assert_eq!(outputs[0], ("Version".to_owned(), "d1".to_owned()));
    assert_eq!(outputs[1].0, "Name");
    rig.assert_deployed("d1");
    let (outputs, message) = rig.succeed(&update("d2")).await;
    assert_eq!((outputs[0].1.as_str(), message), ("d2", None));
    rig.assert_deployed("d2");
    let stack = rig.double.stack(STACK).unwrap();
    assert_eq!(stack.tags, [("proton:environment".to_owned(), "env".to_owned())]);
    rig.succeed(&delete("d3")).await;
    assert_eq!(rig.status(), None);
    assert_eq!(rig.double.stacks().len(), 1, "one stack from beginning to end");
}

#[rstest]
#[tokio::test]
async fn calls_carry_the_deployments_id(#[values(Passes::Plain, Passes::Twice)] passes: Passes) {
    let rig = Rig::start(passes).await;
    rig.succeed(&create("d1")).await;
    rig.succeed(&update("d1b")).await;
    rig.succeed(&delete("d2")).await;
    let token = |action| rig.double.effects(action, STACK)[0].token.clone();
    assert_eq!(token("CreateStack").as_deref(), Some("d1"));
    assert_eq!(token("ExecuteChangeSet").as_deref(), Some("d1b"));
    assert_eq!(token("DeleteStack").as_deref(), Some("d2-delete"));
}

#[rstest]
#[tokio::test]
async fn no_changes_is_a_success_and_leaves_no_change_set(
    #[values(Passes::Plain, Passes::Twice, Passes::Restarted)] passes: Passes,
) {
    let rig = Rig::start(passes).await;
    rig.succeed(&create("d1")).await;
    let again = Job { deployment_id: "d2".to_owned(), ..create("d1") };
    let (outputs, message) = rig.succeed(&again).await;
    assert_eq!(outputs[0].1, "d1");
    assert!(message.unwrap().contains("nothing was changed"));
    assert_eq!(rig.double.stack(STACK).unwrap().change_sets, 0);
    assert_eq!(rig.double.effects("ExecuteChangeSet", STACK), []);
}

#[rstest]
#[tokio::test]
async fn a_change_set_that_cloudformation_forgot(#[values(Passes::Plain, Passes::Twice, Passes::Restarted)] passes: Passes) {
    let rig = Rig::start(passes).await;
    rig.behave(Behaviour { forget_change_sets: true, ..slow() });
    rig.succeed(&create("d1")).await;
    rig.succeed(&update("d2")).await;
    rig.assert_deployed("d1");
    rig.assert_deployed("d2");
}

/// As if no pass were ever recorded: observation alone must do.
#[tokio::test]
async fn with_no_memory_at_all() {
    let rig = Rig::start(Passes::Plain).await;
    rig.behave(slow());
    for id in ["d1", "d2"] {
        let mut run = Run::new(&rig, update(id)).await;
        let outcome = loop {
            run.journal = serde_json::Value::Null;
            if let Some(outcome) = run.pass().await.unwrap() {
                break outcome;
            }
        };
        assert!(matches!(outcome, Outcome::Succeeded { .. }), "{outcome:?}");
        rig.assert_deployed(id);
    }
}

#[tokio::test]
async fn someone_elses_operation_is_waited_for() {
    let rig = Rig::start(Passes::Plain).await;
    rig.succeed(&create("d1")).await;
    rig.behave(slow());
    let mut other = Run::new(&rig, update("d2")).await;
    other.until("UPDATE_IN_PROGRESS").await;
    rig.succeed(&update("d3")).await;
    rig.assert_deployed("d3");
    assert!(rig.double.stack(STACK).unwrap().template.contains("d3"));
}

#[tokio::test]
async fn deleting_what_is_not_there_succeeds_without_a_call() {
    let rig = Rig::start(Passes::Plain).await;
    rig.succeed(&delete("d1")).await;
    assert_eq!(rig.double.effects("DeleteStack", STACK), []);
}

#[tokio::test]
async fn deleting_during_a_creation_waits_for_its_end() {
    let rig = Rig::start(Passes::Plain).await;
    rig.behave(slow());
    let mut creation = Run::new(&rig, create("d1")).await;
    creation.until("CREATE_IN_PROGRESS").await;
    rig.succeed(&delete("d2")).await;
    assert_eq!(rig.status(), None);
}

#[rstest]
#[tokio::test]
async fn a_stack_in_review_is_taken_up(#[values(Passes::Plain, Passes::Twice, Passes::Restarted)] passes: Passes) {
    let rig = Rig::start(passes).await;
    review(&rig).await;
    rig.behave(slow());
    let (outputs, _) = rig.succeed(&create("d1")).await;
    assert_eq!(outputs[0].1, "d1");
    rig.assert_deployed("d1");
    assert_eq!(rig.double.stacks().len(), 1);
}

#[tokio::test]
async fn a_stack_in_review_is_deleted() {
    let rig = Rig::start(Passes::Plain).await;
    review(&rig).await;
    rig.succeed(&delete("d1")).await;
    assert_eq!(rig.status(), None);
}

/// A change set that someone made and never executed.
async fn review(rig: &Rig) {
    use aws_sdk_cloudformation::types::ChangeSetType;
    let request = rig.someone_else().await.create_change_set().stack_name(STACK).change_set_name("theirs");
    request.change_set_type(ChangeSetType::Create).template_body(template("theirs")).send().await.unwrap();
    assert_eq!(rig.status().as_deref(), Some("REVIEW_IN_PROGRESS"));
}

#[rstest]
#[tokio::test]
async fn a_deletion_that_fails_can_be_tried_again(#[values(Passes::Plain, Passes::Twice)] passes: Passes) {
    let rig = Rig::start(passes).await;
    rig.double.set_event_page(1);
    rig.succeed(&create("d1")).await;
    let failure = Failure::new("Bucket", "The bucket you tried to delete is not empty");
    rig.behave(Behaviour { fail_deletion: Some(failure), ..slow() });
    let message = rig.fail(&delete("d2")).await;
    assert!(message.starts_with("Bucket (AWS::S3::Bucket) is DELETE_FAILED: The bucket you tried"), "{message}");
    assert!(message.contains("DeletionPolicy: Retain"), "{message}");
    let message = rig.fail(&update("d3")).await;
    assert!(message.contains("can't be updated in this state"), "{message}");
    rig.fail(&delete("d4")).await;
    assert_eq!(rig.double.effects("DeleteStack", STACK).len(), 2, "each deletion tries once");
    rig.behave(slow());
    rig.succeed(&delete("d5")).await;
}

#[tokio::test]
async fn large_templates_go_through_the_bucket() {
    let mut rig = Rig::start(Passes::Plain).await;
    let large = |id, size| {
        let mut job = create(id);
        let body = format!("{}# {}\n", job.template.unwrap().body, "x".repeat(size));
        job.template = Some(Template { file: "infrastructure/cloudformation.yaml".to_owned(), body });
        job
    };
    let error = rig.error(&large("d1", 52_000)).await;
    assert!(error.message.contains("--template-bucket"), "{error}");
    rig.bucket = Some("templates".to_owned());
    rig.succeed(&large("d1", 52_000)).await;
    assert!(rig.double.stack(STACK).unwrap().template.len() > 52_000);
    let put = rig.double.calls().into_iter().find(|call| call.action == "PutObject").unwrap();
    assert!(put.stack.starts_with("/templates/proton-engine/templates/"), "{put:?}");
    assert!(rig.error(&large("d2", 1_100_000)).await.message.contains("Make it smaller"));
}

#[tokio::test]
async fn throttled_calls_are_made_again() {
    let rig = Rig::start(Passes::Plain).await;
    let throttle = ["DescribeStacks", "CreateStack", "CreateChangeSet", "ExecuteChangeSet"].map(|action| (action.to_owned(), 2));
    rig.behave(Behaviour { throttle: throttle.into(), ..slow() });
    rig.succeed(&create("d1")).await;
    rig.assert_deployed("d1");
    rig.succeed(&update("d2")).await;
    rig.assert_deployed("d2");
    let refused = rig.double.calls().into_iter().filter(|call| call.error.as_deref() == Some("Throttling")).count();
    assert_eq!(refused, 8);
    assert!(rig.double.reaches(STACK, "UPDATE_COMPLETE", PATIENCE).await);
}

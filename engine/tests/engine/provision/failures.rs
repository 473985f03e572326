//! Deployments that fail, and how the next one recovers.

use rstest::rstest;

use super::rig::{Passes, Rig, STACK, create, delete, slow, update};
use proton_engine::provision::{ErrorClass, Job, Template};
use proton_rig::cloudformation::{Behaviour, Failure};

fn failing() -> Behaviour {
    Behaviour { fail: Some(Failure::new("Bucket", "AWSProton is not a valid bucket name")), ..slow() }
}

#[rstest]
#[tokio::test]
async fn a_failed_creation_is_cleared_by_the_next_deployment(
    #[values(Passes::Plain, Passes::Twice, Passes::Restarted)] passes: Passes,
    #[values(false, true)] forget_change_sets: bool,
) {
    let rig = Rig::start(passes).await;
    rig.behave(Behaviour { forget_change_sets, ..failing() });
    let message = rig.fail(&create("d1")).await;
    assert!(message.starts_with("Bucket (AWS::S3::Bucket) is CREATE_FAILED: AWSProton is not a valid"), "{message}");
    assert!(message.contains("The stack is in ROLLBACK_COMPLETE"), "{message}");
    rig.assert_deployed("d1");
    rig.behave(Behaviour { forget_change_sets, ..slow() });
    let (outputs, _) = rig.succeed(&update("d2")).await;
    assert_eq!(outputs[0].1, "d2");
    rig.assert_deployed("d2");
    assert_eq!(rig.double.stacks().len(), 2, "the failed one and its successor");
    assert_eq!(rig.double.effects("DeleteStack", STACK)[0].token.as_deref(), Some("d2-clear"));
}

#[tokio::test]
async fn a_failed_creation_can_be_deleted() {
    let rig = Rig::start(Passes::Plain).await;
    rig.behave(failing());
    rig.fail(&create("d1")).await;
    rig.succeed(&delete("d2")).await;
    assert_eq!(rig.status(), None);
}

#[rstest]
#[tokio::test]
async fn a_failed_update_is_rolled_back_and_the_next_succeeds(
    #[values(Passes::Plain, Passes::Twice, Passes::Restarted)] passes: Passes,
    #[values(1, 100)] page: usize,
) {
    let rig = Rig::start(passes).await;
    rig.double.set_event_page(page);
    rig.succeed(&create("d1")).await;
    rig.behave(failing());
    let message = rig.fail(&update("d2")).await;
    assert!(message.starts_with("Bucket (AWS::S3::Bucket) is UPDATE_FAILED: "), "{message}");
    assert!(message.contains("UPDATE_ROLLBACK_COMPLETE"), "{message}");
    assert!(rig.double.stack(STACK).unwrap().template.contains("d1"));
    rig.behave(slow());
    rig.succeed(&update("d3")).await;
    for id in ["d1", "d2", "d3"] {
        rig.assert_deployed(id);
    }
}

#[rstest]
#[tokio::test]
async fn a_change_set_that_fails_gives_its_reason(#[values(Passes::Plain, Passes::Twice)] passes: Passes) {
    let rig = Rig::start(passes).await;
    rig.succeed(&create("d1")).await;
    rig.behave(Behaviour { fail_change_set: Some("Transform AWS::X failed".to_owned()), ..slow() });
    let message = rig.fail(&update("d2")).await;
    assert!(message.contains("Transform AWS::X failed"), "{message}");
    assert_eq!((rig.count("CreateChangeSet", "d2"), rig.count("ExecuteChangeSet", "d2")), (1, 0));
    assert_eq!(rig.double.stack(STACK).unwrap().change_sets, 0);
}

#[tokio::test]
async fn a_template_that_cloudformation_refuses() {
    let rig = Rig::start(Passes::Plain).await;
    let body = "Outputs: {}\n".to_owned();
    let template = Some(Template { file: "infrastructure/cloudformation.yaml".to_owned(), body });
    let error = rig.error(&Job { template, ..create("d1") }).await;
    assert_eq!(error.class, ErrorClass::Permanent);
    assert!(error.message.contains("At least one Resources member must be defined"), "{error}");
}

#[rstest]
#[case("DescribeStacks", create("d2"))]
#[case("DescribeStacks", delete("d2"))]
#[case("DeleteStack", delete("d2"))]
#[case("CreateChangeSet", update("d2"))]
#[case("ExecuteChangeSet", update("d2"))]
#[case("CreateStack", Job { stack_name: "AWSProton-new".to_owned(), ..create("d2") })]
#[tokio::test]
async fn a_denied_call_names_the_action_and_who_made_it(#[case] action: &str, #[case] job: Job) {
    let rig = Rig::start(Passes::Plain).await;
    rig.succeed(&create("d1")).await;
    rig.behave(Behaviour { deny: vec![action.to_owned()], ..Behaviour::default() });
    let error = rig.error(&job).await;
    assert_eq!(error.class, ErrorClass::Denied);
    assert!(error.message.contains(&format!("cloudformation:{action}")), "{error}");
    assert!(error.message.contains("the engine's own credentials"), "{error}");
}

#[tokio::test]
async fn an_endpoint_that_does_not_answer_is_transient() {
    use proton_engine::provision::{Journal, Provisioner as _};
    let rig = Rig::start(Passes::Plain).await;
    let provisioner = rig.provisioner().await;
    drop(rig);
    for _ in 0..50 {
        let error = provisioner.advance(&create("d1"), &Journal::Null, jiff::Timestamp::now()).await;
        if let Err(error) = error {
            assert_eq!(error.class, ErrorClass::Transient, "{error}");
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the double still answers");
}

#[tokio::test]
async fn a_stack_that_vanishes_fails_the_deployment_instead_of_beginning_again() {
    let rig = Rig::start(Passes::Plain).await;
    rig.behave(Behaviour { duration: std::time::Duration::from_secs(60), ..Behaviour::default() });
    let mut run = super::rig::Run::new(&rig, create("d1")).await;
    run.until("CREATE_IN_PROGRESS").await;
    run.pass().await.unwrap();
    // Someone else deletes it; a creation in progress can be deleted.
    rig.someone_else().await.delete_stack().stack_name(STACK).send().await.unwrap();
    let outcome = run.finish().await.unwrap();
    let proton_engine::provision::Outcome::Failed { message, .. } = outcome else { panic!("{outcome:?}") };
    assert!(message.contains("deleted by someone else"), "{message}");
    assert_eq!(rig.double.stacks().len(), 1);
}

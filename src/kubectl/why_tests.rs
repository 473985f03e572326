use rstest::rstest;

use super::super::args::Format;
use super::super::item::fixture::{item, status};
use super::*;

const MESSAGE: &str = "Queue (AWS::SQS::Queue) is UPDATE_FAILED: the name is taken. The stack is in UPDATE_ROLLBACK_COMPLETE.";
const STACK: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/AWSProton-env-e-cloudformation-yaml-abc/1";

fn failed() -> Item {
    let more = json!({
        "deploymentStatus": "FAILED",
        "deploymentStatusMessage": "Queue (AWS::SQS…",
        "lastAttemptedDeploymentId": "d2",
        "lastSucceededDeploymentId": "d1",
        "deployments": [{"id": "d2", "type": "MINOR_VERSION", "status": "FAILED", "message": "Queue (AWS::SQS…", "version": "1.1"}],
    });
    item(Kind::Environment, "e", json!({}), status("Stalled", "DeploymentFailed", "Deployment d2 failed.", more))
}

#[test]
fn a_failure_is_told_down_to_its_first_resource() {
    let remote = Remote { message: Some(MESSAGE.into()), stacks: vec![STACK.into()], missing: None };
    let account = conclude(&failed(), &[], remote);
    insta::assert_snapshot!(text(&Printer::plain(Format::Table), &failed(), &account), @r"
    penv/e is stalled: DeploymentFailed
      Deployment d2 failed.

      since       2026-11-25T08:00:00Z
      deployment  d2 FAILED MINOR_VERSION 1.1
                  Queue (AWS::SQS::Queue) is UPDATE_FAILED: the name is taken. The stack is in UPDATE_ROLLBACK_COMPLETE.
      stack       arn:aws:cloudformation:eu-west-1:123456789012:stack/AWSProton-env-e-cloudformation-yaml-abc/1
      resource    Queue (AWS::SQS::Queue) UPDATE_FAILED
                  the name is taken.

    Cause
      The last deployment of this object failed, and `onFailure` is Keep, or nothing had ever succeeded to roll back to.
      A ProtonService has this reason also while it is `CREATE_FAILED` and an instance of its creation was not deployed.

    What to do
      Fix the cause, then change the spec or set the annotation `proton-operator.dev/retry-requested-at` to a new value.
      Consider `onFailure: Retry` or `Rollback`. For a service, correct or delete the ServiceInstance objects that the message names: once all
      instances are deployed, the operator completes the service by itself.

      $ kubectl proton retry penv/e
    ");
    let document = document(&failed(), &account);
    assert_eq!(document["failedResource"]["logicalId"], "Queue");
    assert_eq!(document["failedResource"]["reason"], "the name is taken.");
    assert_eq!((&document["stacks"][0], &document["deployment"]["id"]), (&json!(STACK), &json!("d2")));
    assert_eq!(document["command"], "kubectl proton retry penv/e");
    assert!(document["whatToDo"].as_str().unwrap().contains("retry-requested-at"));
}

#[test]
fn without_the_api_it_says_what_is_missing() {
    let remote = Remote { missing: Some("the Proton API: no keys".into()), ..Remote::default() };
    let account = conclude(&failed(), &[], remote);
    assert_eq!(account.deployment.as_ref().and_then(|deployment| deployment.message.as_deref()), Some("Queue (AWS::SQS…"));
    assert!(account.resource.is_none(), "a cut message is not taken for a whole one");
    assert!(text(&Printer::plain(Format::Table), &failed(), &account).contains("  not asked   the Proton API: no keys\n"));
}

#[rstest]
#[case(MESSAGE, Some(("Queue", "AWS::SQS::Queue", "UPDATE_FAILED", "the name is taken.")))]
#[case("Deployment failed. Vpc (AWS::EC2::VPC) is CREATE_FAILED: limit", Some(("Vpc", "AWS::EC2::VPC", "CREATE_FAILED", "limit")))]
#[case("the input (size) is wrong: too big", None)]
#[case("no more addresses in the subnet", None)]
#[case("A (AWS::S3::Bucket) is CREATE_COMPLETE: fine", None)]
fn the_failed_resource_is_read_from_the_message(#[case] message: &str, #[case] expected: Option<(&str, &str, &str, &str)>) {
    let found = failed_resource(message);
    let parts = found.as_ref().map(|found| (&*found.name, &*found.kind, &*found.status, &*found.reason));
    assert_eq!(parts, expected);
}

#[test]
fn what_is_waited_for_is_named_with_its_own_state() {
    let spec = json!({"environmentRef": {"name": "e"}, "serviceRef": {"name": "none"}});
    let waiting =
        item(Kind::Instance, "i", spec, status("False", "WaitingForDependency", "Waiting for ProtonEnvironment e.", json!({})));
    let account = conclude(&waiting, &[failed()], Remote::default());
    assert_eq!(account.waits_for, ["penv/e is DeploymentFailed: kubectl proton why penv/e", "psvc/none does not exist"]);
    insta::assert_snapshot!(text(&Printer::plain(Format::Table), &waiting, &account), @r"
    psi/i is not ready yet: WaitingForDependency
      Waiting for ProtonEnvironment e.

      since       2026-11-25T08:00:00Z
      waits for   penv/e is DeploymentFailed: kubectl proton why penv/e
      waits for   psvc/none does not exist

    Cause
      A `…Ref` names an object of this namespace that does not exist, that is not Ready or that is being deleted; or the
      remote service or instance is not there yet.

    What to do
      Nothing, if it is on its way: the object is woken when what it waits for changes. Otherwise create what the message
      names, or correct the name.
    ");
}

#[test]
fn a_generation_that_nobody_looked_at_is_told_as_such() {
    let mut fresh = item(Kind::Environment, "e", json!({}), status("True", "Deployed", "Version 1.0 is deployed.", json!({})));
    assert!(
        text(&Printer::plain(Format::Table), &fresh, &conclude(&fresh, &[], Remote::default()))
            .starts_with("penv/e is ready: Deployed\n")
    );
    fresh.generation = 3;
    let account = conclude(&fresh, &[], Remote::default());
    assert_eq!((account.reason.as_str(), account.advice), ("NotSeenYet", UNSEEN));
    assert!(account.message.contains("generation 3") && account.message.contains("looked at: 2"), "{}", account.message);
}

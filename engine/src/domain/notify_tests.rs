//! The table of notices, by method and status.

use rstest::rstest;

use super::*;
use crate::domain::component::absent_target;
use crate::domain::deployment::State;
use crate::domain::lifecycle::{Request, begin};
use crate::domain::target::{Operation, Prepared, TargetNames};

fn running(method: Option<Method>) -> (Target, Deployment) {
    let now = Timestamp::UNIX_EPOCH;
    let target = absent_target("arn".to_owned(), "stack".to_owned(), now);
    let request = Request {
        operation: Operation::Create,
        id: "one".to_owned(),
        names: TargetNames::default(),
        initial: None,
        wanted: None,
    };
    let Change { target, mut deployment, .. } = begin(&target, request, now).unwrap().unwrap();
    deployment.prepared = method.map(|method| Prepared { method, rendered: None });
    (target, deployment)
}

fn notice(status: Status) -> Notice {
    Notice { status, outputs: Some(vec![("Url".to_owned(), "u".to_owned())]), message: Some("told".to_owned()) }
}

#[rstest]
#[case(Some(Method::Terraform), Status::InProgress, Some(State::Creating))]
#[case(Some(Method::Terraform), Status::Succeeded, Some(State::Succeeded))]
#[case(Some(Method::Terraform), Status::Failed, Some(State::Failed))]
#[case(Some(Method::CodeBuild), Status::Succeeded, Some(State::Succeeded))]
#[case(Some(Method::CloudFormation), Status::Succeeded, None)]
#[case(Some(Method::CustomerManaged), Status::InProgress, None)]
#[case(None, Status::Succeeded, None)]
fn the_table(#[case] method: Option<Method>, #[case] status: Status, #[case] expected: Option<State>) {
    let (target, deployment) = running(method);
    match notified(&target, &deployment, notice(status), Timestamp::UNIX_EPOCH) {
        Ok(change) => {
            assert_eq!(Some(change.target.state), expected);
            assert_eq!(change.deployment.outputs, [("Url".to_owned(), "u".to_owned())]);
            assert_eq!(change.target.message.as_deref(), Some("told"));
            assert_eq!(change.deployment.completed_at.is_some(), status != Status::InProgress);
        }
        Err(refusal) => assert!(expected.is_none() && matches!(refusal, Refusal::Conflict(_)), "{refusal}"),
    }
}

#[test]
fn outputs_that_were_told_before_stay() {
    let (target, deployment) = running(Some(Method::CodeBuild));
    let change = notified(&target, &deployment, notice(Status::InProgress), Timestamp::UNIX_EPOCH).unwrap();
    let end = Notice { status: Status::Succeeded, outputs: None, message: None };
    let ended = notified(&change.target, &change.deployment, end.clone(), Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(ended.deployment.outputs.len(), 1);
    let again = notified(&ended.target, &ended.deployment, end, Timestamp::UNIX_EPOCH).unwrap_err();
    assert!(matches!(again, Refusal::Conflict(_)));
}

#[test]
fn a_provisioner_that_tells_no_outputs_leaves_those_that_were_told() {
    let (target, deployment) = running(Some(Method::CodeBuild));
    let change = notified(&target, &deployment, notice(Status::InProgress), Timestamp::UNIX_EPOCH).unwrap();
    let outcome = Outcome::Succeeded { outputs: Vec::new(), resources: Vec::new(), message: None };
    let ended = lifecycle::settle(&change.target, &change.deployment, outcome, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(ended.deployment.outputs.len(), 1);
}

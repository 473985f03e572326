//! An environment from its creation to its end.

use proton_model::Operation;
use rstest::rstest;
use serde_json::{Value, json};

use super::rig::{Rig, create, spec};
use crate::provision::JobOperation;
use crate::worker::scripted::Answer;

#[tokio::test]
async fn the_first_deployment_shows_neither_version_nor_spec_until_it_succeeds() {
    let rig = Rig::new().await;
    let created = rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap()["environment"].clone();
    assert_eq!(created["deploymentStatus"], "IN_PROGRESS");
    assert_eq!(created["templateName"], "vpc");
    assert_eq!(created["arn"], "arn:aws:proton:us-east-1:123456789012:environment/prod");
    assert_eq!(created["lastDeploymentAttemptedAt"], created["createdAt"]);
    for absent in ["spec", "templateMajorVersion", "lastDeploymentSucceededAt", "lastSucceededDeploymentId"] {
        assert_eq!(created[absent], Value::Null, "{absent}");
    }
    rig.pass(7);
    rig.settle().await;
    let shown = rig.environment("prod").await;
    assert_eq!(shown["deploymentStatus"], "SUCCEEDED");
    assert_eq!(shown["spec"], spec("10.1.0.0/16"));
    assert_eq!((&shown["templateMajorVersion"], &shown["templateMinorVersion"]), (&json!("1"), &json!("0")));
    assert_eq!(shown["lastDeploymentSucceededAt"], shown["lastDeploymentAttemptedAt"]);
    assert_eq!(shown["lastSucceededDeploymentId"], created["lastAttemptedDeploymentId"]);
}

#[tokio::test]
async fn the_provisioner_gets_the_rendered_template_the_stack_and_its_tags() {
    let rig = Rig::new().await;
    let mut body = create("prod");
    body["protonServiceRoleArn"] = json!("arn:aws:iam::123456789012:role/proton");
    body["tags"] = json!([{"key": "team", "value": "a"}]);
    rig.call(Operation::CreateEnvironment, body).await.unwrap();
    rig.settle().await;
    let (job, journal) = rig.script.asked().remove(0);
    // Jinja2 drops the last newline.
    assert_eq!(job.template.unwrap().body, "Description: prod 10.1.0.0/16\nResources: {}");
    assert!(job.stack_name.starts_with("AWSProton-env-prod-cloudformation-yaml-"));
    assert_eq!(job.operation, JobOperation::Create);
    assert_eq!(job.role_arn.as_deref(), Some("arn:aws:iam::123456789012:role/proton"));
    assert_eq!(
        job.tags.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(),
        ["proton:account", "proton:template", "proton:environment"]
    );
    assert_eq!(journal, Value::Null);
}

#[tokio::test]
async fn a_running_update_shows_the_old_state_and_a_failed_one_keeps_it() {
    let rig = Rig::deployed().await;
    let before = rig.environment("prod").await;
    rig.script.then([Answer::Wait(5), Answer::Fail("no more addresses in the subnet")]);
    rig.pass(10);
    let running = rig.update(json!({"spec": spec("10.2.0.0/16")})).await.unwrap();
    assert_eq!(running["deploymentStatus"], "IN_PROGRESS");
    assert_eq!(running["spec"], before["spec"]);
    assert_ne!(running["lastAttemptedDeploymentId"], before["lastAttemptedDeploymentId"]);
    rig.settle().await;
    let failed = rig.environment("prod").await;
    assert_eq!(failed["deploymentStatus"], "FAILED");
    assert_eq!(failed["deploymentStatusMessage"], "no more addresses in the subnet");
    assert_eq!(failed["spec"], before["spec"]);
    assert_eq!(failed["lastSucceededDeploymentId"], before["lastSucceededDeploymentId"]);
    assert_eq!(failed["lastDeploymentSucceededAt"], before["lastDeploymentSucceededAt"]);
    rig.update(json!({"spec": spec("10.3.0.0/16")})).await.unwrap();
    rig.settle().await;
    assert_eq!(rig.environment("prod").await["spec"], spec("10.3.0.0/16"));
}

#[tokio::test]
async fn an_update_without_a_spec_keeps_the_old_one() {
    let rig = Rig::deployed().await;
    rig.update(json!({"description": "the production network"})).await.unwrap();
    rig.settle().await;
    let shown = rig.environment("prod").await;
    assert_eq!(shown["spec"], spec("10.1.0.0/16"));
    assert_eq!(shown["description"], "the production network");
    assert_eq!(rig.script.asked().last().unwrap().0.operation, JobOperation::Update);
}

#[tokio::test]
async fn none_changes_metadata_and_deploys_nothing() {
    let rig = Rig::deployed().await;
    let before = rig.environment("prod").await;
    let more = json!({"deploymentType": "NONE", "description": "new", "componentRoleArn": "arn:aws:iam::123456789012:role/c"});
    let updated = rig.update(more).await.unwrap();
    assert_eq!(updated["description"], "new");
    assert_eq!(updated["deploymentStatus"], "SUCCEEDED");
    assert_eq!(updated["lastAttemptedDeploymentId"], before["lastAttemptedDeploymentId"]);
    let (name, message) = rig.update(json!({"deploymentType": "NONE", "spec": spec("1.1.1.1/8")})).await.unwrap_err();
    assert_eq!(name, "ValidationException");
    assert!(message.contains("CURRENT_VERSION"), "{message}");
    assert_eq!(rig.script.asked().len(), 1);
}

#[rstest]
#[case(Answer::Cancelled, "CANCELLED", Some("User initiated cancellation."))]
#[case(Answer::Fail("the rollback failed"), "FAILED", Some("the rollback failed"))]
#[case(Answer::Succeed, "SUCCEEDED", None)]
#[tokio::test]
async fn a_cancel_may_come_in_time_fail_or_come_too_late(
    #[case] end: Answer,
    #[case] status: &str,
    #[case] message: Option<&str>,
) {
    let rig = Rig::deployed().await;
    rig.script.then([Answer::Wait(600), Answer::Wait(5), end]);
    rig.update(json!({"spec": spec("10.2.0.0/16")})).await.unwrap();
    rig.step().await;
    let body = json!({"environmentName": "prod"});
    let cancelled = rig.call(Operation::CancelEnvironmentDeployment, body.clone()).await.unwrap();
    assert_eq!(cancelled["environment"]["deploymentStatus"], "CANCELLING");
    let (name, _) = rig.call(Operation::CancelEnvironmentDeployment, body).await.unwrap_err();
    assert_eq!(name, "ConflictException");
    // The row was due in ten minutes and is due now.
    rig.step().await;
    assert!(rig.script.asked().last().unwrap().0.cancel_requested);
    rig.settle().await;
    let shown = rig.environment("prod").await;
    assert_eq!(shown["deploymentStatus"], status);
    assert_eq!(shown["deploymentStatusMessage"].as_str(), message);
    let expected = if status == "SUCCEEDED" { spec("10.2.0.0/16") } else { spec("10.1.0.0/16") };
    assert_eq!(shown["spec"], expected);
}

#[tokio::test]
async fn what_runs_is_refused_what_clashes_with_it() {
    let rig = Rig::new().await;
    rig.script.then([Answer::Wait(5), Answer::Succeed, Answer::Wait(5)]);
    rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap();
    let cancel = json!({"environmentName": "prod"});
    let (name, message) = rig.call(Operation::CancelEnvironmentDeployment, cancel.clone()).await.unwrap_err();
    assert!(name == "ConflictException" && message.contains("only updates can"), "{name}: {message}");
    let update = rig.update(json!({})).await.unwrap_err().0;
    let delete = rig.call(Operation::DeleteEnvironment, json!({"name": "prod"})).await.unwrap_err().0;
    assert_eq!((update.as_str(), delete.as_str()), ("ConflictException", "ConflictException"));
    rig.settle().await;
    assert_eq!(rig.call(Operation::CancelEnvironmentDeployment, cancel).await.unwrap_err().0, "ConflictException");
}

#[tokio::test]
async fn deletion_removes_everything_and_a_retry_of_it_is_empty() {
    let rig = Rig::deployed().await;
    rig.script.then([Answer::Wait(5), Answer::Succeed]);
    let name = json!({"name": "prod"});
    let deleting = rig.call(Operation::DeleteEnvironment, name.clone()).await.unwrap()["environment"].clone();
    assert_eq!(deleting["deploymentStatus"], "DELETE_IN_PROGRESS");
    assert_eq!(deleting["templateMajorVersion"], "1");
    let again = rig.call(Operation::DeleteEnvironment, name.clone()).await.unwrap()["environment"].clone();
    assert_eq!(again["lastAttemptedDeploymentId"], deleting["lastAttemptedDeploymentId"]);
    assert_eq!(rig.update(json!({})).await.unwrap_err().0, "ConflictException");
    assert_eq!(rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap_err().0, "ConflictException");
    let listed = rig.call(Operation::ListDeployments, json!({"environmentName": "prod"})).await.unwrap();
    assert_eq!(listed["deployments"][0]["deploymentStatus"], "DELETE_IN_PROGRESS");
    rig.settle().await;
    let (job, _) = rig.script.asked().pop().unwrap();
    assert!(job.operation == JobOperation::Delete && job.template.is_none());
    let missing = rig.call(Operation::GetEnvironment, name.clone()).await.unwrap_err();
    assert_eq!(missing.0, "ResourceNotFoundException");
    assert_eq!(rig.call(Operation::DeleteEnvironment, name).await.unwrap(), json!({}));
    let dump = rig.dump().await;
    for table in ["environments (0)", "targets (0)", "deployments (0)", "outbox (0)", "tags (0)"] {
        assert!(dump.contains(table), "{dump}");
    }
    rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap();
}

#[tokio::test]
async fn a_failed_deletion_can_be_repeated_and_nothing_else() {
    let rig = Rig::deployed().await;
    rig.script.then([Answer::Fail("the bucket is not empty")]);
    let name = json!({"name": "prod"});
    rig.call(Operation::DeleteEnvironment, name.clone()).await.unwrap();
    rig.settle().await;
    let shown = rig.environment("prod").await;
    assert_eq!(
        (&shown["deploymentStatus"], &shown["deploymentStatusMessage"]),
        (&json!("DELETE_FAILED"), &json!("the bucket is not empty"))
    );
    assert_eq!(rig.update(json!({})).await.unwrap_err().0, "ConflictException");
    rig.call(Operation::DeleteEnvironment, name.clone()).await.unwrap();
    rig.settle().await;
    assert!(rig.call(Operation::GetEnvironment, name).await.is_err());
}

#[tokio::test]
async fn a_failed_first_deployment_can_be_repaired_and_deleted() {
    let rig = Rig::new().await;
    rig.script.then([Answer::Fail("no"), Answer::Fail("still no")]);
    rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap();
    rig.settle().await;
    let failed = rig.environment("prod").await;
    assert_eq!((&failed["deploymentStatus"], &failed["templateMajorVersion"]), (&json!("FAILED"), &Value::Null));
    rig.update(json!({})).await.unwrap();
    rig.settle().await;
    assert_eq!(rig.status("prod").await, "FAILED");
    rig.update(json!({"deploymentType": "MINOR_VERSION", "spec": spec("10.9.0.0/16")})).await.unwrap();
    rig.settle().await;
    let repaired = rig.environment("prod").await;
    assert_eq!((&repaired["deploymentStatus"], &repaired["spec"]), (&json!("SUCCEEDED"), &json!(spec("10.9.0.0/16"))));
    // Nothing was ever deployed, so the provisioner was asked to create each time.
    assert!(rig.script.asked().iter().all(|(job, _)| job.operation == JobOperation::Create));
}

#[tokio::test]
async fn a_customer_managed_environment_has_its_inputs_as_outputs_and_is_not_provisioned() {
    let rig = Rig::new().await;
    crate::store::sample::make_customer_managed(&rig.store, &crate::domain::arn::Arns::new("123456789012", "us-east-1")).await;
    rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap();
    rig.settle().await;
    let shown = rig.environment("prod").await;
    assert_eq!((&shown["deploymentStatus"], &shown["provisioning"]), (&json!("SUCCEEDED"), &json!("CUSTOMER_MANAGED")));
    let outputs = rig.call(Operation::ListEnvironmentOutputs, json!({"environmentName": "prod"})).await.unwrap();
    assert_eq!(outputs["outputs"], json!([{"key": "cidr", "valueString": "10.1.0.0/16"}]));
    rig.call(Operation::DeleteEnvironment, json!({"name": "prod"})).await.unwrap();
    rig.settle().await;
    assert!(rig.script.asked().is_empty());
}

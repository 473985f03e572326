//! A service from its creation to its end.

use proton_model::Operation;
use serde_json::{Value, json};

use super::rig::Rig;
use crate::provision::JobOperation;
use crate::worker::scripted::Answer;

/// With `prod` deployed, and the service templates `web` (with a pipeline) and `job` (without).
pub(super) async fn rig() -> Rig {
    let rig = Rig::deployed().await;
    rig.register_service("web", (1, 0)).await;
    rig.register_service("job", (1, 0)).await;
    rig
}

/// A document with these entries, each `name:port`.
pub(super) fn document(pipeline: bool, instances: &[&str]) -> String {
    let entries: String = instances
        .iter()
        .map(|entry| {
            let (name, port) = entry.split_once(':').unwrap_or((entry, "80"));
            format!("  - name: {name}\n    environment: prod\n    spec: {{port: {port}}}\n")
        })
        .collect();
    let list = if entries.is_empty() { "instances: []\n".to_owned() } else { format!("instances:\n{entries}") };
    let pipeline = if pipeline { "pipeline: {command: make all}\n" } else { "" };
    format!("proton: ServiceSpec\n{pipeline}{list}")
}

pub(super) fn create(template: &str, instances: &[&str]) -> Value {
    let spec = document(template == "web", instances);
    json!({"name": "shop", "templateName": template, "templateMajorVersion": "1", "spec": spec})
}

pub(super) async fn service(rig: &Rig) -> Value {
    rig.call(Operation::GetService, json!({"name": "shop"})).await.unwrap()["service"].clone()
}

pub(super) async fn instance(rig: &Rig, name: &str) -> Value {
    let body = json!({"serviceName": "shop", "name": name});
    rig.call(Operation::GetServiceInstance, body).await.unwrap()["serviceInstance"].clone()
}

pub(super) async fn created(template: &str, instances: &[&str]) -> Rig {
    let rig = rig().await;
    rig.call(Operation::CreateService, create(template, instances)).await.unwrap();
    rig.settle().await;
    assert_eq!(service(&rig).await["status"], "ACTIVE");
    rig
}

#[tokio::test]
async fn instances_are_deployed_side_by_side_and_the_pipeline_after_them() {
    let rig = rig().await;
    rig.script.then([Answer::Wait(5), Answer::Succeed]);
    let created = rig.call(Operation::CreateService, create("web", &["one:81", "two"])).await.unwrap()["service"].clone();
    assert_eq!(created["status"], "CREATE_IN_PROGRESS");
    assert_eq!(created["arn"], "arn:aws:proton:us-east-1:123456789012:service/shop");
    assert_eq!(created["pipeline"], Value::Null);
    rig.step().await;
    // The first instance waits, the second is done, and the pipeline has not begun.
    assert_eq!(instance(&rig, "one").await["deploymentStatus"], "IN_PROGRESS");
    let two = instance(&rig, "two").await;
    assert_eq!((&two["deploymentStatus"], &two["templateMinorVersion"]), (&json!("SUCCEEDED"), &json!("0")));
    assert_eq!(two["spec"], document(true, &["one:81", "two"]));
    assert_eq!(service(&rig).await["pipeline"], Value::Null);
    rig.pass(5);
    rig.step().await;
    assert_eq!(service(&rig).await["pipeline"]["deploymentStatus"], "IN_PROGRESS");
    assert_eq!(service(&rig).await["status"], "CREATE_IN_PROGRESS");
    rig.settle().await;
    let shown = service(&rig).await;
    assert_eq!((&shown["status"], &shown["pipeline"]["deploymentStatus"]), (&json!("ACTIVE"), &json!("SUCCEEDED")));
    assert!(shown["lastModifiedAt"].as_f64() > shown["createdAt"].as_f64());
}

#[tokio::test]
async fn the_provisioner_gets_what_the_namespaces_say() {
    let rig = rig().await;
    let mut body = create("web", &["one:81", "two"]);
    body["repositoryConnectionArn"] = json!("arn:aws:codestar-connections:us-east-1:123456789012:connection/c");
    body["repositoryId"] = json!("me/shop");
    body["branchName"] = json!("main");
    rig.call(Operation::CreateService, body).await.unwrap();
    rig.settle().await;
    let asked = rig.script.asked();
    let bodies: Vec<&str> = asked.iter().skip(1).map(|(job, _)| job.template.as_ref().unwrap().body.as_str()).collect();
    let environment_id = &asked[0].0.deployment_id;
    assert_eq!(bodies[0], format!("Description: shop/one 81 none in prod vpc-of-{environment_id}\nResources: {{}}"));
    assert_eq!(bodies[1], format!("Description: shop/two 80 none in prod vpc-of-{environment_id}\nResources: {{}}"));
    assert_eq!(
        bodies[2],
        "Description: make all me/shop\nResources:\n  one: 81 prod 123456789012 1\n  two: 80 prod 123456789012 1\n"
    );
    assert!(asked[1].0.stack_name.starts_with("AWSProton-shop-one-cloudformation-yaml-"));
    assert!(asked[3].0.stack_name.starts_with("AWSProton-shop-pipeline-cloudformation-yaml-"));
    assert_eq!(asked[3].0.account_id, "123456789012");
    let keys: Vec<&str> = asked[1].0.tags.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["proton:account", "proton:template", "proton:environment", "proton:service", "proton:service-instance"]);
    let keys: Vec<&str> = asked[3].0.tags.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["proton:account", "proton:template", "proton:service"]);
}

#[tokio::test]
async fn instances_use_the_role_of_the_environment_and_pipelines_that_of_the_account() {
    let rig = rig().await;
    let role = |name: &str| format!("arn:aws:iam::123456789012:role/{name}");
    rig.update(json!({"deploymentType": "NONE", "protonServiceRoleArn": role("environment")})).await.unwrap();
    rig.call(Operation::UpdateAccountSettings, json!({"pipelineServiceRoleArn": role("pipelines")})).await.unwrap();
    rig.call(Operation::CreateService, create("web", &["one"])).await.unwrap();
    rig.settle().await;
    let roles: Vec<Option<String>> = rig.script.asked().iter().skip(1).map(|(job, _)| job.role_arn.clone()).collect();
    assert_eq!(roles, [Some(role("environment")), Some(role("pipelines"))]);
}

#[tokio::test]
async fn a_service_without_a_pipeline_is_active_after_its_instances() {
    let rig = created("job", &["one"]).await;
    let shown = service(&rig).await;
    assert_eq!(shown["pipeline"], Value::Null);
    let cancel = rig.call(Operation::CancelServicePipelineDeployment, json!({"serviceName": "shop"})).await.unwrap_err();
    assert_eq!(cancel.0, "ResourceNotFoundException");
}

#[tokio::test]
async fn a_service_without_anything_is_active_at_once_and_gone_at_once() {
    let rig = rig().await;
    let created = rig.call(Operation::CreateService, create("job", &[])).await.unwrap();
    assert_eq!(created["service"]["status"], "ACTIVE");
    let deleted = rig.call(Operation::DeleteService, json!({"name": "shop"})).await.unwrap();
    assert_eq!(deleted["service"]["status"], "DELETE_IN_PROGRESS");
    assert_eq!(rig.call(Operation::GetService, json!({"name": "shop"})).await.unwrap_err().0, "ResourceNotFoundException");
}

#[tokio::test]
async fn a_failed_instance_stops_the_pipeline_and_can_be_repaired() {
    let rig = rig().await;
    rig.script.then([Answer::Fail("no capacity")]);
    rig.call(Operation::CreateService, create("web", &["one", "two"])).await.unwrap();
    rig.settle().await;
    let failed = service(&rig).await;
    assert_eq!(failed["status"], "CREATE_FAILED");
    let arn = "arn:aws:proton:us-east-1:123456789012:service/shop/service-instance/one";
    assert_eq!(failed["statusMessage"], format!("Service Instance(s): [{arn}] failed to deploy"));
    assert_eq!(failed["pipeline"]["deploymentStatus"], "FAILED");
    assert_eq!(
        failed["pipeline"]["deploymentStatusMessage"],
        format!("Service Instance(s): [{arn}] failed to deploy - canceling pipeline deployment")
    );
    assert_eq!(rig.script.asked().len(), 3, "the pipeline was deployed");
    let one = instance(&rig, "one").await;
    assert_eq!((&one["deploymentStatus"], &one["templateMajorVersion"]), (&json!("FAILED"), &Value::Null));
    let update = json!({"serviceName": "shop", "name": "one", "deploymentType": "CURRENT_VERSION"});
    rig.call(Operation::UpdateServiceInstance, update).await.unwrap();
    rig.settle().await;
    assert_eq!(rig.script.asked().last().unwrap().0.operation, JobOperation::Create);
    assert_eq!(instance(&rig, "one").await["deploymentStatus"], "SUCCEEDED");
    // The same set of instances again deploys the pipeline.
    let again = json!({"name": "shop", "spec": document(true, &["one", "two"])});
    rig.call(Operation::UpdateService, again).await.unwrap();
    rig.settle().await;
    let repaired = service(&rig).await;
    assert_eq!((&repaired["status"], &repaired["pipeline"]["deploymentStatus"]), (&json!("ACTIVE"), &json!("SUCCEEDED")));
    assert_eq!(repaired["statusMessage"], Value::Null);
}

#[tokio::test]
async fn an_instance_that_cannot_be_rendered_fails_with_its_place() {
    let rig = rig().await;
    rig.register_service_file("job", (1, 1), "Resources:\n  A: {{ service_instance.inputs.nothing }}\n").await;
    rig.call(Operation::CreateService, create("job", &["one"])).await.unwrap();
    rig.settle().await;
    let failed = instance(&rig, "one").await;
    let message = failed["deploymentStatusMessage"].as_str().unwrap();
    assert!(message.starts_with("instance_infrastructure/cloudformation.yaml:2: "), "{message}");
    assert_eq!(service(&rig).await["status"], "CREATE_FAILED");
    rig.register_service("job", (1, 2)).await;
    let body = json!({"serviceName": "shop", "name": "one", "deploymentType": "MINOR_VERSION"});
    rig.call(Operation::UpdateServiceInstance, body).await.unwrap();
    rig.settle().await;
    assert_eq!(instance(&rig, "one").await["deploymentStatus"], "SUCCEEDED");
}

#[tokio::test]
async fn a_failed_pipeline_fails_the_creation_and_can_be_updated() {
    let rig = rig().await;
    rig.script.then([Answer::Succeed, Answer::Fail("no role")]);
    rig.call(Operation::CreateService, create("web", &["one"])).await.unwrap();
    rig.settle().await;
    let failed = service(&rig).await;
    assert_eq!((&failed["status"], &failed["pipeline"]["deploymentStatusMessage"]), (&json!("CREATE_FAILED"), &json!("no role")));
    let update = json!({"serviceName": "shop", "deploymentType": "CURRENT_VERSION", "spec": document(true, &["one"])});
    let updated = rig.call(Operation::UpdateServicePipeline, update).await.unwrap();
    assert_eq!(updated["pipeline"]["deploymentStatus"], "IN_PROGRESS");
    rig.settle().await;
    assert_eq!(service(&rig).await["pipeline"]["deploymentStatus"], "SUCCEEDED");
}

#[tokio::test]
async fn deletion_removes_instances_and_pipeline_and_a_retry_of_it_is_empty() {
    let rig = created("web", &["one", "two"]).await;
    let environment = rig.call(Operation::DeleteEnvironment, json!({"name": "prod"})).await.unwrap_err();
    assert!(
        environment.0 == "ConflictException" && environment.1.contains("service/shop/service-instance/one"),
        "{}",
        environment.1
    );
    rig.script.then([Answer::Wait(5)]);
    let deleting = rig.call(Operation::DeleteService, json!({"name": "shop"})).await.unwrap();
    assert_eq!(deleting["service"]["status"], "DELETE_IN_PROGRESS");
    let again = rig.call(Operation::DeleteService, json!({"name": "shop"})).await.unwrap();
    assert_eq!(again["service"]["status"], "DELETE_IN_PROGRESS");
    assert_eq!(rig.call(Operation::CreateService, create("web", &["one"])).await.unwrap_err().0, "ConflictException");
    rig.settle().await;
    assert_eq!(rig.call(Operation::GetService, json!({"name": "shop"})).await.unwrap_err().0, "ResourceNotFoundException");
    assert_eq!(rig.call(Operation::DeleteService, json!({"name": "shop"})).await.unwrap(), json!({}));
    let dump = rig.dump().await;
    for table in ["services (0)", "service_instances (0)", "service_pipelines (0)", "targets (1)"] {
        assert!(dump.contains(table), "{table} in {dump}");
    }
    assert!(!dump.contains("service/shop"), "{dump}");
    rig.call(Operation::DeleteEnvironment, json!({"name": "prod"})).await.unwrap();
}

#[tokio::test]
async fn a_failed_deletion_can_be_asked_for_again() {
    let rig = created("web", &["one", "two"]).await;
    rig.script.then([Answer::Fail("the bucket is not empty")]);
    rig.call(Operation::DeleteService, json!({"name": "shop"})).await.unwrap();
    rig.settle().await;
    let failed = service(&rig).await;
    assert_eq!(failed["status"], "DELETE_FAILED");
    assert!(failed["statusMessage"].as_str().unwrap().contains("service-instance/one"));
    assert_eq!(instance(&rig, "one").await["deploymentStatus"], "DELETE_FAILED");
    let update = json!({"name": "shop", "spec": document(true, &["one"])});
    assert_eq!(rig.call(Operation::UpdateService, update).await.unwrap_err().0, "ConflictException");
    rig.call(Operation::DeleteService, json!({"name": "shop"})).await.unwrap();
    rig.settle().await;
    assert_eq!(rig.call(Operation::GetService, json!({"name": "shop"})).await.unwrap_err().0, "ResourceNotFoundException");
}

#[tokio::test]
async fn the_same_create_again_is_a_replay_until_something_changed() {
    let rig = created("web", &["one"]).await;
    let again = rig.call(Operation::CreateService, create("web", &["one"])).await.unwrap();
    assert_eq!(again["service"]["status"], "ACTIVE");
    let (name, message) = rig.call(Operation::CreateService, create("web", &["one", "two"])).await.unwrap_err();
    assert!(name == "ValidationException" && message.contains("IdempotentParameterMismatch"), "{message}");
    rig.call(Operation::UpdateService, json!({"name": "shop", "description": "new"})).await.unwrap();
    assert_eq!(rig.call(Operation::CreateService, create("web", &["one"])).await.unwrap_err().0, "ConflictException");
}

#[tokio::test]
async fn a_sequence_goes_on_after_a_restart_at_every_step() {
    let rig = rig().await;
    rig.script.then([Answer::Wait(5), Answer::Wait(5), Answer::Succeed, Answer::Succeed, Answer::Wait(5)]);
    rig.call(Operation::CreateService, create("web", &["one", "two"])).await.unwrap();
    let mut rig = rig;
    for _ in 0..6 {
        let before = rig.dump().await;
        rig = rig.restarted().await;
        assert_eq!(rig.dump().await, before);
        rig.step().await;
        rig.pass(5);
    }
    assert_eq!(service(&rig).await["status"], "ACTIVE");
    let mut ids: Vec<String> = rig.script.asked().iter().map(|(job, _)| job.deployment_id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4, "environment, two instances and a pipeline are one deployment each");
}

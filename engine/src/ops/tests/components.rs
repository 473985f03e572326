//! Components, attached and not, from their creation to their end.

use proton_model::Operation;
use serde_json::{Value, json};

use super::rig::Rig;
use super::service_lifecycle;
use crate::provision::JobOperation;
use crate::worker::scripted::Answer;

const MANIFEST: &str =
    "infrastructure:\n  templates:\n    - {file: t.yaml, rendering_engine: jinja, template_language: cloudformation}\n";
const TERRAFORM: &str =
    "infrastructure:\n  templates:\n    - {file: t.tf, rendering_engine: hcl, template_language: terraform}\n";
const FILE: &str = "Description: {{ component.name }} in {{ environment.name }}\nResources: {}\n";
const SPEC: &str = "proton: ServiceSpec\ninstances:\n  - {name: one, environment: prod, spec: {port: 8080}}\n";

fn create(more: Value) -> Value {
    let mut body = json!({"name": "table", "manifest": MANIFEST, "templateFile": FILE});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn detached() -> Value {
    create(json!({"environmentName": "prod"}))
}

fn attached() -> Value {
    create(json!({"serviceName": "shop", "serviceInstanceName": "one", "serviceSpec": SPEC}))
}

async fn component(rig: &Rig) -> Value {
    rig.call(Operation::GetComponent, json!({"name": "table"})).await.unwrap()["component"].clone()
}

async fn update(rig: &Rig, more: Value) -> Result<Value, (String, String)> {
    let mut body = json!({"name": "table", "deploymentType": "CURRENT_VERSION"});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    Ok(rig.call(Operation::UpdateComponent, body).await?["component"].clone())
}

/// `prod` and the service `shop` with the instances `one` and `two`, whose version supports components.
async fn shop() -> Rig {
    let rig = service_lifecycle::created("job", &["one", "two"]).await;
    supports(&rig, json!(["DIRECTLY_DEFINED"])).await;
    rig
}

async fn supports(rig: &Rig, sources: Value) {
    let mut version = json!({"templateName": "job", "majorVersion": "1", "minorVersion": "0"});
    version["supportedComponentSources"] = sources;
    rig.call(Operation::UpdateServiceTemplateVersion, version).await.unwrap();
}

async fn refused(rig: &Rig, operation: Operation, body: Value, name: &str, says: &str) {
    let (found, message) = rig.call(operation, body).await.unwrap_err();
    assert!(found == name && message.contains(says), "{found}: {message}");
}

#[tokio::test]
async fn a_detached_component_is_deployed_updated_and_deleted() {
    let rig = Rig::deployed().await;
    let created = rig.call(Operation::CreateComponent, detached()).await.unwrap()["component"].clone();
    assert_eq!(created["deploymentStatus"], "IN_PROGRESS");
    assert_eq!(created["arn"], "arn:aws:proton:us-east-1:123456789012:component/table");
    rig.settle().await;
    let shown = component(&rig).await;
    assert_eq!((&shown["deploymentStatus"], &shown["environmentName"]), (&json!("SUCCEEDED"), &json!("prod")));
    let (job, _) = rig.script.asked().pop().unwrap();
    assert_eq!(job.template.unwrap().body, "Description: table in prod\nResources: {}");
    assert!(job.stack_name.starts_with("AWSProton-component-table-"), "{}", job.stack_name);
    let keys: Vec<&str> = job.tags.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["proton:account", "proton:environment", "proton:component"]);
    let outputs = rig.call(Operation::ListComponentOutputs, json!({"componentName": "table"})).await.unwrap();
    assert_eq!(outputs["outputs"][0]["key"], "VpcId");
    let resources = rig.call(Operation::ListComponentProvisionedResources, json!({"componentName": "table"})).await.unwrap();
    assert_eq!(resources["provisionedResources"].as_array().unwrap().len(), 1);
    update(&rig, json!({"templateFile": "Description: two\n", "description": "d"})).await.unwrap();
    rig.settle().await;
    let deployments = rig.call(Operation::ListDeployments, json!({"componentName": "table"})).await.unwrap();
    let newest = json!({"id": deployments["deployments"][0]["id"], "componentName": "table"});
    let newest = rig.call(Operation::GetDeployment, newest).await.unwrap()["deployment"].clone();
    assert_eq!(newest["initialState"]["component"]["templateFile"], FILE);
    assert_eq!(newest["targetState"]["component"]["templateFile"], "Description: two\n");
    refused(&rig, Operation::DeleteEnvironment, json!({"name": "prod"}), "ConflictException", "table").await;
    let name = json!({"name": "table"});
    let deleting = rig.call(Operation::DeleteComponent, name.clone()).await.unwrap();
    assert_eq!(deleting["component"]["deploymentStatus"], "DELETE_IN_PROGRESS");
    rig.settle().await;
    assert_eq!(rig.script.asked().pop().unwrap().0.operation, JobOperation::Delete);
    refused(&rig, Operation::GetComponent, name.clone(), "ResourceNotFoundException", "table").await;
    assert_eq!(rig.call(Operation::DeleteComponent, name).await.unwrap(), json!({}));
    assert!(rig.dump().await.contains("components (0)"));
}

#[tokio::test]
async fn a_creation_can_be_cancelled() {
    let rig = Rig::deployed().await;
    rig.script.then([Answer::Wait(600), Answer::Cancelled]);
    rig.call(Operation::CreateComponent, detached()).await.unwrap();
    rig.step().await;
    let body = json!({"componentName": "table"});
    let cancelled = rig.call(Operation::CancelComponentDeployment, body.clone()).await.unwrap();
    assert_eq!(cancelled["component"]["deploymentStatus"], "CANCELLING");
    rig.settle().await;
    let shown = component(&rig).await;
    assert_eq!(shown["deploymentStatus"], "CANCELLED");
    assert_eq!(shown["deploymentStatusMessage"], "User initiated cancellation.");
    refused(&rig, Operation::CancelComponentDeployment, body, "ConflictException", "no deployment").await;
    update(&rig, json!({})).await.unwrap();
    rig.settle().await;
    assert_eq!(component(&rig).await["deploymentStatus"], "SUCCEEDED");
}

#[tokio::test]
async fn tokens_names_and_quotas() {
    let rig = Rig::deployed().await;
    let mut body = detached();
    body["clientToken"] = json!("one");
    let first = rig.call(Operation::CreateComponent, body.clone()).await.unwrap();
    rig.settle().await;
    let again = rig.call(Operation::CreateComponent, body.clone()).await.unwrap();
    assert_eq!(again["component"]["lastAttemptedDeploymentId"], first["component"]["lastAttemptedDeploymentId"]);
    assert_eq!(again["component"]["lastClientRequestToken"], "one");
    body["description"] = json!("other");
    refused(&rig, Operation::CreateComponent, body, "ValidationException", "IdempotentParameterMismatch").await;
    refused(&rig, Operation::CreateComponent, detached(), "ConflictException", "exists already").await;
    let token = json!({"templateFile": "Description: two\n", "clientToken": "two"});
    let updated = update(&rig, token.clone()).await.unwrap();
    rig.settle().await;
    let replayed = update(&rig, token).await.unwrap();
    assert_eq!(replayed["lastAttemptedDeploymentId"], updated["lastAttemptedDeploymentId"]);
    assert_eq!(replayed["lastClientRequestToken"], "two");
    rig.pass(8 * 3600);
    let later = update(&rig, json!({"templateFile": "Description: two\n", "clientToken": "two"})).await.unwrap();
    assert_ne!(later["lastAttemptedDeploymentId"], updated["lastAttemptedDeploymentId"]);
}

#[tokio::test]
async fn what_cannot_be_created_says_why() {
    let rig = Rig::deployed().await;
    let with = |member: &str, value: &str| {
        let mut body = detached();
        body[member] = json!(value);
        body
    };
    let codebuild = "infrastructure:\n  templates:\n    - rendering_engine: codebuild\n      settings: {image: i, provision: [a], deprovision: [b]}\n";
    for (body, name, says) in [
        (create(json!({})), "ValidationException", "environmentName is required"),
        (with("environmentName", "nope"), "ResourceNotFoundException", "environment/nope"),
        (with("serviceName", "shop"), "ValidationException", "must be given together"),
        (with("serviceSpec", SPEC), "ValidationException", "attached"),
        (with("manifest", "templates: 1"), "ValidationException", "manifest"),
        (with("manifest", codebuild), "ValidationException", "manifest"),
        (with("manifest", &TERRAFORM.replace("t.tf", "\"*\"")), "ValidationException", "exactly one file"),
        (attached(), "ResourceNotFoundException", "service/shop/service-instance/one"),
    ] {
        refused(&rig, Operation::CreateComponent, body, name, says).await;
    }
    let role = "arn:aws:iam::123456789012:role/proton";
    rig.update(json!({"deploymentType": "NONE", "protonServiceRoleArn": role})).await.unwrap();
    refused(&rig, Operation::CreateComponent, detached(), "ValidationException", "componentRoleArn").await;
    rig.update(json!({"deploymentType": "NONE", "componentRoleArn": format!("{role}-c")})).await.unwrap();
    rig.call(Operation::CreateComponent, detached()).await.unwrap();
    rig.settle().await;
    assert_eq!(rig.script.asked().pop().unwrap().0.role_arn, Some(format!("{role}-c")));
}

#[tokio::test]
async fn an_attached_component_feeds_its_instance_and_keeps_it() {
    let rig = shop().await;
    rig.call(Operation::CreateComponent, attached()).await.unwrap();
    rig.settle().await;
    let shown = component(&rig).await;
    assert_eq!((&shown["deploymentStatus"], &shown["environmentName"]), (&json!("SUCCEEDED"), &json!("prod")));
    assert_eq!((&shown["serviceName"], &shown["serviceInstanceName"]), (&json!("shop"), &json!("one")));
    assert_eq!(shown["serviceSpec"], SPEC);
    let body = json!({"serviceName": "shop", "name": "one", "deploymentType": "CURRENT_VERSION"});
    rig.call(Operation::UpdateServiceInstance, body).await.unwrap();
    rig.settle().await;
    let instance = service_lifecycle::instance(&rig, "one").await;
    let id = json!({"id": instance["lastSucceededDeploymentId"]});
    let deployment = rig.call(Operation::GetDeployment, id).await.unwrap();
    let used = &deployment["deployment"]["targetState"]["serviceInstance"]["lastSuccessfulComponentDeploymentIds"];
    assert_eq!(*used, json!([shown["lastSucceededDeploymentId"]]));
    refused(&rig, Operation::DeleteComponent, json!({"name": "table"}), "ConflictException", "Detach").await;
    refused(&rig, Operation::DeleteService, json!({"name": "shop"}), "ConflictException", "table").await;
    let without = json!({"name": "shop", "spec": service_lifecycle::document(false, &["two"])});
    refused(&rig, Operation::UpdateService, without, "ConflictException", "table").await;
    for (filter, count) in [("prod", 1), ("beta", 0)] {
        let listed = rig.call(Operation::ListComponents, json!({"environmentName": filter})).await.unwrap();
        assert_eq!(listed["components"].as_array().unwrap().len(), count);
    }
    update(&rig, json!({"serviceName": "", "serviceInstanceName": ""})).await.unwrap();
    rig.settle().await;
    let shown = component(&rig).await;
    assert_eq!((&shown["deploymentStatus"], &shown["serviceName"]), (&json!("SUCCEEDED"), &Value::Null));
    rig.call(Operation::DeleteComponent, json!({"name": "table"})).await.unwrap();
    rig.settle().await;
    rig.call(Operation::DeleteService, json!({"name": "shop"})).await.unwrap();
}

#[tokio::test]
async fn attachments_move_by_detaching_first() {
    let rig = shop().await;
    rig.call(Operation::CreateComponent, attached()).await.unwrap();
    let two = json!({"serviceName": "shop", "serviceInstanceName": "two"});
    let running = json!({"serviceName": "shop", "name": "one", "deploymentType": "CURRENT_VERSION"});
    refused(&rig, Operation::UpdateServiceInstance, running, "ConflictException", "component table").await;
    assert_eq!(update(&rig, json!({})).await.unwrap_err().0, "ConflictException");
    rig.settle().await;
    let (name, message) = update(&rig, two.clone()).await.unwrap_err();
    assert!(name == "ConflictException" && message.contains("Detach it first"), "{message}");
    let mut second = attached();
    second["name"] = json!("bucket");
    refused(&rig, Operation::CreateComponent, second, "ConflictException", "table").await;
    let none = json!({"deploymentType": "NONE", "serviceName": "", "serviceInstanceName": ""});
    assert_eq!(update(&rig, none).await.unwrap_err().0, "ValidationException");
    update(&rig, json!({"serviceName": "", "serviceInstanceName": ""})).await.unwrap();
    rig.settle().await;
    update(&rig, two).await.unwrap();
    rig.settle().await;
    assert_eq!(component(&rig).await["serviceInstanceName"], "two");
}

#[tokio::test]
async fn detaching_clears_the_attachment_even_if_the_rendering_fails() {
    let rig = shop().await;
    let mut body = attached();
    body["templateFile"] = json!("Description: {{ service_instance.inputs.port }}\n");
    rig.call(Operation::CreateComponent, body).await.unwrap();
    rig.settle().await;
    assert_eq!(rig.script.asked().pop().unwrap().0.template.unwrap().body, "Description: 8080");
    update(&rig, json!({"serviceName": "", "serviceInstanceName": ""})).await.unwrap();
    rig.settle().await;
    let shown = component(&rig).await;
    assert_eq!((&shown["deploymentStatus"], &shown["serviceName"]), (&json!("FAILED"), &Value::Null));
    assert!(shown["deploymentStatusMessage"].as_str().unwrap().starts_with("t.yaml:1:"), "{shown}");
    assert_eq!(shown["serviceSpec"], Value::Null);
    rig.call(Operation::DeleteComponent, json!({"name": "table"})).await.unwrap();
    rig.settle().await;
    assert!(rig.call(Operation::GetComponent, json!({"name": "table"})).await.is_err());
}

#[tokio::test]
async fn a_version_must_support_components_and_the_spec_must_fit() {
    let rig = shop().await;
    supports(&rig, json!([])).await;
    refused(&rig, Operation::CreateComponent, attached(), "ValidationException", "supportedComponentSources").await;
    supports(&rig, json!(["DIRECTLY_DEFINED"])).await;
    for (spec, says) in [
        (SPEC.replace("name: one", "name: two"), "no entry for the instance one"),
        (SPEC.replace("environment: prod", "environment: beta"), "runs in beta"),
        (SPEC.replace("8080", "many"), "/port"),
        ("proton: EnvironmentSpec\n".to_owned(), "another kind"),
    ] {
        let mut body = attached();
        body["serviceSpec"] = json!(spec);
        refused(&rig, Operation::CreateComponent, body, "ValidationException", says).await;
    }
    assert!(rig.dump().await.contains("components (0)"));
}

#[tokio::test]
async fn automation_tells_how_a_deployment_of_its_own_ends() {
    let rig = Rig::deployed().await;
    rig.script.then([Answer::Wait(3600), Answer::Wait(3600)]);
    let mut body = detached();
    body["manifest"] = json!(TERRAFORM);
    let created = rig.call(Operation::CreateComponent, body).await.unwrap()["component"].clone();
    let (arn, id) = (created["arn"].clone(), created["lastAttemptedDeploymentId"].clone());
    let notify = Operation::NotifyResourceDeploymentStatusChange;
    refused(&rig, notify, json!({"resourceArn": arn, "status": "SUCCEEDED"}), "ConflictException", "not begun").await;
    rig.step().await;
    let foreign = json!({"resourceArn": arn, "deploymentId": rig.environment("prod").await["lastAttemptedDeploymentId"]});
    refused(&rig, notify, foreign, "ResourceNotFoundException", "has no deployment").await;
    let outputs = json!([{"key": "Table", "valueString": "t-1"}]);
    let told = json!({"resourceArn": arn, "deploymentId": id, "outputs": outputs, "statusMessage": "applying"});
    rig.call(notify, told).await.unwrap();
    let shown = component(&rig).await;
    assert_eq!((&shown["deploymentStatus"], &shown["deploymentStatusMessage"]), (&json!("IN_PROGRESS"), &json!("applying")));
    rig.call(notify, json!({"resourceArn": arn, "status": "SUCCEEDED"})).await.unwrap();
    assert_eq!(component(&rig).await["deploymentStatus"], "SUCCEEDED");
    let listed = rig.call(Operation::ListComponentOutputs, json!({"componentName": "table"})).await.unwrap();
    assert_eq!(listed["outputs"], outputs);
    let again = json!({"resourceArn": arn, "deploymentId": id, "status": "FAILED"});
    refused(&rig, notify, again, "ConflictException", "already ended").await;
    let nowhere = json!({"resourceArn": "arn:aws:proton:us-east-1:123456789012:component/nope"});
    refused(&rig, notify, nowhere, "ResourceNotFoundException", "component/nope").await;
    let prod = json!({"resourceArn": rig.environment("prod").await["arn"], "status": "FAILED"});
    refused(&rig, notify, prod, "ConflictException", "already ended").await;
    assert!(rig.dump().await.contains("outbox (0)"));
}

#[tokio::test]
async fn an_instance_that_waits_for_its_removal_takes_no_component() {
    let rig = shop().await;
    rig.script.then([Answer::Wait(3600)]);
    let spec = service_lifecycle::document(false, &["two", "three"]);
    rig.call(Operation::UpdateService, json!({"name": "shop", "spec": spec})).await.unwrap();
    rig.step().await;
    // The new instance is still being created, so the deletion of the old one has not begun.
    assert_eq!(service_lifecycle::instance(&rig, "one").await["deploymentStatus"], "SUCCEEDED");
    refused(&rig, Operation::CreateComponent, attached(), "ConflictException", "being removed").await;
    rig.settle().await;
    refused(&rig, Operation::CreateComponent, attached(), "ResourceNotFoundException", "service-instance/one").await;
}

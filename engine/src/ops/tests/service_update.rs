//! Changes of a service: its set of instances, one instance, its pipeline.

use proton_model::Operation;
use serde_json::{Value, json};

use super::rig::Rig;
use super::service_lifecycle::{create, created, document, instance, rig, service};
use crate::worker::scripted::Answer;

async fn update(rig: &Rig, spec: &str) -> Result<Value, (String, String)> {
    rig.call(Operation::UpdateService, json!({"name": "shop", "spec": spec})).await
}

async fn names(rig: &Rig) -> Vec<String> {
    let listed = rig.call(Operation::ListServiceInstances, json!({"serviceName": "shop"})).await.unwrap();
    listed["serviceInstances"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_update_adds_then_removes_then_deploys_the_pipeline_again() {
    let rig = created("web", &["one:81", "two"]).await;
    let before = service(&rig).await;
    let steps = rig.script.asked().len();
    let spec = "proton: ServiceSpec\npipeline: {command: '${Proton::CURRENT_VAL}'}\ninstances:\n  - {name: one, environment: prod, spec: {port: '${Proton::CURRENT_VAL}'}}\n  - {name: three, environment: prod}\n";
    let running = update(&rig, spec).await.unwrap()["service"].clone();
    assert_eq!(running["status"], "UPDATE_IN_PROGRESS");
    assert!(!running["spec"].as_str().unwrap().contains("CURRENT_VAL"));
    assert_eq!(update(&rig, spec).await.unwrap_err().0, "ConflictException");
    let pipeline = json!({"serviceName": "shop", "deploymentType": "CURRENT_VERSION", "spec": document(true, &["one"])});
    assert_eq!(rig.call(Operation::UpdateServicePipeline, pipeline).await.unwrap_err().0, "ConflictException");
    let removed = json!({"serviceName": "shop", "name": "two", "deploymentType": "CURRENT_VERSION"});
    assert_eq!(rig.call(Operation::UpdateServiceInstance, removed).await.unwrap_err().0, "ConflictException");
    rig.settle().await;
    let after = service(&rig).await;
    assert_eq!(after["status"], "ACTIVE");
    assert_ne!(after["pipeline"]["lastSucceededDeploymentId"], before["pipeline"]["lastSucceededDeploymentId"]);
    assert_eq!(names(&rig).await, ["one", "three"]);
    let arns: Vec<String> =
        rig.script.asked()[steps..].iter().map(|(job, _)| job.target_arn.rsplit('/').next().unwrap().to_owned()).collect();
    assert_eq!(arns, ["three", "two", "pipeline"]);
    let body = rig.script.asked().last().unwrap().0.template.clone().unwrap().body;
    assert!(body.contains("one: 81") && body.contains("three: 80") && !body.contains("two"), "{body}");
}

#[tokio::test]
async fn a_failed_addition_is_cleaned_up_and_nothing_is_deleted() {
    let rig = created("web", &["one", "two"]).await;
    let before = service(&rig).await;
    rig.script.then([Answer::Succeed, Answer::Fail("no capacity")]);
    update(&rig, &document(true, &["one", "three", "four"])).await.unwrap();
    rig.step().await;
    assert_eq!(service(&rig).await["status"], "UPDATE_FAILED_CLEANUP_IN_PROGRESS");
    rig.settle().await;
    let after = service(&rig).await;
    assert_eq!(after["status"], "UPDATE_FAILED_CLEANUP_COMPLETE");
    assert_eq!(after["spec"], before["spec"]);
    assert!(after["statusMessage"].as_str().unwrap().contains("service-instance/four"));
    assert_eq!(names(&rig).await, ["one", "two"]);
    assert_eq!(after["pipeline"], before["pipeline"]);
    update(&rig, &document(true, &["one", "two", "five"])).await.unwrap();
    rig.settle().await;
    assert_eq!(service(&rig).await["status"], "ACTIVE");
}

#[tokio::test]
async fn a_clean_up_that_fails_leaves_what_it_could_not_delete() {
    let rig = created("job", &["one"]).await;
    rig.script.then([Answer::Fail("no capacity"), Answer::Fail("still in use")]);
    update(&rig, &document(false, &["one", "two"])).await.unwrap();
    rig.settle().await;
    assert_eq!(service(&rig).await["status"], "UPDATE_FAILED_CLEANUP_FAILED");
    assert_eq!(instance(&rig, "two").await["deploymentStatus"], "DELETE_FAILED");
    let (name, message) = update(&rig, &document(false, &["one", "two"])).await.unwrap_err();
    assert!(name == "ConflictException" && message.contains("two"), "{message}");
    update(&rig, &document(false, &["one"])).await.unwrap();
    rig.settle().await;
    assert_eq!((names(&rig).await, service(&rig).await["status"].clone()), (vec!["one".to_owned()], json!("ACTIVE")));
}

#[tokio::test]
async fn a_failed_removal_still_deploys_the_pipeline() {
    let rig = created("web", &["one", "two"]).await;
    rig.script.then([Answer::Fail("the bucket is not empty")]);
    update(&rig, &document(true, &["one"])).await.unwrap();
    rig.settle().await;
    let after = service(&rig).await;
    assert_eq!(
        (&after["status"], &after["pipeline"]["deploymentStatus"]),
        (&json!("UPDATE_COMPLETE_CLEANUP_FAILED"), &json!("SUCCEEDED"))
    );
    assert_eq!(after["spec"], document(true, &["one"]));
    assert!(after["statusMessage"].as_str().unwrap().contains("could not be deleted"));
    assert_eq!(instance(&rig, "two").await["deploymentStatus"], "DELETE_FAILED");
}

#[tokio::test]
async fn a_failed_pipeline_fails_the_update_and_undoes_nothing() {
    let rig = created("web", &["one"]).await;
    rig.script.then([Answer::Succeed, Answer::Fail("no role")]);
    update(&rig, &document(true, &["one", "two"])).await.unwrap();
    rig.settle().await;
    let after = service(&rig).await;
    assert_eq!((&after["status"], &after["pipeline"]["deploymentStatus"]), (&json!("UPDATE_FAILED"), &json!("FAILED")));
    assert_eq!(names(&rig).await, ["one", "two"]);
}

#[tokio::test]
async fn remaining_entries_must_stay_and_the_refusal_says_which_call_changes_them() {
    let rig = created("web", &["one"]).await;
    let (name, message) = update(&rig, &document(true, &["one:99"])).await.unwrap_err();
    assert!(name == "ValidationException" && message.contains("UpdateServiceInstance"), "{message}");
    let (name, message) = update(&rig, &document(true, &["one"]).replace("make all", "ninja")).await.unwrap_err();
    assert!(name == "ValidationException" && message.contains("UpdateServicePipeline"), "{message}");
    let many: Vec<String> = (0..21).map(|n| if n == 0 { "one".to_owned() } else { format!("i{n}") }).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(update(&rig, &document(true, &many)).await.unwrap_err().0, "ServiceQuotaExceededException");
}

#[tokio::test]
async fn an_accepted_update_of_an_instance_is_in_the_document_of_the_service() {
    let rig = created("web", &["one", "two"]).await;
    let pipeline = service(&rig).await["pipeline"].clone();
    let spec = "proton: ServiceSpec\ninstances:\n  - {name: one, environment: prod, spec: {port: '${Proton::CURRENT_VAL}', image: v2}}\n";
    let body =
        json!({"serviceName": "shop", "name": "one", "deploymentType": "CURRENT_VERSION", "spec": spec, "clientToken": "t1"});
    let updated = rig.call(Operation::UpdateServiceInstance, body.clone()).await.unwrap()["serviceInstance"].clone();
    assert_eq!((&updated["deploymentStatus"], &updated["lastClientRequestToken"]), (&json!("IN_PROGRESS"), &json!("t1")));
    assert_eq!(updated["spec"], document(true, &["one", "two"]), "the old document is shown while the update runs");
    let replay = rig.call(Operation::UpdateServiceInstance, body.clone()).await.unwrap()["serviceInstance"].clone();
    assert_eq!(replay["lastAttemptedDeploymentId"], updated["lastAttemptedDeploymentId"]);
    let mut other = body;
    other["deploymentType"] = json!("MINOR_VERSION");
    assert!(rig.call(Operation::UpdateServiceInstance, other).await.unwrap_err().1.contains("IdempotentParameterMismatch"));
    rig.settle().await;
    let rendered = rig.script.asked().last().unwrap().0.template.clone().unwrap().body;
    assert!(rendered.contains("shop/one 80 v2"), "{rendered}");
    let after = service(&rig).await;
    let text = after["spec"].as_str().unwrap();
    assert!(text.contains("image: v2") && text.contains("two") && text.contains("make all"), "{text}");
    assert_eq!((&after["status"], &after["pipeline"]), (&json!("ACTIVE"), &pipeline), "neither status nor pipeline follow");
}

#[tokio::test]
async fn an_update_made_out_of_another_document_than_the_stored_one_is_refused_if_the_client_says_which() {
    let rig = created("job", &["one", "two"]).await;
    let read = service(&rig).await["spec"].as_str().unwrap().to_owned();
    let spec = document(false, &["three"]);
    let three = json!({"serviceName": "shop", "name": "three", "spec": spec});
    rig.call(Operation::CreateServiceInstance, three).await.unwrap();
    rig.settle().await;
    let before = rig.dump().await;
    let removal = json!({"name": "shop", "spec": document(false, &["one"])});
    let (name, message) = rig.update_service_if(&read, removal).await.unwrap_err();
    assert!(name == "ConflictException" && message.contains("GetService"), "{message}");
    assert_eq!(rig.dump().await, before, "nothing has changed");
    let read = service(&rig).await["spec"].as_str().unwrap().to_owned();
    rig.update_service_if(&read, json!({"name": "shop", "spec": document(false, &["one", "three"])})).await.unwrap();
    rig.settle().await;
    assert_eq!(names(&rig).await, ["one", "three"]);
    update(&rig, &document(false, &["one"])).await.unwrap();
    rig.settle().await;
    assert_eq!(names(&rig).await, ["one"], "who does not say so is not asked");
}

#[tokio::test]
async fn a_deployment_names_the_deployments_whose_outputs_it_used() {
    let rig = created("web", &["one"]).await;
    let environment = rig.environment("prod").await;
    let pipeline = service(&rig).await["pipeline"].clone();
    let body = json!({"serviceName": "shop", "name": "one", "deploymentType": "CURRENT_VERSION"});
    let id =
        rig.call(Operation::UpdateServiceInstance, body).await.unwrap()["serviceInstance"]["lastAttemptedDeploymentId"].clone();
    let shown =
        rig.call(Operation::GetDeployment, json!({"id": id, "serviceName": "shop", "serviceInstanceName": "one"})).await.unwrap();
    let shown = shown["deployment"].clone();
    assert_eq!((&shown["targetResourceType"], &shown["environmentName"]), (&json!("SERVICE_INSTANCE"), &json!("prod")));
    let state = &shown["targetState"]["serviceInstance"];
    assert_eq!(state["lastSuccessfulEnvironmentDeploymentId"], environment["lastSucceededDeploymentId"]);
    assert_eq!(state["lastSuccessfulServicePipelineDeploymentId"], pipeline["lastSucceededDeploymentId"]);
    assert_eq!(shown["initialState"]["serviceInstance"]["lastSuccessfulServicePipelineDeploymentId"], Value::Null);
    let id = &pipeline["lastSucceededDeploymentId"];
    let shown = rig.call(Operation::GetDeployment, json!({"id": id})).await.unwrap()["deployment"].clone();
    assert_eq!((&shown["targetResourceType"], &shown["environmentName"]), (&json!("SERVICE_PIPELINE"), &json!("prod")));
    assert_eq!(shown["targetState"]["servicePipeline"]["templateMajorVersion"], "1");
    let listed = rig.call(Operation::ListDeployments, json!({"serviceName": "shop"})).await.unwrap();
    assert_eq!(listed["deployments"].as_array().unwrap().len(), 3);
    let listed =
        rig.call(Operation::ListDeployments, json!({"serviceName": "shop", "serviceInstanceName": "one"})).await.unwrap();
    assert_eq!(listed["deployments"].as_array().unwrap().len(), 2);
    let outputs =
        rig.call(Operation::ListServicePipelineOutputs, json!({"serviceName": "shop", "deploymentId": id})).await.unwrap();
    assert_eq!(outputs["outputs"][0]["valueString"], format!("vpc-of-{}", id.as_str().unwrap()));
    let body = json!({"serviceName": "shop", "serviceInstanceName": "one", "deploymentId": id});
    assert_eq!(rig.call(Operation::ListServiceInstanceOutputs, body).await.unwrap_err().0, "ResourceNotFoundException");
    let body = json!({"serviceName": "shop", "serviceInstanceName": "one"});
    let resources = rig.call(Operation::ListServiceInstanceProvisionedResources, body).await.unwrap();
    assert_eq!(resources["provisionedResources"][0]["provisioningEngine"], "CLOUDFORMATION");
}

#[tokio::test]
async fn versions_move_apart_and_keep_theirs_from_deletion() {
    let rig = created("web", &["one"]).await;
    rig.register_service("web", (1, 1)).await;
    let body = json!({"serviceName": "shop", "name": "one", "deploymentType": "MINOR_VERSION"});
    rig.call(Operation::UpdateServiceInstance, body).await.unwrap();
    rig.settle().await;
    assert_eq!(instance(&rig, "one").await["templateMinorVersion"], "1");
    assert_eq!(service(&rig).await["pipeline"]["templateMinorVersion"], "0");
    let version = json!({"templateName": "web", "majorVersion": "1", "minorVersion": "0"});
    let (name, message) = rig.call(Operation::DeleteServiceTemplateVersion, version.clone()).await.unwrap_err();
    assert!(name == "ConflictException" && message.contains("service/shop/pipeline"), "{message}");
    let body = json!({"serviceName": "shop", "deploymentType": "MINOR_VERSION", "spec": document(true, &["one"])});
    rig.call(Operation::UpdateServicePipeline, body).await.unwrap();
    rig.settle().await;
    rig.call(Operation::DeleteServiceTemplateVersion, version).await.unwrap();
}

#[tokio::test]
async fn updates_can_be_cancelled_and_creations_cannot() {
    let rig = rig().await;
    rig.script.then([Answer::Wait(5)]);
    rig.call(Operation::CreateService, create("web", &["one"])).await.unwrap();
    let name = json!({"serviceName": "shop", "serviceInstanceName": "one"});
    assert_eq!(rig.call(Operation::CancelServiceInstanceDeployment, name.clone()).await.unwrap_err().0, "ConflictException");
    assert_eq!(rig.call(Operation::DeleteService, json!({"name": "shop"})).await.unwrap_err().0, "ConflictException");
    rig.settle().await;
    rig.script.then([Answer::Wait(600), Answer::Cancelled]);
    let body = json!({"serviceName": "shop", "name": "one", "deploymentType": "CURRENT_VERSION"});
    rig.call(Operation::UpdateServiceInstance, body.clone()).await.unwrap();
    rig.step().await;
    assert_eq!(rig.call(Operation::UpdateServiceInstance, body).await.unwrap_err().0, "ConflictException");
    let removing = update(&rig, &document(true, &[])).await.unwrap_err();
    assert_eq!(removing.0, "ConflictException");
    let cancelling = rig.call(Operation::CancelServiceInstanceDeployment, name).await.unwrap();
    assert_eq!(cancelling["serviceInstance"]["deploymentStatus"], "CANCELLING");
    rig.settle().await;
    assert_eq!(instance(&rig, "one").await["deploymentStatusMessage"], "User initiated cancellation.");
    rig.script.then([Answer::Wait(600), Answer::Cancelled]);
    let body = json!({"serviceName": "shop", "deploymentType": "CURRENT_VERSION", "spec": document(true, &["one"])});
    rig.call(Operation::UpdateServicePipeline, body).await.unwrap();
    rig.step().await;
    let cancelling = rig.call(Operation::CancelServicePipelineDeployment, json!({"serviceName": "shop"})).await.unwrap();
    assert_eq!(cancelling["pipeline"]["deploymentStatus"], "CANCELLING");
    rig.settle().await;
    assert_eq!(service(&rig).await["pipeline"]["deploymentStatus"], "CANCELLED");
}

#[tokio::test]
async fn an_instance_is_added_by_itself_and_the_pipeline_stays() {
    let rig = created("web", &[]).await;
    let pipeline = service(&rig).await["pipeline"].clone();
    let spec = "proton: ServiceSpec\ninstances:\n  - {name: one, environment: prod}\n";
    let body =
        json!({"serviceName": "shop", "name": "one", "spec": spec, "clientToken": "t", "tags": [{"key": "k", "value": "v"}]});
    let created = rig.call(Operation::CreateServiceInstance, body.clone()).await.unwrap()["serviceInstance"].clone();
    assert_eq!((&created["deploymentStatus"], &created["lastClientRequestToken"]), (&json!("IN_PROGRESS"), &json!("t")));
    let replay = rig.call(Operation::CreateServiceInstance, body.clone()).await.unwrap()["serviceInstance"].clone();
    assert_eq!(replay, created);
    let mut again = body;
    again["clientToken"] = json!("u");
    assert_eq!(rig.call(Operation::CreateServiceInstance, again).await.unwrap_err().0, "ConflictException");
    rig.settle().await;
    let after = service(&rig).await;
    assert_eq!((&after["status"], &after["pipeline"]), (&json!("ACTIVE"), &pipeline));
    assert!(after["spec"].as_str().unwrap().contains("name: one"));
    let arn = created["arn"].clone();
    let tags = rig.call(Operation::ListTagsForResource, json!({"resourceArn": arn})).await.unwrap();
    assert_eq!(tags["tags"].as_array().unwrap().last().unwrap()["key"], "k");
}

#[tokio::test]
async fn instances_need_a_compatible_environment_that_is_there() {
    let rig = rig().await;
    let refused = async |spec: String| {
        let body = json!({"name": "shop", "templateName": "job", "templateMajorVersion": "1", "spec": spec});
        rig.call(Operation::CreateService, body).await.unwrap_err()
    };
    assert_eq!(refused(document(false, &["one"]).replace("prod", "beta")).await.0, "ResourceNotFoundException");
    assert_eq!(refused(document(true, &["one"])).await.0, "ValidationException");
    assert_eq!(refused(document(false, &["one:0"])).await.0, "ValidationException");
    assert_eq!(refused("proton: ServiceSpec\ninstances: {}\n".to_owned()).await.0, "ValidationException");
    rig.register((2, 0), "PUBLISHED").await;
    rig.update(json!({"deploymentType": "MAJOR_VERSION"})).await.unwrap();
    rig.settle().await;
    let (name, message) = refused(document(false, &["one"])).await;
    assert!(name == "ValidationException" && message.contains("vpc:2") && message.contains("job:1.0"), "{message}");
    assert!(rig.dump().await.contains("services (0)"));
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_paged() {
    let rig = created("web", &["one", "two", "three"]).await;
    let listed = async |body: Value| {
        let answer = rig.call(Operation::ListServiceInstances, body).await.unwrap();
        let rows = answer["serviceInstances"].as_array().unwrap();
        let names: Vec<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
        (names.join(" "), answer["nextToken"].clone())
    };
    assert_eq!(listed(json!({})).await, ("one three two".to_owned(), Value::Null));
    assert_eq!(listed(json!({"sortBy": "name", "sortOrder": "DESCENDING"})).await.0, "two three one");
    let filters = json!([{"key": "name", "value": "two"}, {"key": "deploymentStatus", "value": "SUCCEEDED"}]);
    assert_eq!(listed(json!({"filters": filters})).await.0, "two");
    let (first, token) = listed(json!({"maxResults": 2, "sortBy": "name", "sortOrder": "DESCENDING"})).await;
    assert_eq!(first, "two three");
    let rest = json!({"maxResults": 2, "sortBy": "name", "sortOrder": "DESCENDING", "nextToken": token});
    assert_eq!(listed(rest).await, ("one".to_owned(), Value::Null));
    assert_eq!(
        rig.call(Operation::ListServiceInstances, json!({"serviceName": "x"})).await.unwrap_err().0,
        "ResourceNotFoundException"
    );
    let services = rig.call(Operation::ListServices, json!({})).await.unwrap();
    assert_eq!(services["services"][0]["status"], "ACTIVE");
}

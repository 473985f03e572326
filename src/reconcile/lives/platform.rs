//! Environments, services, instances and components together.

use serde_json::{Value, json};

use super::stage::Stage;
use crate::plan::ServiceDocument;
use crate::proton::{DeploymentStatus, ErrorClass, Sensitive};
use crate::runtime::key::Kind::{self, Component, Environment, Instance, Service};

fn instance_spec(size: i64) -> Value {
    json!({"serviceRef": {"name": "shop"}, "environmentRef": {"name": "e"}, "templateMajorVersion": "1", "inputs": {"size": size}})
}

fn component_spec() -> Value {
    json!({"templateFile": "Resources: {}", "manifest": "m", "serviceRef": {"name": "shop"}, "serviceInstanceRef": {"name": "a"}})
}

/// An environment, a service with two instances, in this order of passes.
fn platform(order: usize) -> Stage {
    let mut stage = Stage::new();
    let objects: [(Kind, &'static str, Value); 4] = [
        (Environment, "e", json!({"templateName": "t", "templateMajorVersion": "1"})),
        (Service, "shop", json!({"templateName": "svc", "templateMajorVersion": "1"})),
        (Instance, "a", instance_spec(1)),
        (Instance, "b", instance_spec(1)),
    ];
    for at in 0..4 {
        let (kind, name, spec) = objects[(at + order) % 4].clone();
        stage.create(kind, name, spec);
    }
    stage
}

fn deployed() -> (String, String) {
    ("True".to_owned(), "Deployed".to_owned())
}

fn assert_ready(stage: &Stage) {
    for (kind, name) in &stage.objects {
        assert_eq!(stage.ready(*kind, name), deployed(), "{kind:?} {name}: {}", stage.message(*kind, name));
    }
}

fn count(stage: &Stage, call: &str) -> usize {
    stage.proton.changes().into_iter().filter(|made| *made == call).count()
}

fn size(stage: &Stage, name: &str) -> Value {
    let spec: Sensitive = stage.proton.instance("shop", name).unwrap().spec.unwrap();
    ServiceDocument::parse(spec.as_str()).unwrap().entry(name).unwrap().inputs["size"].clone()
}

#[tokio::test(start_paused = true)]
async fn a_platform_comes_up_in_any_order_and_goes_in_any_order() {
    for order in 0..4 {
        let mut stage = platform(order);
        stage.settle().await;
        assert_ready(&stage);
        assert_eq!(stage.proton.instances("shop"), ["a", "b"], "order {order}");
        assert_eq!((count(&stage, "CreateService"), count(&stage, "CreateEnvironment")), (1, 1));
        assert_eq!(count(&stage, "UpdateServiceInstance"), 0, "nothing is deployed twice: {:?}", stage.proton.changes());
        let (writes, calls) = (stage.writes(), stage.proton.changes().len());
        stage.passes().await;
        assert_eq!((stage.writes(), stage.proton.changes().len()), (writes, calls), "a pass that changes nothing writes nothing");
        for (kind, name) in stage.objects.clone() {
            stage.delete(kind, name);
        }
        stage.settle().await;
        for (kind, name) in stage.objects.clone() {
            assert!(stage.object(kind, name).is_none(), "order {order}: {kind:?} {name} stays: {}", stage.message(kind, name));
        }
        assert!(stage.proton.service("shop").is_none() && stage.proton.environment("e").is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn an_edit_updates_its_instance_alone_and_a_removal_keeps_the_others() {
    let mut stage = platform(0);
    stage.settle().await;
    stage.edit(Instance, "a", |object| object["spec"]["inputs"]["size"] = json!(7));
    stage.settle().await;
    assert_ready(&stage);
    assert_eq!((size(&stage, "a"), size(&stage, "b")), (json!(7), json!(1)));
    assert_eq!(count(&stage, "UpdateServiceInstance"), 1);
    stage.delete(Instance, "b");
    stage.settle().await;
    assert!(stage.object(Instance, "b").is_none());
    assert_eq!(stage.proton.instances("shop"), ["a"]);
    assert_eq!((size(&stage, "a"), count(&stage, "UpdateService")), (json!(7), 1));
}

#[tokio::test(start_paused = true)]
async fn what_came_in_between_a_removal_and_its_reading_is_not_dropped() {
    let mut stage = platform(0);
    stage.settle().await;
    stage.delete(Instance, "b");
    stage.proton.add_before("UpdateService", "shop", "stranger");
    stage.passes().await;
    assert_eq!(count(&stage, "UpdateService"), 2, "one was refused, and the other one followed in the same pass");
    stage.settle().await;
    assert!(stage.object(Instance, "b").is_none());
    assert_eq!(stage.proton.instances("shop"), ["a", "stranger"]);
}

#[tokio::test(start_paused = true)]
async fn what_was_asked_to_go_before_is_not_asked_back() {
    let mut stage = platform(0);
    stage.settle().await;
    stage.proton.strand("shop", "stranded");
    stage.delete(Instance, "b");
    stage.passes().await;
    let document = stage.proton.service("shop").unwrap().spec.unwrap();
    assert_eq!(ServiceDocument::parse(document.as_str()).unwrap().names().into_iter().collect::<Vec<_>>(), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn another_conflict_of_a_removal_is_told_and_tried_again() {
    let mut stage = platform(0);
    stage.settle().await;
    stage.delete(Instance, "b");
    stage.proton.fail_next("UpdateService", ErrorClass::Conflict);
    stage.passes().await;
    assert_eq!(count(&stage, "UpdateService"), 1, "it is not repeated at once");
    assert_eq!(stage.ready(Instance, "b").1, "DeletionBlocked");
    stage.settle().await;
    assert_eq!(stage.proton.instances("shop"), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn retain_survives_and_blocks_the_cascade() {
    let mut stage = platform(0);
    stage.settle().await;
    stage.delete(Service, "shop");
    stage.settle().await;
    assert_eq!(stage.ready(Service, "shop"), ("False".to_owned(), "DeletionBlocked".to_owned()));
    assert!(stage.message(Service, "shop").contains("a, b"), "{}", stage.message(Service, "shop"));
    stage.edit(Instance, "a", |object| object["spec"]["deletionPolicy"] = json!("Retain"));
    stage.delete(Instance, "a");
    stage.delete(Instance, "b");
    stage.settle().await;
    assert!(stage.object(Instance, "a").is_none() && stage.object(Instance, "b").is_none());
    assert_eq!(stage.proton.instances("shop"), ["a"], "the retained one survives");
    assert!(stage.object(Service, "shop").is_some() && stage.message(Service, "shop").contains("stay: a."));
}

#[tokio::test(start_paused = true)]
async fn a_pipeline_s_input_of_others_stays_or_is_drift() {
    let mut stage = platform(0);
    stage.settle().await;
    stage.edit(Instance, "a", |object| object["spec"]["externalInputs"] = json!(["image"]));
    stage.settle().await;
    for name in ["a", "b"] {
        stage.proton.set_input("shop", name, "image", "ci:7");
    }
    stage.settle().await;
    assert_eq!(stage.ready(Instance, "a"), deployed());
    assert_eq!(stage.ready(Instance, "b"), ("True".to_owned(), "DriftDetected".to_owned()));
    stage.edit(Instance, "a", |object| object["spec"]["inputs"]["size"] = json!(2));
    stage.edit(Instance, "b", |object| object["spec"]["driftPolicy"] = json!("Correct"));
    stage.settle().await;
    let entry = |name: &str| {
        let spec = stage.proton.instance("shop", name).unwrap().spec.unwrap();
        Value::Object(ServiceDocument::parse(spec.as_str()).unwrap().entry(name).unwrap().inputs.clone())
    };
    assert_eq!(entry("a"), json!({"size": 2, "image": "ci:7"}));
    assert_eq!(entry("b"), json!({"size": 1}));
}

#[tokio::test(start_paused = true)]
async fn a_component_attaches_redeploys_its_instance_and_leaves_in_order() {
    let mut stage = platform(0);
    stage.create(Component, "c", component_spec());
    stage.settle().await;
    assert_ready(&stage);
    assert_eq!(
        (count(&stage, "CreateComponent"), count(&stage, "UpdateServiceInstance")),
        (1, 1),
        "{:?}",
        stage.proton.changes()
    );
    stage.edit(Component, "c", |object| object["spec"]["serviceInstanceRef"] = json!({"name": "b"}));
    stage.settle().await;
    assert_ready(&stage);
    assert_eq!(stage.proton.component("c").unwrap().service_instance_name.as_deref(), Some("b"));
    assert_eq!(count(&stage, "UpdateComponent"), 2, "detach, then attach: {:?}", stage.proton.changes());
    stage.delete(Component, "c");
    stage.settle().await;
    assert!(stage.object(Component, "c").is_none(), "{}", stage.message(Component, "c"));
    let changes = stage.proton.changes();
    let last: Vec<_> = changes.iter().rev().take(3).rev().copied().collect();
    assert_eq!(last, ["UpdateComponent", "UpdateServiceInstance", "DeleteComponent"], "{changes:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pipeline_waits_for_the_first_instance_and_follows_the_set_once() {
    let mut stage = Stage::new();
    stage.proton.with_pipeline();
    stage.create(Environment, "e", json!({"templateName": "t", "templateMajorVersion": "1"}));
    stage.create(
        Service,
        "shop",
        json!({"templateName": "svc", "templateMajorVersion": "1", "pipeline": {"inputs": {"branch": "main"}}}),
    );
    stage.settle().await;
    assert_eq!(stage.ready(Service, "shop"), ("False".to_owned(), "WaitingForInstances".to_owned()));
    stage.create(Instance, "a", instance_spec(1));
    stage.settle().await;
    assert_ready(&stage);
    stage.create(Instance, "b", instance_spec(1));
    stage.create(Instance, "d", instance_spec(1));
    stage.settle().await;
    assert_ready(&stage);
    assert_eq!(count(&stage, "UpdateServicePipeline"), 1, "{:?}", stage.proton.changes());
    let pipeline = stage.proton.service("shop").unwrap().pipeline.unwrap();
    assert_eq!(pipeline.deployment_status, DeploymentStatus::Succeeded);
    let document = ServiceDocument::parse(pipeline.spec.unwrap().as_str()).unwrap();
    assert_eq!(document.names().into_iter().collect::<Vec<_>>(), ["a", "b", "d"]);
    assert_eq!(document.pipeline.unwrap()["branch"], json!("main"));
}

#[tokio::test(start_paused = true)]
async fn a_ref_says_what_it_waits_for() {
    let mut stage = Stage::new();
    stage.create(Instance, "a", instance_spec(1));
    stage.create(Component, "c", component_spec());
    stage.settle().await;
    assert_eq!(stage.ready(Instance, "a"), ("False".to_owned(), "WaitingForDependency".to_owned()));
    assert!(stage.message(Instance, "a").contains("ProtonService shop does not exist"), "{}", stage.message(Instance, "a"));
    assert_eq!(stage.ready(Component, "c").1, "WaitingForDependency");
    stage.delete(Instance, "a");
    stage.settle().await;
    assert!(stage.object(Instance, "a").is_none());
    assert!(stage.proton.changes().is_empty());
}

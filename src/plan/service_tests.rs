//! Tables of the decision for this kind.

use rstest::rstest;
use serde_json::json;

use super::*;
use crate::plan::fixture::{at, tags};

fn wish(deleting: bool) -> ServiceWish {
    let object: ProtonService = serde_json::from_value(json!({
        "apiVersion": "proton-operator.dev/v1alpha1",
        "kind": "ProtonService",
        "metadata": {"name": "shop", "namespace": "ns", "uid": "u", "generation": 1, "finalizers": [crate::api::annotation::FINALIZER],
            "deletionTimestamp": deleting.then_some("2026-01-01T00:00:00Z")},
        "spec": {"templateName": "svc", "templateMajorVersion": "1", "pipeline": {"inputs": {"branch": "main"}}},
    }))
    .unwrap();
    ServiceWish::of(&object, "default", Vec::new())
}

fn known(name: &str, ready: bool, goes: bool) -> KnownInstance {
    let entry = Entry { name: name.into(), environment: "e".into(), inputs: serde_json::Map::new() };
    KnownInstance { entry, owner: format!("default/ns/{name}"), ready, goes }
}

fn row(name: &str, status: DeploymentStatus) -> InstanceSummary {
    InstanceSummary {
        name: name.into(),
        service_name: "shop".into(),
        environment_name: "e".into(),
        arn: name.into(),
        deployment_status: status,
        last_attempted_deployment_id: None,
        last_succeeded_deployment_id: None,
    }
}

fn remote(word: &str, names: &[&str]) -> ServiceView {
    let instances = names.iter().map(|name| known(name, true, false).entry).collect();
    let pipeline = Some(json!({"branch": "main"}).as_object().unwrap().clone());
    let spec = ServiceDocument { pipeline, instances }.compose();
    ServiceView {
        name: "shop".into(),
        arn: "arn:shop".into(),
        description: None,
        template_name: "svc".into(),
        created_at: at(0),
        status: word.into(),
        status_message: None,
        spec: Some(spec.as_str().into()),
        pipeline: Some(PipelineView {
            arn: "arn:pipeline".into(),
            last_deployment_attempted_at: Some(at(0)),
            last_deployment_succeeded_at: Some(at(0)),
            template_major_version: Some("1".into()),
            template_minor_version: Some("0".into()),
            deployment_status: DeploymentStatus::Succeeded,
            deployment_status_message: None,
            spec: Some(spec.as_str().into()),
            last_attempted_deployment_id: Some("d1".into()),
            last_succeeded_deployment_id: Some("d1".into()),
        }),
    }
}

fn seen(service: Option<ServiceView>, wish: &ServiceWish, instances: Vec<InstanceSummary>) -> ServiceSeen {
    let environment = service.as_ref().map(|service| view(service, wish));
    let core = Observed { tags: tags(environment.as_ref().map(|_| "default/ns/shop")), environment, ..Observed::absent(at(0)) };
    ServiceSeen { core, service, has_pipeline: true, instances }
}

fn reason(decision: &Decision) -> Option<Reason> {
    decision.status.conditions.reason(ConditionType::Ready)
}

#[test]
fn it_is_created_with_every_ready_instance_and_notes_them_first() {
    let mut wish = wish(false);
    assert_eq!(reason(&plan(&wish, &seen(None, &wish, vec![]), &Memory::default())), Some(Reason::WaitingForInstances));
    wish.known = vec![known("a", true, false), known("b", false, false)];
    let seen = seen(None, &wish, vec![]);
    let decision = plan(&wish, &seen, &Memory::default());
    let Act::Create(request) = &decision.act else { panic!("{:?}", decision.act) };
    let made = &decision.status.service.created;
    assert_eq!(made, &[CreatedInstance { name: "a".into(), owner: "default/ns/a".into() }]);
    let sent = ServiceDocument::parse(create(request, &wish, &seen, made).spec.as_str()).unwrap();
    assert_eq!(sent.names().into_iter().collect::<Vec<_>>(), ["a"]);
    assert_eq!(sent.pipeline, Some(json!({"branch": "main"}).as_object().unwrap().clone()));
}

#[rstest]
#[case::the_same_set(&["a"], DeploymentStatus::Succeeded, false)]
#[case::another_set(&["a", "b"], DeploymentStatus::Succeeded, true)]
#[case::not_calm(&["a", "b"], DeploymentStatus::InProgress, false)]
#[case::one_left(&[], DeploymentStatus::Succeeded, true)]
fn the_pipeline_follows_the_set_when_it_is_calm(#[case] names: &[&str], #[case] status: DeploymentStatus, #[case] deploys: bool) {
    let wish = wish(false);
    let rows = names.iter().map(|name| row(name, status.clone())).collect();
    let decision = plan(&wish, &seen(Some(remote("ACTIVE", &["a"])), &wish, rows), &Memory::default());
    assert_eq!(matches!(decision.act, Act::Update { .. }), deploys, "{:?}", decision.act);
}

#[rstest]
#[case::nobody_s(vec![], Some("a"))]
#[case::staying(vec![known("a", false, false)], Some("a"))]
#[case::going(vec![known("a", false, true)], None)]
fn a_service_goes_only_with_all_its_instances(#[case] instances: Vec<KnownInstance>, #[case] named: Option<&str>) {
    let wish = ServiceWish { known: instances, ..wish(true) };
    let rows = vec![row("a", DeploymentStatus::Succeeded)];
    let decision = plan(&wish, &seen(Some(remote("ACTIVE", &["a"])), &wish, rows), &Memory::default());
    assert_eq!(matches!(decision.act, Act::Delete { .. }), named.is_none());
    assert_eq!(reason(&decision) == Some(Reason::DeletionBlocked), named.is_some());
}

#[rstest]
#[case("CREATE_IN_PROGRESS", DeploymentStatus::InProgress)]
#[case("UPDATE_FAILED_CLEANUP_IN_PROGRESS", DeploymentStatus::InProgress)]
#[case("CREATE_FAILED", DeploymentStatus::Failed)]
#[case("ACTIVE", DeploymentStatus::Succeeded)]
#[case("UPDATE_COMPLETE_CLEANUP_FAILED", DeploymentStatus::Succeeded)]
#[case("DELETE_IN_PROGRESS", DeploymentStatus::DeleteInProgress)]
#[case("DELETE_FAILED", DeploymentStatus::DeleteFailed)]
fn one_status_for_both(#[case] word: &str, #[case] expected: DeploymentStatus) {
    assert_eq!(status(&remote(word, &[])), expected);
}

#[rstest]
#[case::at_rest(DeploymentStatus::Succeeded, true)]
#[case::going_already(DeploymentStatus::DeleteInProgress, true)]
#[case::deploying(DeploymentStatus::InProgress, false)]
fn deployments_of_instances_end_before_the_service_goes(#[case] status: DeploymentStatus, #[case] goes: bool) {
    let wish = ServiceWish { known: vec![known("a", false, true)], ..wish(true) };
    let decision = plan(&wish, &seen(Some(remote("ACTIVE", &["a"])), &wish, vec![row("a", status)]), &Memory::default());
    assert_eq!(matches!(decision.act, Act::Delete { .. }), goes);
    assert_eq!(reason(&decision), Some(Reason::Deleting));
}

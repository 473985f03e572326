//! The table of a failed creation.

use rstest::rstest;
use serde_json::json;

use super::*;
use crate::api::{ConditionType, Conditions, ProtonService};
use crate::plan::fixture::{at, tags};
use crate::plan::observed::Observed;
use crate::plan::service::ServiceWish;
use crate::proton::DeploymentStatus::{Failed, InProgress, Succeeded};
use crate::proton::{InstanceSummary, PipelineView};

fn wish(changes: serde_json::Value) -> ServiceWish {
    let mut object = json!({
        "apiVersion": "proton-operator.dev/v1alpha1",
        "kind": "ProtonService",
        "metadata": {"name": "shop", "namespace": "ns", "uid": "u", "generation": 1, "finalizers": [crate::api::annotation::FINALIZER]},
        "spec": {"templateName": "svc", "templateMajorVersion": "1"},
    });
    for (name, value) in changes.as_object().unwrap() {
        object["spec"][name] = value.clone();
    }
    let object: ProtonService = serde_json::from_value(object).unwrap();
    ServiceWish::of(&object, "default", Vec::new())
}

fn instance(status: DeploymentStatus) -> InstanceSummary {
    InstanceSummary {
        name: "front".into(),
        service_name: "shop".into(),
        environment_name: "e".into(),
        arn: "arn:front".into(),
        deployment_status: status,
        last_attempted_deployment_id: None,
        last_succeeded_deployment_id: None,
    }
}

fn pipeline(status: DeploymentStatus, attempted: Option<&str>) -> PipelineView {
    PipelineView {
        arn: "arn:pipeline".into(),
        last_deployment_attempted_at: None,
        last_deployment_succeeded_at: None,
        template_major_version: None,
        template_minor_version: None,
        deployment_status: status,
        deployment_status_message: None,
        spec: None,
        last_attempted_deployment_id: attempted.map(Into::into),
        last_succeeded_deployment_id: None,
    }
}

fn seen(wish: &ServiceWish, word: &str, instance_status: DeploymentStatus, pipeline: Option<PipelineView>) -> ServiceSeen {
    let document = "proton: ServiceSpec\npipeline: {}\ninstances: [{name: front, environment: e}]\n";
    let service = ServiceView {
        name: "shop".into(),
        arn: "arn:shop".into(),
        description: None,
        template_name: "svc".into(),
        created_at: at(0),
        status: word.into(),
        status_message: None,
        spec: Some(document.into()),
        pipeline,
    };
    let environment = Some(service::view(&service, wish));
    let core = Observed { tags: tags(Some("default/ns/shop")), environment, ..Observed::absent(at(0)) };
    let has_pipeline = service.pipeline.is_some();
    ServiceSeen { core, service: Some(service), has_pipeline, instances: vec![instance(instance_status)] }
}

fn reason(decision: &Decision) -> Option<Reason> {
    decision.status.conditions.reason(ConditionType::Ready)
}

#[rstest]
#[case::an_instance_runs(InProgress, None, Reason::Deploying)]
#[case::the_pipeline_runs(Failed, Some(pipeline(InProgress, Some("d"))), Reason::Deploying)]
#[case::an_instance_failed(Failed, Some(pipeline(Failed, None)), Reason::DeploymentFailed)]
#[case::an_instance_failed_without_a_pipeline(Failed, None, Reason::DeploymentFailed)]
fn nothing_is_sent_before_all_instances_are_deployed(
    #[case] instance: DeploymentStatus,
    #[case] pipeline: Option<PipelineView>,
    #[case] expected: Reason,
) {
    let wish = wish(json!({}));
    let decision = service::plan(&wish, &seen(&wish, "CREATE_FAILED", instance, pipeline), &Memory::default());
    assert_eq!((reason(&decision), &decision.act), (Some(expected), &Act::None));
    let message = &decision.status.conditions.of(ConditionType::Ready).unwrap().message;
    assert!(expected == Reason::Deploying || message.contains("front"), "{message}");
}

#[rstest]
#[case::without_a_pipeline(None)]
#[case::refused_pipeline(Some(pipeline(Failed, None)))]
#[case::pipeline_that_someone_deployed(Some(pipeline(Succeeded, Some("d"))))]
fn a_repaired_service_is_completed(#[case] pipeline: Option<PipelineView>) {
    let wish = wish(json!({}));
    let decision = service::plan(&wish, &seen(&wish, "CREATE_FAILED", Succeeded, pipeline), &Memory::default());
    let Act::Update { ordinal: NO_ATTEMPT, request } = &decision.act else { panic!("{:?}", decision.act) };
    assert_eq!(decision.status.target.attempt, None);
    let current =
        ServiceDocument::parse("proton: ServiceSpec\npipeline: {a: 1}\ninstances: [{name: front, environment: e}]\n").unwrap();
    assert_eq!(ServiceDocument::parse(complete(request, &current).spec.unwrap().as_str()), Ok(current));
}

#[rstest]
#[case::own_failure(json!({}), "CREATE_FAILED", Some(pipeline(Failed, Some("d"))))]
#[case::suspended(json!({"suspend": true}), "CREATE_FAILED", None)]
#[case::active(json!({}), "ACTIVE", None)]
fn the_rest_is_for_the_plan_of_any_target(
    #[case] spec: serde_json::Value,
    #[case] word: &str,
    #[case] pipeline: Option<PipelineView>,
) {
    let wish = wish(spec);
    let seen = seen(&wish, word, Succeeded, pipeline);
    assert_eq!(plan(&wish.core, &seen, &Memory::default()), None);
}

#[test]
fn a_section_for_no_pipeline_is_refused_once_it_is_known() {
    let wish = wish(json!({"pipeline": {"inputs": {"a": 1}}}));
    for (word, expected) in [("ACTIVE", true), ("UPDATE_IN_PROGRESS", false)] {
        let decision = service::plan(&wish, &seen(&wish, word, Succeeded, None), &Memory::default());
        assert_eq!(reason(&decision) == Some(Reason::InvalidSpec), expected, "{word}: {:?}", reason(&decision));
        assert!(!matches!(decision.act, Act::Update { .. }), "{:?}", decision.act);
    }
    let absent = ServiceSeen { core: Observed::absent(at(0)), service: None, has_pipeline: false, instances: Vec::new() };
    let decision = service::plan(&wish, &absent, &Memory::default());
    assert_eq!((reason(&decision), &decision.act), (Some(Reason::InvalidSpec), &Act::None));
}

//! Tables of the decision for this kind.

use rstest::rstest;

use super::*;
use crate::plan::fixture::{at, tags};
use crate::proton::{DeploymentStatus, EnvironmentState};

fn wish(attached: Option<&str>, deleting: bool) -> ComponentWish {
    let object: Component = serde_json::from_value(json!({
        "apiVersion": "proton-operator.dev/v1alpha1",
        "kind": "Component",
        "metadata": {"name": "c", "namespace": "ns", "uid": "u", "generation": 1, "finalizers": [crate::api::annotation::FINALIZER],
            "deletionTimestamp": deleting.then_some("2026-01-01T00:00:00Z")},
        "spec": {"templateFile": "F", "manifest": "M", "environmentName": "e"},
    }))
    .unwrap();
    let attached = attached.map(|name| (Dependency::named("shop"), Dependency::named(name)));
    ComponentWish::of(&object, "default", attached, Some(Dependency::named("e")))
}

fn remote(attached: Option<&str>) -> ComponentView {
    ComponentView {
        name: "c".into(),
        arn: "arn:c".into(),
        description: None,
        environment_name: "e".into(),
        service_name: attached.map(|_| "shop".into()),
        service_instance_name: attached.map(Into::into),
        created_at: at(0),
        last_deployment_attempted_at: Some(at(0)),
        last_deployment_succeeded_at: Some(at(0)),
        deployment_status: DeploymentStatus::Succeeded,
        deployment_status_message: None,
        service_spec: None,
        last_attempted_deployment_id: Some("d1".into()),
        last_succeeded_deployment_id: Some("d1".into()),
    }
}

fn seen(component: &ComponentView) -> ComponentSeen {
    let state = json!({"templateFile": "F", "serviceName": component.service_name, "serviceInstanceName": component.service_instance_name});
    let target = EnvironmentState {
        spec: Some(state.to_string().into()),
        template_name: String::new(),
        template_major_version: String::new(),
        template_minor_version: String::new(),
    };
    let deployed = crate::plan::fixture::deployment("d1", DeploymentStatus::Succeeded, &target);
    let environment = Some(view(component, Some(&deployed)));
    let core = Observed { tags: tags(Some("default/ns/c")), environment, ..Observed::absent(at(0)) };
    let place = Some(component.environment_name.clone());
    ComponentSeen { core, attached: attached(component), place, still_used_by: None }
}

/// What UpdateComponent would say about the attachment; `None` without an update.
fn sent(wish: &ComponentWish, seen: &ComponentSeen) -> Option<Option<Attachment>> {
    match &plan(wish, seen, &Memory::default()).act {
        Act::Update { request, .. } => Some(update(request, seen, None).attached_to),
        _ => None,
    }
}

#[rstest]
#[case::same(Some("a"), Some("a"), None)]
#[case::alone(None, None, None)]
#[case::attach(None, Some("a"), Some(Some(("shop", "a"))))]
#[case::detach(Some("a"), None, Some(Some(("", ""))))]
#[case::moved(Some("a"), Some("b"), Some(Some(("", ""))))]
fn one_step_towards_the_wanted_attachment(
    #[case] is: Option<&str>,
    #[case] wanted: Option<&str>,
    #[case] says: Option<Option<(&str, &str)>>,
) {
    let says = says.map(|says| says.map(|(service, instance)| (service.to_owned(), instance.to_owned())));
    assert_eq!(sent(&wish(wanted, false), &seen(&remote(is))), says);
}

#[test]
fn a_component_without_versions_shows_none() {
    let decision = plan(&wish(None, false), &seen(&remote(None)), &Memory::default());
    assert_eq!((decision.status.version, decision.status.target.template_major_version), (None, None));
    let ready = decision.status.conditions.first().unwrap();
    assert_eq!((ready.reason.as_str(), ready.message.as_str()), ("Deployed", "The wanted state is deployed (deployment d1)."));
}

#[test]
fn it_leaves_step_by_step() {
    let wish = wish(Some("a"), true);
    assert_eq!(sent(&wish, &seen(&remote(Some("a")))), Some(Some((String::new(), String::new()))));
    let mut detached = seen(&remote(None));
    detached.still_used_by = Some("a".into());
    let waits = plan(&wish, &detached, &Memory::default());
    assert_eq!(waits.act, Act::None);
    assert!(waits.status.conditions.first().unwrap().message.contains("ServiceInstance a still uses"));
    detached.still_used_by = None;
    assert!(matches!(plan(&wish, &detached, &Memory::default()).act, Act::Delete { .. }));
}

#[test]
fn a_component_in_another_environment_stays_where_it_is() {
    let mut seen = seen(&remote(None));
    seen.place = Some("other".to_owned());
    let decision = plan(&wish(None, false), &seen, &Memory::default());
    let reason = crate::api::Conditions::reason(&decision.status.conditions, crate::api::ConditionType::Ready);
    assert_eq!((reason, &decision.act), (Some(Reason::NotChangeable), &Act::None));
}

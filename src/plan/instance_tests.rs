//! Tables of the decision for this kind.

use rstest::rstest;
use serde_json::json;

use super::*;
use crate::api::{ConditionType, Conditions};
use crate::plan::fixture::{at, tags};
use crate::proton::InstanceView;

fn wish(environment: Dependency) -> InstanceWish {
    let object: ServiceInstance = serde_json::from_value(json!({
        "apiVersion": "proton-operator.dev/v1alpha1",
        "kind": "ServiceInstance",
        "metadata": {"name": "a", "namespace": "ns", "uid": "u", "generation": 1, "finalizers": [crate::api::annotation::FINALIZER]},
        "spec": {"serviceName": "shop", "environmentRef": {"name": "e"}, "templateMajorVersion": "1", "inputs": {"size": 1}},
    }))
    .unwrap();
    InstanceWish::of(&object, "default", Dependency::named("shop"), environment)
}

fn service(word: &str) -> ServiceView {
    ServiceView {
        name: "shop".into(),
        arn: "arn:shop".into(),
        description: None,
        template_name: "svc".into(),
        created_at: at(0),
        status: word.into(),
        status_message: None,
        spec: Some(
            "proton: ServiceSpec\npipeline: {branch: main}\ninstances: [{name: b, environment: f, spec: {size: 9}}]".into(),
        ),
        pipeline: None,
    }
}

fn remote(status: DeploymentStatus) -> InstanceView {
    InstanceView {
        name: "a".into(),
        arn: "arn:a".into(),
        service_name: "shop".into(),
        environment_name: "e".into(),
        created_at: at(0),
        last_deployment_attempted_at: Some(at(0)),
        last_deployment_succeeded_at: Some(at(0)),
        template_name: "svc".into(),
        template_major_version: Some("1".into()),
        template_minor_version: Some("0".into()),
        deployment_status: status,
        deployment_status_message: None,
        spec: Some("proton: ServiceSpec\ninstances: [{name: b, environment: f, spec: {size: 9}}, {name: a, environment: e, spec: {size: 1}}]".into()),
        last_attempted_deployment_id: Some("d1".into()),
        last_succeeded_deployment_id: Some("d1".into()),
    }
}

fn seen(service: Option<ServiceView>, instance: Option<InstanceView>) -> InstanceSeen {
    let environment = instance.as_ref().map(view);
    let core = Observed { tags: tags(environment.as_ref().map(|_| "default/ns/a")), environment, ..Observed::absent(at(0)) };
    let place = instance.map(|view| view.environment_name);
    InstanceSeen {
        core,
        service,
        place,
        made_for_us: false,
        used: None,
        components: None,
        environment: None,
        service_goes: false,
    }
}

#[rstest]
#[case::no_service(None, None, Some("Service shop does not exist remotely"))]
#[case::busy(Some("UPDATE_IN_PROGRESS"), None, Some("Service shop is UPDATE_IN_PROGRESS"))]
#[case::environment(Some("ACTIVE"), Some("ProtonEnvironment e is not Ready yet."), Some("ProtonEnvironment e"))]
#[case::all_there(Some("ACTIVE"), None, None)]
fn it_waits_and_says_for_what(#[case] word: Option<&str>, #[case] environment: Option<&str>, #[case] says: Option<&str>) {
    let wish = wish(Dependency { name: "e".into(), waits: environment.map(Into::into) });
    let decision = plan(&wish, &seen(word.map(service), None), &Memory::default());
    let ready = decision.status.conditions.of(ConditionType::Ready).unwrap();
    assert_eq!(matches!(decision.act, Act::Create(_)), says.is_none(), "{:?}", decision.act);
    assert!(says.is_none_or(|says| ready.message.contains(says) && ready.reason == "WaitingForDependency"), "{}", ready.message);
}

#[test]
fn what_is_sent_holds_its_own_entry_alone() {
    let wish = wish(Dependency::named("e"));
    let decision = plan(&wish, &seen(Some(service("ACTIVE")), None), &Memory::default());
    let Act::Create(request) = &decision.act else { panic!("{:?}", decision.act) };
    let document = ServiceDocument::parse(service("ACTIVE").spec.unwrap().as_str()).unwrap();
    let sent = create(request, &wish, &document, Some("t".into()));
    assert_eq!(
        sent.spec.as_str(),
        "proton: ServiceSpec\npipeline: {\"branch\":\"main\"}\ninstances:\n  - name: \"a\"\n    environment: \"e\"\n    spec: {\"size\":1}\n"
    );
    assert_eq!((sent.service_name.as_str(), sent.tags.len(), sent.client_token.as_deref()), ("shop", 1, Some("t")));
}

#[test]
fn only_its_own_entry_counts() {
    let wish = wish(Dependency::named("e"));
    let decision = plan(&wish, &seen(Some(service("ACTIVE")), Some(remote(DeploymentStatus::Succeeded))), &Memory::default());
    assert_eq!(decision.act, Act::None);
    assert!(decision.status.conditions.is_true(ConditionType::Ready));
}

#[rstest]
#[case::same(&["c1"], &["c1"], DeploymentStatus::Succeeded, false)]
#[case::newer(&["c1"], &["c2"], DeploymentStatus::Succeeded, true)]
#[case::attached(&[], &["c1"], DeploymentStatus::Succeeded, true)]
#[case::detached(&["c1"], &[], DeploymentStatus::Succeeded, true)]
#[case::failed(&["c1"], &["c2"], DeploymentStatus::Failed, false)]
fn newer_outputs_deploy_again(
    #[case] used: &[&str],
    #[case] now: &[&str],
    #[case] status: DeploymentStatus,
    #[case] deploys: bool,
) {
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let seen = InstanceSeen {
        used: Some(UsedDeployments { components: ids(used), ..UsedDeployments::default() }),
        components: Some(ids(now)),
        ..seen(Some(service("ACTIVE")), Some(remote(status)))
    };
    assert_eq!(outdated(&wish(Dependency::named("e")), &seen), deploys);
}

#[test]
fn an_instance_that_our_service_made_is_marked_first() {
    let wish = wish(Dependency::named("e"));
    let mut seen = seen(Some(service("CREATE_IN_PROGRESS")), Some(remote(DeploymentStatus::InProgress)));
    seen.core.tags.clear();
    let stranger = plan(&wish, &seen, &Memory::default());
    assert_eq!(stranger.status.conditions.reason(ConditionType::Ready), Some(Reason::AlreadyExists));
    seen.made_for_us = true;
    let decision = plan(&wish, &seen, &Memory::default());
    assert_eq!(decision.act, Act::Tag { arn: "arn:a".into(), tags: vec![ownership::owner_tag(&wish.core)] });
    assert_eq!(decision.status.target.attempt.map(|attempt| attempt.operation), Some(Operation::Create));
}

#[test]
fn another_environment_is_neither_sent_nor_called_done() {
    let seen = seen(Some(service("ACTIVE")), Some(remote(DeploymentStatus::Succeeded)));
    let decision = plan(&wish(Dependency::named("other")), &seen, &Memory::default());
    let ready = decision.status.conditions.of(ConditionType::Ready).unwrap();
    assert_eq!((ready.reason.as_str(), &decision.act), ("NotChangeable", &Act::None));
    assert!(ready.message.contains("is in environment e and the spec names other"), "{}", ready.message);
    let guess =
        Dependency { name: "other".into(), waits: Some("ProtonEnvironment other does not exist in this namespace.".into()) };
    let decision = plan(&wish(guess), &seen, &Memory::default());
    assert_ne!(decision.status.conditions.reason(ConditionType::Ready), Some(Reason::NotChangeable));
}

#[test]
fn a_whole_document_is_no_instance_s_spec() {
    let mut object: ServiceInstance = serde_json::from_value(json!({
        "apiVersion": "proton-operator.dev/v1alpha1", "kind": "ServiceInstance", "metadata": {"name": "a"},
        "spec": {"serviceName": "s", "environmentName": "e", "templateMajorVersion": "1", "specYaml": "size: 1"},
    }))
    .unwrap();
    assert!(inputs(&object).is_ok());
    object.spec.spec_yaml = Some(crate::api::Sensitive("proton: ServiceSpec\ninstances: []".to_owned()));
    assert!(inputs(&object).unwrap_err().contains("own `spec:`"));
}

#[rstest]
#[case::alone(false, None, true)]
#[case::with_its_service(true, None, false)]
#[case::retained(true, Some(DeletionPolicy::Retain), true)]
fn it_goes_along_with_its_service(#[case] service_goes: bool, #[case] policy: Option<DeletionPolicy>, #[case] acts: bool) {
    let mut wish = wish(Dependency::named("e"));
    (wish.core.deleting, wish.core.policy.deletion) = (true, policy);
    let seen = InstanceSeen { service_goes, ..seen(Some(service("ACTIVE")), Some(remote(DeploymentStatus::Succeeded))) };
    let decision = plan(&wish, &seen, &Memory::default());
    assert_eq!(decision.act.is_remote(), acts, "{:?}", decision.act);
}

#[test]
fn a_retained_instance_that_our_service_made_is_let_go_once() {
    let mut wish = wish(Dependency::named("e"));
    (wish.core.deleting, wish.core.policy.deletion) = (true, Some(DeletionPolicy::Retain));
    let mut seen = seen(Some(service("ACTIVE")), Some(remote(DeploymentStatus::Succeeded)));
    seen.made_for_us = true;
    assert!(matches!(plan(&wish, &seen, &Memory::default()).act, Act::Untag { .. }));
    seen.core.tags.clear();
    assert_eq!(plan(&wish, &seen, &Memory::default()).act, Act::RemoveFinalizer);
}

//! Objects in every state, made by the plans, for the tests of what GitOps tools make of them: `tests/gitops/fixtures`, one file for each kind.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::properties::after;
use super::scene::{Change, Choice, KINDS, Scene, Who};
use super::{reason, scenes, states};
use crate::api::service::ProtonServiceStatus;
use crate::api::{AdoptionPolicy, ConditionType, Conditions, Operation, Reason, ResourceStatus};
use crate::plan::fixture::{at, tags};
use crate::plan::{Decision, Failure, TargetKind, blocked, observation_failed};
use crate::proton::DeploymentStatus::{self, DeleteFailed, DeleteInProgress, Failed, InProgress, Succeeded};
use crate::proton::ErrorClass;

fn kind_of(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Environment => "ProtonEnvironment",
        TargetKind::Instance => "ServiceInstance",
        TargetKind::Service => "ProtonService",
        TargetKind::Component => "Component",
    }
}

fn scene(kind: TargetKind, status: DeploymentStatus, change: Change) -> Scene {
    Scene::new(kind, Some(status), Who::Us, change, Choice::Defaults)
}

/// A scene and what makes it special.
fn special(kind: TargetKind, status: DeploymentStatus, change: Change, how: impl Fn(&mut Scene)) -> Scene {
    let mut scene = scene(kind, status, change);
    how(&mut scene);
    scene
}

fn operation(scene: &mut Scene, operation: Operation) {
    let attempt = scene.memory.status.target.attempt.as_mut().unwrap();
    (attempt.operation, attempt.retries) = (operation, 3);
}

/// States that the cross product does not reach: rare ones, each by its own way.
fn rare(kind: TargetKind) -> Vec<Scene> {
    use Change::{Deleted, Nothing};
    let make = |status, change, how: &dyn Fn(&mut Scene)| special(kind, status, change, how);
    let elsewhere: &dyn Fn(&mut Scene) = &|scene| scene.memory.status.target.arn = Some("arn:aws:proton:another".into());
    let late: &dyn Fn(&mut Scene) = &|scene| scene.seen.now = at(7300);
    let blocked = scene(kind, Succeeded, Deleted);
    let refused = Failure { class: ErrorClass::Validation, message: "something still needs it".into() };
    let mut all = vec![
        make(Succeeded, Nothing, &|scene| scene.seen.tags = tags(Some("another/ns/e"))),
        make(Succeeded, Nothing, &|scene| scene.seen.tags = tags(None)),
        make(Succeeded, Nothing, &|scene| {
            scene.seen.tags = tags(None);
            scene.core.policy.adoption = AdoptionPolicy::Adopt;
        }),
        make(Succeeded, Nothing, elsewhere),
        make(Succeeded, Deleted, elsewhere),
        make(InProgress, Nothing, late),
        make(DeleteInProgress, Deleted, &|scene| {
            operation(scene, Operation::Delete);
            late(scene);
        }),
        make(Failed, Nothing, &|scene| {
            operation(scene, Operation::Update);
            scene.core.policy.on_failure = crate::api::OnFailure::Retry;
        }),
        make(InProgress, Nothing, &|scene| operation(scene, Operation::Rollback)),
        make(Succeeded, Nothing, &|scene| operation(scene, Operation::Rollback)),
        make(Failed, Nothing, &|scene| operation(scene, Operation::Rollback)),
        make(DeleteFailed, Deleted, &|scene| operation(scene, Operation::Delete)),
        make(Succeeded, Nothing, &|scene| {
            let view = scene.seen.environment.as_mut().unwrap();
            states::show(view, &states::state(kind, 9));
        }),
        make(Succeeded, Nothing, &|scene| scene.core.inputs = Err("inputs are broken".into())),
        make(Succeeded, Nothing, &|scene| match kind {
            TargetKind::Environment | TargetKind::Service => scene.core.template_major_version = "0".into(),
            TargetKind::Instance | TargetKind::Component => scene.place = "another".into(),
        }),
        after(&blocked, &blocked.decide(), Err(refused)),
    ];
    let mut waiting = Scene::new(kind, None, Who::Unknown, Nothing, Choice::Defaults);
    waiting.waits = Some("ProtonEnvironment e is not Ready yet.".into());
    all.push(waiting);
    all
}

/// What is recorded where the remote side cannot be seen: for an object that was Ready, and for one that was not.
fn unseen(kind: TargetKind) -> Vec<Decision> {
    let mut all = Vec::new();
    for status in [Succeeded, InProgress] {
        let scene = scene(kind, status, Change::Nothing);
        let settled = after(&scene, &scene.decide(), Ok(()));
        for class in ErrorClass::ALL {
            let failure = Failure { class, message: "what the API said".into() };
            all.push(observation_failed(&settled.core, &settled.memory, &failure, at(10)));
        }
        all.push(blocked(&settled.core, &settled.memory, Reason::ConnectionInvalid, "Secret proton has no endpoint.", at(10)));
    }
    all
}

fn name(decision: &Decision, deleting: bool) -> String {
    let (reason, ready) = (reason(decision), decision.status.conditions.is_true(ConditionType::Ready));
    match reason {
        _ if deleting => format!("{reason}, deleting"),
        "Deployed" | "Observed" => reason.to_owned(),
        _ if ready => format!("{reason}, Ready"),
        _ => reason.to_owned(),
    }
}

/// An object as a client reads it, with the members of its status that health depends on.
fn object(kind: TargetKind, deleting: bool, status: &Value) -> Value {
    let mut metadata = json!({"name": "e", "namespace": "ns", "generation": 2});
    if deleting {
        metadata["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
    }
    json!({"apiVersion": "proton-operator.dev/v1alpha1", "kind": kind_of(kind), "metadata": metadata, "spec": {}, "status": status})
}

fn shown(kind: TargetKind, status: &ResourceStatus) -> Value {
    let whole = match kind {
        TargetKind::Service => serde_json::to_value(ProtonServiceStatus::from(status.clone())),
        _ => serde_json::to_value(status),
    };
    let whole = whole.unwrap();
    json!({"observedGeneration": whole["observedGeneration"], "conditions": whole["conditions"]})
}

fn objects(kind: TargetKind) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::from([("no status".to_owned(), object(kind, false, &json!({"observedGeneration": -1})))]);
    let mut add = |decision: &Decision, deleting: bool| {
        let object = object(kind, deleting, &shown(kind, &decision.status));
        all.entry(name(decision, deleting)).or_insert(object);
    };
    let telling = [Choice::Defaults, Choice::Retry, Choice::Suspend, Choice::None, Choice::Observe];
    let reached = scenes().filter(|scene| scene.core.resource == kind && telling.contains(&scene.choice));
    for scene in reached.chain(rare(kind)) {
        add(&scene.decide(), scene.core.deleting);
    }
    unseen(kind).iter().for_each(|decision| add(decision, false));
    all
}

/// One state a line.
fn text(objects: &BTreeMap<String, Value>) -> String {
    let lines: Vec<String> = objects.iter().map(|(name, object)| json!({"name": name, "object": object}).to_string()).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

/// The files by their names, as they have to be.
pub(crate) fn files() -> Vec<(String, String)> {
    KINDS.into_iter().map(|kind| (format!("{}.json", kind_of(kind)), text(&objects(kind)))).collect()
}

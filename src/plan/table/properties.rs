//! What holds for every combination of the table, whatever its row says.

use std::time::Duration;

use super::scene::{Change, Choice, Scene};
use super::{scenes, word};
use crate::api::{ConditionType, Conditions};
use crate::plan::fixture::ARN;
use crate::plan::{Act, Decision, Failure, LastAct, Memory, Requeue, TargetKind};
use crate::proton::DeploymentStatus::DeleteFailed;
use crate::proton::ErrorClass;

/// What has to hold, and what is said if it does not.
type Property = fn(&Scene, &Decision) -> Result<(), String>;

const PROPERTIES: [Property; 11] = [
    nothing_starts_over_something_that_runs,
    every_plan_makes_progress_or_has_a_wake_up,
    a_deployment_is_cancelled_at_most_once,
    intent_is_written_before_what_cannot_be_repeated,
    a_second_look_decides_writes_and_tells_the_same,
    time_alone_writes_nothing,
    suspended_and_observing_objects_change_nothing_remote,
    the_conditions_agree,
    one_event_at_most_and_it_names_the_deployment,
    messages_speak_of_their_own_kind,
    deletions_name_what_is_deleted,
];

#[test]
fn every_property_holds_for_every_combination() {
    let mut broken = Vec::new();
    for scene in scenes() {
        let decision = scene.decide();
        let problems = PROPERTIES.iter().filter_map(|holds| holds(&scene, &decision).err());
        broken.extend(
            problems.map(|problem| {
                format!("{}: {problem}: {} {:?}", scene.words().join(" | "), word(&decision.act), decision.requeue)
            }),
        );
    }
    let shown: Vec<&String> = broken.iter().step_by(broken.len() / 40 + 1).collect();
    assert!(broken.is_empty(), "{} times, as here: {shown:#?}", broken.len());
}

fn ensure(holds: bool, problem: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(problem.to_owned()) }
}

fn runs(scene: &Scene) -> bool {
    scene.seen.environment.as_ref().is_some_and(|view| view.deployment_status.is_running())
}

/// After the decision was recorded and its act had this outcome.
pub fn after(scene: &Scene, decision: &Decision, result: Result<(), Failure>) -> Scene {
    let last = decision.act.key().map(|key| LastAct::after(None, key, result, &scene.core, scene.seen.now));
    Scene { memory: Memory { status: decision.status.clone(), last }, ..scene.clone() }
}

fn nothing_starts_over_something_that_runs(scene: &Scene, decision: &Decision) -> Result<(), String> {
    let starts = matches!(&decision.act, Act::Update { .. } | Act::Delete { .. } | Act::Create(_));
    ensure(!(runs(scene) && starts), "a second deployment")
}

fn every_plan_makes_progress_or_has_a_wake_up(_: &Scene, decision: &Decision) -> Result<(), String> {
    match (&decision.act, decision.requeue) {
        (Act::RemoveFinalizer, _) => Ok(()),
        (Act::None, Requeue::After(wait) | Requeue::OnChange { at_latest: wait }) => ensure(wait > Duration::ZERO, "a hot loop"),
        (Act::None, _) => Err("nothing is done and nothing wakes it".to_owned()),
        (_, requeue) => ensure(requeue == Requeue::AtOnce, "nobody looks what came of the act"),
    }
}

fn a_deployment_is_cancelled_at_most_once(scene: &Scene, decision: &Decision) -> Result<(), String> {
    if !matches!(decision.act, Act::Cancel { .. }) {
        return Ok(());
    }
    let refused = Failure { class: ErrorClass::Conflict, message: "too late".into() };
    for result in [Ok(()), Err(refused)] {
        let again = after(scene, decision, result).decide();
        ensure(again.act == Act::None, "another step while the cancellation is under way")?;
    }
    Ok(())
}

fn intent_is_written_before_what_cannot_be_repeated(scene: &Scene, decision: &Decision) -> Result<(), String> {
    let deploys = matches!(word(&decision.act), "create" | "cancel" | "delete") || word(&decision.act).starts_with("update ");
    let intends = deploys && word(&decision.act) != "update NONE";
    let (new, old) = (&decision.status.target.attempt, &scene.memory.status.target.attempt);
    ensure(!intends || new != old, "no intent was written")
}

fn a_second_look_decides_writes_and_tells_the_same(scene: &Scene, decision: &Decision) -> Result<(), String> {
    let deletes_again = scene.seen.environment.as_ref().is_some_and(|view| view.deployment_status == DeleteFailed);
    if deletes_again && matches!(decision.act, Act::Delete { .. }) {
        return Ok(()); // A failed deletion of ours and one that was just set out look alike: the next one is tried after a pause.
    }
    let recorded = Scene { memory: Memory { status: decision.status.clone(), last: None }, ..scene.clone() };
    let again = recorded.decide();
    ensure(again.act == decision.act, "it acts otherwise")?;
    ensure(again.status == decision.status, "it writes again")?;
    ensure(again.notices.is_empty(), "it tells again")
}

fn time_alone_writes_nothing(scene: &Scene, decision: &Decision) -> Result<(), String> {
    let mut later = Scene { memory: Memory { status: decision.status.clone(), last: None }, ..scene.clone() };
    later.seen.now = crate::plan::fixture::at(12);
    let again = later.decide();
    ensure(again.act != Act::None || decision.act != Act::None || again.status == decision.status, "a pass that writes")
}

fn suspended_and_observing_objects_change_nothing_remote(scene: &Scene, decision: &Decision) -> Result<(), String> {
    let lets_go = scene.change == Change::Deleted;
    let passive = matches!(scene.choice, Choice::Suspend | Choice::Observe) && !lets_go;
    ensure(!passive || decision.act == Act::None, "a remote call")
}

/// Ready is True only for what is deployed (or was deployed, before someone else changed it), and one condition tells how it stands.
fn the_conditions_agree(scene: &Scene, decision: &Decision) -> Result<(), String> {
    let list = &decision.status.conditions;
    let [ready, reconciling, stalled] =
        [ConditionType::Ready, ConditionType::Reconciling, ConditionType::Stalled].map(|kind| list.is_true(kind));
    ensure(!stalled || !(ready || reconciling), "contradicting conditions")?;
    ensure(ready || reconciling || stalled || scene.choice == Choice::Suspend, "no condition is True")?;
    let generation = Some(scene.core.identity.generation);
    ensure(decision.status.observed_generation == generation, "observedGeneration is stale")?;
    ensure(list.iter().all(|condition| condition.observed_generation == generation), "a condition is stale")?;
    let changed = !matches!(scene.change, Change::Nothing | Change::RetryRequested | Change::CancelRequested);
    ensure(!ready || !changed || decision.act == Act::None, "Ready while something is about to be sent")
}

fn one_event_at_most_and_it_names_the_deployment(_: &Scene, decision: &Decision) -> Result<(), String> {
    ensure(decision.notices.len() <= 1, "more than one event")?;
    let id = decision.status.target.last_attempted_deployment_id.as_deref();
    let named = decision.notices.iter().all(|notice| id.is_none_or(|id| notice.note.contains(id)));
    ensure(named, "an event without its deployment")
}

/// A sentence about another kind would send the reader to the wrong object.
fn messages_speak_of_their_own_kind(scene: &Scene, decision: &Decision) -> Result<(), String> {
    let foreign: &[&str] = match scene.core.resource {
        TargetKind::Environment => &["instance", "service", "component"],
        TargetKind::Instance | TargetKind::Component | TargetKind::Service => &["environment"],
    };
    let texts = decision.status.conditions.iter().map(|condition| &condition.message);
    let notes = decision.notices.iter().map(|notice| &notice.note);
    let mut spoken = texts.chain(notes).map(|text| text.replace(ARN, "").to_lowercase());
    let wrong = spoken.find(|text| foreign.iter().any(|word| text.contains(word)));
    wrong.map_or(Ok(()), |text| Err(format!("speaks of another kind: {text}")))
}

/// What blocks or is waited for is said with the resource's own name.
fn deletions_name_what_is_deleted(scene: &Scene, decision: &Decision) -> Result<(), String> {
    if scene.change != Change::Deleted || decision.act != Act::None {
        return Ok(());
    }
    let ready = decision.status.conditions.of(ConditionType::Ready).map(|ready| ready.message.clone()).unwrap_or_default();
    let (noun, name) = (scene.core.resource.noun().to_lowercase(), &scene.core.name);
    let named = ready.to_lowercase().contains(&format!("{noun} {name}"));
    ensure(named, &format!("the message names neither kind nor name: {ready}"))
}

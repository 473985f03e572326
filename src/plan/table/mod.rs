//! The decisions of every kind against the committed table `docs/decisions.md`: the cross product of what was seen, what changed, what the
//! lifecycle block says and who started what runs. The table is data, matched from the first row to the last; a combination without a row
//! fails, and so does a row without a combination.

pub(crate) mod fixtures;
mod properties;
mod rows;
mod scene;
mod states;

use rows::{Cell, Table};
use scene::{Change, Choice, KINDS, STATUSES, Scene, WHO};
use strum::VariantArray;

use super::{Act, Decision};
use crate::api::{ConditionType, Conditions};
use crate::proton::UpdateType;

/// A step in the words of the table.
fn word(act: &Act) -> &'static str {
    match act {
        Act::None => "–",
        Act::AddFinalizer => "finalizer on",
        Act::RemoveFinalizer => "finalizer off",
        Act::Create(_) => "create",
        Act::Update { request, .. } => match request.deployment_type {
            UpdateType::None => "update NONE",
            UpdateType::CurrentVersion => "update CURRENT_VERSION",
            UpdateType::MinorVersion => "update MINOR_VERSION",
            UpdateType::MajorVersion => "update MAJOR_VERSION",
        },
        Act::Cancel { .. } => "cancel",
        Act::Delete { .. } => "delete",
        Act::Tag { .. } => "tag",
        Act::Untag { .. } => "untag",
        Act::DeleteDeployment { .. } => "delete record",
    }
}

/// The reason of `Ready`.
fn reason(decision: &Decision) -> &'static str {
    decision.status.conditions.reason(ConditionType::Ready).map_or("none", |reason| reason.name())
}

/// Every combination.
fn scenes() -> impl Iterator<Item = Scene> {
    KINDS.into_iter().flat_map(|kind| {
        let changes = Change::VARIANTS.iter().filter(move |change| change.concerns(kind));
        changes.flat_map(move |change| {
            Choice::VARIANTS.iter().flat_map(move |choice| {
                WHO.into_iter().flat_map(move |who| {
                    STATUSES.iter().map(move |status| Scene::new(kind, status.clone(), who, *change, *choice))
                })
            })
        })
    })
}

#[test]
fn every_combination_has_its_row_and_every_row_its_combination() {
    let mut table = Table::read(include_str!("../../../docs/decisions.md"));
    let mut wrong = Vec::new();
    for scene in scenes() {
        let decision = scene.decide();
        let cell = Cell { place: scene.words(), act: word(&decision.act), reason: reason(&decision) };
        wrong.extend(table.check(&cell));
    }
    wrong.extend(table.unused());
    let shown: Vec<&String> = wrong.iter().take(40).collect();
    assert!(wrong.is_empty(), "{} of the combinations: {shown:#?}", wrong.len());
}

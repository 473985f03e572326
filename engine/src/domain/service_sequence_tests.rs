//! The table in the module's documentation against the code, and where every history ends.

use std::collections::BTreeMap;

use proptest::prelude::*;
use strum::VariantArray as _;

use super::*;

const SOURCE: &str = include_str!("service_sequence.rs");

fn documented() -> BTreeMap<(String, String), String> {
    let mut rows = SOURCE
        .lines()
        .filter_map(|line| line.strip_prefix("//! |"))
        .map(|line| line.trim_end_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>());
    let header = rows.next().unwrap();
    assert!(rows.next().unwrap().iter().all(|cell| cell == "---"));
    let mut cells = BTreeMap::new();
    for row in rows {
        assert_eq!(row.len(), header.len(), "{row:?}");
        for (event, cell) in header.iter().zip(&row).skip(1) {
            assert!(cells.insert((row[0].clone(), event.clone()), cell.clone()).is_none());
        }
    }
    cells
}

fn shown(result: Result<Transition, Reason>) -> String {
    match result {
        Ok(Transition { stage, effects }) => {
            let effects: Vec<&str> = effects.iter().map(|effect| effect.into()).collect();
            format!("{}: {}", stage.name(), effects.join(" ")).trim_end().to_owned()
        }
        Err(reason) => format!("- {}", <&str>::from(reason)),
    }
}

#[test]
fn the_table_in_the_documentation_is_the_code() {
    let table = documented();
    assert_eq!(table.len(), Stage::VARIANTS.len() * Event::VARIANTS.len());
    for stage in Stage::VARIANTS {
        for event in Event::VARIANTS {
            let key = (stage.name().to_owned(), <&str>::from(event).to_owned());
            assert_eq!(shown(step(*stage, *event)), table[&key], "{key:?}");
        }
    }
}

#[test]
fn every_status_is_one_of_the_api() {
    for stage in Stage::VARIANTS {
        let status = proton_model::ServiceStatus::from(stage.status());
        assert!(!matches!(status, proton_model::ServiceStatus::Unknown(_)), "{stage:?}");
        let waits = stage.status().ends_with("_IN_PROGRESS");
        assert_eq!(waits, stage.is_running() || matches!(stage, Stage::Absent | Stage::Gone), "{stage:?}");
    }
}

#[test]
fn a_running_stage_is_left_by_its_deployments_only() {
    for stage in Stage::VARIANTS.iter().filter(|stage| stage.is_running()) {
        for event in [Event::Create, Event::Update, Event::Delete] {
            let next = step(*stage, event).map(|transition| (transition.stage, transition.effects.len()));
            assert!(next.is_err() || next == Ok((*stage, 0)), "{stage:?} {event:?}");
        }
    }
}

proptest! {
    /// From any stage that runs, at most four outcomes lead to one that rests or to the end.
    #[test]
    fn every_sequence_ends(stage in 0..Stage::VARIANTS.len(), outcomes in prop::collection::vec(any::<bool>(), 4)) {
        let mut stage = Stage::VARIANTS[stage];
        for good in outcomes {
            if let Ok(next) = step(stage, if good { Event::Succeeded } else { Event::Failed }) {
                stage = next.stage;
            }
        }
        prop_assert!(!stage.is_running());
    }
}

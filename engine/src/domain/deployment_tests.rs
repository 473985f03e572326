//! The table in the module's documentation against the code, for all kinds, states and events.

use std::collections::BTreeMap;

use proptest::prelude::*;
use strum::VariantArray as _;

use super::*;

const SOURCE: &str = include_str!("deployment.rs");

/// The documented cells by (state, event).
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

/// What a documented cell says for a kind.
fn expected(cell: &str, kind: TargetKind) -> String {
    match cell.strip_prefix('(').and_then(|cell| cell.strip_suffix(')')) {
        Some(inner) if kind == TargetKind::Component => inner.to_owned(),
        Some(_) => "- CreateNotCancellable".to_owned(),
        None => cell.to_owned(),
    }
}

/// A result in the words of the table.
fn shown(result: Result<Transition, Reason>) -> String {
    match result {
        Ok(Transition { state, effects }) => {
            let effects: Vec<&str> = effects.iter().map(|effect| effect.into()).collect();
            format!("{}: {}", state.name(), effects.join(" ")).trim_end().to_owned()
        }
        Err(reason) => format!("- {}", <&str>::from(reason)),
    }
}

#[test]
fn the_table_in_the_documentation_is_the_code() {
    let table = documented();
    assert_eq!(table.len(), State::VARIANTS.len() * Event::VARIANTS.len());
    for kind in TargetKind::VARIANTS {
        for state in State::VARIANTS {
            for event in Event::VARIANTS {
                let key = (state.name().to_owned(), <&str>::from(event).to_owned());
                let got = shown(step(*kind, *state, *event));
                assert_eq!(got, expected(&table[&key], *kind), "{kind:?} {key:?}");
            }
        }
    }
}

#[test]
fn a_running_state_is_left_only_by_an_outcome_or_a_cancel() {
    for kind in TargetKind::VARIANTS {
        for state in State::VARIANTS.iter().filter(|state| state.is_running()) {
            for event in [Event::Create, Event::Update, Event::Delete] {
                let next = step(*kind, *state, event).map(|transition| transition.state);
                assert!(next.is_err() || next == Ok(*state), "{state:?} {event:?}");
            }
        }
    }
}

proptest! {
    /// Counts outbox rows through any history: one while a deployment runs, none otherwise.
    #[test]
    fn there_is_at_most_one_deployment(kind in 0..TargetKind::VARIANTS.len(), events in prop::collection::vec(0..Event::VARIANTS.len(), 0..60)) {
        let (mut state, mut rows) = (State::Absent, 0i32);
        for event in events {
            let Ok(next) = step(TargetKind::VARIANTS[kind], state, Event::VARIANTS[event]) else { continue };
            state = next.state;
            rows += next.effects.iter().map(|effect| match effect {
                Effect::Queue => 1,
                Effect::Settle => -1,
                _ => 0,
            }).sum::<i32>();
            prop_assert_eq!(rows, i32::from(state.is_running()));
        }
    }
}

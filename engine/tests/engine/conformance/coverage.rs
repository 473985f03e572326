//! `docs/coverage.json`: the record as it is committed.

use std::fmt::Write as _;
use std::path::PathBuf;

use proton_model::Operation;

use super::never::Never;
use super::record::{Outcome, Record};

/// Fails if the committed record differs from this one; writes it instead where `UPDATE_COVERAGE` is set.
pub fn compare(record: &Record) {
    let path = path();
    let never = Never::documented();
    never.check(record);
    let seen = render(record, &never);
    if std::env::var_os("UPDATE_COVERAGE").is_some() {
        std::fs::write(&path, seen).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let differences = differences(&committed, &seen);
    assert!(
        differences.is_empty(),
        "docs/coverage.json does not say what was recorded:\n{differences}If that is meant, run \
         `UPDATE_COVERAGE=1 cargo test -p proton-engine --test engine conformance` and then `cargo xtask coverage`."
    );
}

fn path() -> PathBuf {
    proton_rig::workspace().join("docs/coverage.json")
}

/// One line per operation, by name.
fn render(record: &Record, never: &Never) -> String {
    let lines: Vec<String> = Operation::ALL.iter().map(|operation| line(record, never, *operation)).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

fn line(record: &Record, never: &Never, operation: Operation) -> String {
    let seen = record.of(operation);
    let possible: Vec<Outcome> =
        std::iter::once(Outcome::Success).chain(operation.errors().iter().copied().map(Outcome::Refused)).collect();
    let impossible: Vec<&str> = never.of(operation).iter().map(|outcome| outcome.name()).collect();
    let names = |is_seen: bool| -> Vec<&str> {
        let chosen = possible.iter().filter(|outcome| seen.contains(outcome) == is_seen).map(|outcome| outcome.name());
        chosen.filter(|name| is_seen || !impossible.contains(name)).collect()
    };
    let (recorded, missing) = (serde_json::json!(names(true)), serde_json::json!(names(false)));
    let never = serde_json::json!(impossible);
    format!("  \"{operation}\": {{\"recorded\": {recorded}, \"missing\": {missing}, \"never\": {never}}}")
}

/// The lines that are not the same, `-` for what is committed and `+` for what was seen.
fn differences(committed: &str, seen: &str) -> String {
    let mut text = String::new();
    for (sign, lines, others) in [('-', committed, seen), ('+', seen, committed)] {
        for line in lines.lines().filter(|line| !others.lines().any(|other| trimmed(other) == trimmed(line))) {
            writeln!(text, "{sign}{line}").unwrap();
        }
    }
    text
}

/// A line without the comma that only says that another follows.
fn trimmed(line: &str) -> &str {
    line.trim_end_matches(',')
}

#[test]
fn a_changed_line_is_shown_with_both_its_sides() {
    let committed = "{\n  \"A\": 1,\n  \"B\": 1\n}\n";
    assert_eq!(differences(committed, committed), "");
    assert_eq!(differences(committed, "{\n  \"A\": 2,\n  \"B\": 1\n}\n"), "-  \"A\": 1,\n+  \"A\": 2,\n");
    assert_eq!(differences("", "{\n}\n"), "+{\n+}\n");
}

#[test]
fn an_operation_that_was_not_called_lacks_everything() {
    let text = render(&Record::default(), &Never::default());
    assert_eq!(text.lines().count(), 2 + Operation::ALL.len());
    let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(parsed["ListServices"]["recorded"], serde_json::json!([]));
    assert_eq!(parsed["ListServices"]["missing"].as_array().unwrap().len(), 5);
}

//! The errors that the API model lists for an operation and that no situation makes true, as `docs/compatibility.md`
//! documents them.

use std::collections::{BTreeMap, BTreeSet};

use proton_model::{ErrorKind, Operation};

use super::record::{Outcome, Record};

const HEADING: &str = "## Errors that never occur";

/// Documented pairs of operation and error.
#[derive(Debug, Default)]
pub struct Never(BTreeMap<Operation, BTreeSet<Outcome>>);

impl Never {
    /// Reads the page.
    pub fn documented() -> Self {
        let page = std::fs::read_to_string(proton_rig::workspace().join("docs/compatibility.md")).unwrap();
        Self::parse(&page)
    }

    /// Rows are `| operations | errors | reason |`, both lists with commas.
    fn parse(page: &str) -> Self {
        let (_, section) = page.split_once(HEADING).unwrap_or_else(|| panic!("the page needs the section {HEADING}"));
        let section = section.split("\n## ").next().unwrap();
        let mut pairs: BTreeMap<Operation, BTreeSet<Outcome>> = BTreeMap::new();
        for row in section.lines().filter(|line| line.starts_with('|')).skip(2) {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            assert!(cells.len() == 3 && !cells[2].is_empty(), "operations, errors and a reason are needed: {row}");
            for operation in cells[0].split(", ") {
                let operation = Operation::from_name(operation).unwrap_or_else(|| panic!("there is no {operation}: {row}"));
                pairs.entry(operation).or_default().extend(cells[1].split(", ").map(|error| outcome(operation, error)));
            }
        }
        Self(pairs)
    }

    /// What never comes of an operation.
    pub fn of(&self, operation: Operation) -> BTreeSet<Outcome> {
        self.0.get(&operation).cloned().unwrap_or_default()
    }

    /// Fails where something that never occurs was seen.
    pub fn check(&self, record: &Record) {
        for (operation, outcomes) in &self.0 {
            let seen: Vec<&str> = record.of(*operation).intersection(outcomes).map(|outcome| outcome.name()).collect();
            assert!(seen.is_empty(), "docs/compatibility.md says that {operation} never gives {seen:?}, and it did");
        }
    }
}

fn outcome(operation: Operation, error: &str) -> Outcome {
    let kind: Option<ErrorKind> = operation.errors().iter().copied().find(|kind| kind.exception_name() == error);
    Outcome::Refused(kind.unwrap_or_else(|| panic!("the API model lists no {error} for {operation}")))
}

#[test]
fn rows_are_operations_errors_and_a_reason() {
    let row = "| DeleteService, DeleteComponent | ResourceNotFoundException | a reason |";
    let page = format!("# A\n{HEADING}\n\ntext\n\n| a | b | c |\n|---|---|---|\n{row}\n\n## B\n\n| x | y | z |\n");
    let never = Never::parse(&page);
    let expected = BTreeSet::from([Outcome::Refused(ErrorKind::ResourceNotFound)]);
    assert_eq!(never.of(Operation::DeleteService), expected);
    assert_eq!(never.of(Operation::DeleteComponent), expected);
    assert!(never.of(Operation::GetService).is_empty());
}

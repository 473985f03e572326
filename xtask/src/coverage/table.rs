//! The table itself: a sentence with the counts, then a heading and rows per resource.

use std::fmt::Write as _;

use anyhow::Result;

use super::group::{self, HEADINGS};
use super::record::{Claim, Outcomes, Record};

/// The Markdown between the markers.
pub fn render(record: &Record) -> Result<String> {
    let mut text = counts(record);
    writeln!(text, "\n| Operation | Coverage |\n|---|---|")?;
    for heading in HEADINGS {
        rows(&mut text, record, heading)?;
    }
    Ok(text)
}

fn counts(record: &Record) -> String {
    let count = |claim| record.values().filter(|outcomes| outcomes.claim() == claim).count();
    let (works, partly, routed) = (count(Claim::Works), count(Claim::Partly), count(Claim::RoutedOnly));
    format!(
        "Of {} operations {works} work: a success and every error that the API model lists for them were recorded from a real \
         client, but for those errors that [no situation makes true](docs/compatibility.md#errors-that-never-occur).{}{}\n",
        record.len(),
        sentence(partly, "more answer, but count as routed only, because an error that is listed for them was not seen."),
        sentence(routed, "are routed only: no success was seen."),
    )
}

/// What is said of so many operations; nothing of none.
fn sentence(count: usize, what: &str) -> String {
    if count == 0 { String::new() } else { format!(" {count} {what}") }
}

/// The rows of one resource; in the heading, how many of its operations work.
fn rows(text: &mut String, record: &Record, heading: &str) -> Result<()> {
    let mut members = Vec::new();
    for (operation, outcomes) in record {
        if group::of(operation)? == heading {
            members.push((operation, outcomes));
        }
    }
    if members.is_empty() {
        return Ok(());
    }
    let working = members.iter().filter(|(_, outcomes)| outcomes.claim() == Claim::Works).count();
    writeln!(text, "| **{heading}** | **{working} of {}** |", members.len())?;
    for (operation, outcomes) in members {
        writeln!(text, "| {operation} | {} |", coverage(outcomes))?;
    }
    Ok(())
}

fn coverage(outcomes: &Outcomes) -> String {
    match outcomes.claim() {
        Claim::Works if outcomes.never.is_empty() => "works".to_owned(),
        Claim::Works => format!("works; [never](docs/compatibility.md#errors-that-never-occur): {}", outcomes.never.join(", ")),
        Claim::Partly => format!("routed only; answers, never seen: {}", outcomes.missing.join(", ")),
        Claim::RoutedOnly => "routed only".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::parse;
    use super::*;

    const RECORD: &str = r#"{
        "CreateService": {"recorded": [], "missing": ["success", "ConflictException"], "never": []},
        "DeleteEnvironment": {"recorded": ["success"], "missing": [], "never": ["ResourceNotFoundException"]},
        "GetEnvironment": {"recorded": ["success", "ValidationException"], "missing": [], "never": []},
        "ListEnvironments": {"recorded": ["success"], "missing": ["ThrottlingException", "ValidationException"], "never": []}
    }"#;

    #[test]
    fn rows_claim_what_was_recorded() {
        let expected = "\
Of 4 operations 2 work: a success and every error that the API model lists for them were recorded from a real client, but \
for those errors that [no situation makes true](docs/compatibility.md#errors-that-never-occur). 1 more answer, but count as \
routed only, because an error that is listed for them was not seen. 1 are routed only: no success was seen.

| Operation | Coverage |
|---|---|
| **Environments** | **2 of 3** |
| DeleteEnvironment | works; [never](docs/compatibility.md#errors-that-never-occur): ResourceNotFoundException |
| GetEnvironment | works |
| ListEnvironments | routed only; answers, never seen: ThrottlingException, ValidationException |
| **Services** | **0 of 1** |
| CreateService | routed only |
";
        assert_eq!(render(&parse(RECORD).unwrap()).unwrap(), expected);
    }

    #[test]
    fn an_operation_of_no_resource_is_named() {
        let record = parse(r#"{"MakeCoffee": {"recorded": [], "missing": [], "never": []}}"#).unwrap();
        assert!(render(&record).unwrap_err().to_string().contains("MakeCoffee"));
    }

    /// The committed record has every operation, and each finds its heading.
    #[test]
    fn the_record_of_this_workspace_can_be_shown() {
        let path = proton_rig::workspace().join(super::super::RECORD);
        let record = parse(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(record.len(), 87);
        let text = render(&record).unwrap();
        for operation in record.keys() {
            assert!(text.contains(&format!("\n| {operation} | ")), "{operation}");
        }
    }
}

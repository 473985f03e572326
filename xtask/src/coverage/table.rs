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
         client. {partly} more answer, but count as routed only, because an error that is listed for them was never seen. \
         {routed} are routed only: they answer an error with their name.\n",
        record.len(),
    )
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
        Claim::Works => "works".to_owned(),
        Claim::Partly => format!("routed only; answers, never seen: {}", outcomes.missing.join(", ")),
        Claim::RoutedOnly => "routed only".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::parse;
    use super::*;

    const RECORD: &str = r#"{
        "CreateService": {"recorded": [], "missing": ["success", "ConflictException"]},
        "GetEnvironment": {"recorded": ["success", "ValidationException"], "missing": []},
        "ListEnvironments": {"recorded": ["success"], "missing": ["ThrottlingException", "ValidationException"]}
    }"#;

    #[test]
    fn rows_claim_what_was_recorded() {
        let expected = "\
Of 3 operations 1 work: a success and every error that the API model lists for them were recorded from a real client. \
1 more answer, but count as routed only, because an error that is listed for them was never seen. 1 are routed only: they \
answer an error with their name.

| Operation | Coverage |
|---|---|
| **Environments** | **1 of 2** |
| GetEnvironment | works |
| ListEnvironments | routed only; answers, never seen: ThrottlingException, ValidationException |
| **Services** | **0 of 1** |
| CreateService | routed only |
";
        assert_eq!(render(&parse(RECORD).unwrap()).unwrap(), expected);
    }

    #[test]
    fn an_operation_of_no_resource_is_named() {
        let record = parse(r#"{"MakeCoffee": {"recorded": [], "missing": []}}"#).unwrap();
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

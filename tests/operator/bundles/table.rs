//! The table of results: one row per bundle.

use std::fmt;

use anyhow::{Result, ensure};

/// What was seen of one bundle.
pub struct Row {
    /// environment, service or component.
    pub kind: &'static str,
    pub bundle: String,
    /// Deployed versions.
    pub versions: String,
    /// How many instances were deployed.
    pub instances: usize,
    /// How the component took part.
    pub component: &'static str,
    /// How it ended.
    pub result: String,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, bundle, versions, instances, component, result } = self;
        write!(f, "{kind:<12} {bundle:<31} {versions:<9} {instances:>9}  {component:<12} {result}")
    }
}

/// Prints the rows under a heading, and fails if some have come to nothing; gives their number.
pub fn all(provisioner: &str, rows: Vec<Result<Row>>) -> Result<usize> {
    let failures: Vec<String> = rows.iter().filter_map(|row| row.as_ref().err()).map(|error| format!("{error:?}")).collect();
    let heading = format!(
        "\n{provisioner}\n{:<12} {:<31} {:<9} {:>9}  {:<12} result\n",
        "kind", "bundle", "version", "instances", "component"
    );
    let rows: Vec<Row> = rows.into_iter().flatten().collect();
    println!("{heading}{}", rows.iter().map(|row| format!("{row}\n")).collect::<String>());
    ensure!(failures.is_empty(), "{}", failures.join("\n\n"));
    Ok(rows.len())
}

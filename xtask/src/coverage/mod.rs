//! The README's table of the 87 operations, made from what the conformance tests recorded.
//!
//! `docs/coverage.json` is written by the engine's conformance tests and says for each operation which outcomes a real
//! client got. A row claims no more than that: "works" needs a success and every error that the API model lists.

mod group;
mod markers;
mod record;
mod table;

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use proton_rig::workspace;

/// Where the record is, in the workspace.
const RECORD: &str = "docs/coverage.json";
/// The file that has the table.
const PAGE: &str = "README.md";

/// Arguments of `coverage`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Writes nothing; fails if the table is not the one that would be written.
    #[arg(long)]
    check: bool,
}

/// Writes the table into the README, or compares.
pub fn run(arguments: &Arguments) -> Result<()> {
    let root = workspace();
    let record = record::parse(&read(&root.join(RECORD))?).with_context(|| format!("{RECORD} cannot be read"))?;
    let page = root.join(PAGE);
    let text = read(&page)?;
    let wanted = markers::replace(&text, &table::render(&record)?).with_context(|| format!("{PAGE} cannot hold the table"))?;
    if wanted == text {
        return Ok(());
    }
    if arguments.check {
        bail!("the coverage table of {PAGE} does not say what {RECORD} says: run `cargo xtask coverage`");
    }
    std::fs::write(&page, wanted).with_context(|| format!("{PAGE} cannot be written"))
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

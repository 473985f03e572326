//! Generates the types of `proton-model` from the API model that botocore publishes.
//!
//! read ([`source`], [`model`]) → emit ([`types`], [`enums`], [`operations`], [`constraints`],
//! [`errors`]: pure functions from the model to source text) → format and write, or compare
//! ([`output`]). Names and constraints of the model are used, its prose is not.

mod constraints;
mod docs;
mod enums;
mod errors;
mod families;
mod model;
mod names;
mod operations;
mod output;
mod source;
mod types;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use anyhow::Result;

use model::Model;
use output::Files;

/// Where the generated files are, in the workspace.
const FOLDER: &str = "model/src/generated";

/// Arguments of `codegen`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The API model (service-2.json or service-2.json.gz); default: the one of the botocore in the
    /// test tools, target/tools/python.
    #[arg(long)]
    model: Option<PathBuf>,
    /// Writes nothing; fails and names each file that differs from what would be written.
    #[arg(long)]
    check: bool,
}

/// Generates, then writes or compares.
pub fn run(arguments: &Arguments) -> Result<()> {
    let root = source::workspace_root();
    let model = source::read(&source::locate(arguments.model.as_deref(), &root)?)?;
    let files = output::format(&emit(&model)?, &root)?;
    let folder = root.join(FOLDER);
    if arguments.check { output::compare(&files, &folder) } else { output::write(&files, &folder) }
}

/// The generated files by their path under `model/src/generated`, not yet formatted.
fn emit(model: &Model) -> Result<Files> {
    let mut files = types::files(model)?;
    files.insert("enums.rs".into(), enums::file(model));
    files.insert("errors.rs".into(), errors::file(model));
    files.insert("operations.rs".into(), operations::file(model)?);
    files.insert("constraints.rs".into(), constraints::file(model)?);
    files.insert("mod.rs".into(), root_module());
    Ok(files)
}

fn root_module() -> String {
    "//! Written from the API model; see the crate's documentation.\n\n\
     pub mod constraints;\nmod enums;\nmod errors;\nmod operations;\nmod types;\n\n\
     pub use enums::*;\npub use errors::*;\npub use operations::*;\npub use types::*;\n"
        .to_owned()
}

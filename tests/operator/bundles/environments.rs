//! Environment bundles.

use anyhow::{Context as _, Result, ensure};

use super::catalogue::{Environment, output_names};
use super::mirror::{mirrored, outputs, ready};
use super::remote::{Remote, Target};
use super::table::Row;
use crate::system::{System, text};

/// Registers and publishes it.
pub async fn register(system: &System, bundle: &Environment) -> Result<()> {
    system.engine.register(&bundle.folder, &bundle.name).await?.ok().with_context(|| bundle.name.clone())?;
    Ok(())
}

/// Waits for its object, which was applied, and checks it.
pub async fn check(system: &System, bundle: &Environment, remote: &str) -> Result<Row> {
    let status = ready(system, "ProtonEnvironment", &bundle.name).await?;
    mirrored(&Remote::of(&system.engine), Target::Environment(remote), &status, 1).await?;
    let template = std::fs::read_to_string(bundle.folder.join("infrastructure/cloudformation.yaml"))?;
    for name in output_names(&template) {
        ensure!(outputs(&status).contains_key(&name), "{}: output {name} is not in {status}", bundle.name);
    }
    Ok(Row {
        kind: "environment",
        bundle: bundle.name.clone(),
        versions: text(&status, "/version").to_owned(),
        instances: 0,
        component: "-",
        result: format!("SUCCEEDED, {} outputs", outputs(&status).len()),
    })
}

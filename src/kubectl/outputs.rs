//! `outputs`: what the last succeeded deployment gave, out of the status.

use serde_json::json;

use super::args::OutputsArgs;
use super::cluster::Cluster;
use super::failure::{Failure, Outcome};
use super::print::Printer;
use super::{resource, table};

/// All outputs, or the bare value of one for scripts.
pub(super) async fn run(cluster: &Cluster, args: &OutputsArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let (id, rest) = resource::named(&args.words, &cluster.namespace, 1)?;
    let item = cluster.read(&id).await?;
    let recorded = item.status.target.outputs.as_ref();
    let recorded = recorded.ok_or_else(|| Failure::NotFound(format!("{id} has no outputs yet")))?;
    let values = recorded.values.get();
    if let Some(name) = rest.first() {
        let known = || values.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let value =
            values.get(*name).ok_or_else(|| Failure::NotFound(format!("{id} has no output '{name}'; it has {}", known())))?;
        if printer.structured() {
            printer.document(&json!(value))?;
        } else {
            printer.text(&format!("{value}\n"))?;
        }
        return Ok(Outcome::Done);
    }
    if printer.structured() {
        printer.document(&json!({"object": item.summary(), "deploymentId": recorded.deployment_id, "outputs": values}))?;
    } else {
        let rows: Vec<_> = values.iter().map(|(name, value)| vec![name.as_str().into(), value.as_str().into()]).collect();
        printer.text(&table::render(printer, &["NAME", "VALUE"], &rows))?;
    }
    Ok(Outcome::Done)
}

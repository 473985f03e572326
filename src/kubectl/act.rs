//! The verbs that ask something of the operator.

use jiff::Timestamp;
use serde_json::json;

use super::args::ActArgs;
use super::cluster::Cluster;
use super::failure::{Failure, Outcome};
use super::print::Printer;
use super::request::Decide;
use super::{resource, wait};

/// Reads the object, decides, patches, and waits if asked to.
pub(super) async fn run(cluster: &Cluster, args: &ActArgs, decide: Decide, printer: &Printer) -> Result<Outcome, Failure> {
    let (id, rest) = resource::named(&args.words, &cluster.namespace, 1)?;
    let item = cluster.read(&id).await?;
    let marker = Timestamp::now().to_string();
    let asked = decide(&item, rest.first().copied(), &marker)?;
    cluster.patch(&id, &asked.patch).await?;
    if !printer.structured() {
        printer.text(&format!("{}\n", asked.says))?;
    }
    let end = match args.wait {
        true => Some(wait::until(cluster, &id, &asked.goal, &marker, args.timeout).await?),
        false => None,
    };
    if printer.structured() {
        printer
            .document(&json!({"object": item.summary(), "requestedAt": marker, "asked": asked.says, "reached": end.is_some()}))?;
    } else if let Some(end) = end {
        printer.text(&format!("{end}\n"))?;
    }
    Ok(Outcome::Done)
}

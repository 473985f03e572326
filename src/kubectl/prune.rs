//! `history prune`: deletes the records of old deployments through the Proton API. What is deployed does not change.

use std::collections::BTreeSet;

use serde_json::json;

use super::args::{Global, PruneArgs};
use super::cluster::Cluster;
use super::endpoint::Endpoint;
use super::failure::{Failure, Outcome};
use super::item::Item;
use super::print::Printer;
use super::resource;
use crate::proton::DeploymentSummary;

/// Deletes them, oldest first, so that what is left after a failure is a whole history.
pub(super) async fn run(cluster: &Cluster, global: &Global, args: &PruneArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let (id, _) = resource::named(&args.words, &cluster.namespace, 0)?;
    let item = cluster.read(&id).await?;
    let endpoint = Endpoint::of(cluster, &item, global).await?;
    let rows = endpoint.deployments(usize::MAX).await?;
    let old = surplus(&item, &rows, usize::from(args.keep));
    for deployment in old.iter().rev().filter(|_| !args.dry_run) {
        endpoint.forget(deployment).await?;
    }
    let did = if args.dry_run { "would be deleted" } else { "deleted" };
    if printer.structured() {
        printer.document(
            &json!({"object": item.summary(), "dryRun": args.dry_run, "deleted": old, "kept": rows.len() - old.len()}),
        )?;
    } else {
        let lines: String = old.iter().map(|deployment| format!("deployment {deployment} {did}\n")).collect();
        printer.text(&format!("{lines}{id}: {} of {} records {did}.\n", old.len(), rows.len()))?;
    }
    Ok(Outcome::Done)
}

/// Records beyond the newest `keep` that have ended and that nobody needs: not the current ones, not one that is rolled back to, not the
/// operator's own last one. `rows` are newest first.
fn surplus(item: &Item, rows: &[DeploymentSummary], keep: usize) -> Vec<String> {
    let target = &item.status.target;
    let attempt = target.attempt.as_ref().and_then(|attempt| attempt.deployment_id.as_ref());
    let needed = [
        target.last_attempted_deployment_id.as_ref(),
        target.last_succeeded_deployment_id.as_ref(),
        item.lifecycle.rollback_to.as_ref(),
        attempt,
    ];
    let needed: BTreeSet<&String> = needed.into_iter().flatten().collect();
    let old = rows.iter().skip(keep).filter(|row| !row.deployment_status.is_running() && !needed.contains(&row.id));
    old.map(|row| row.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::item::fixture::item;
    use super::super::resource::Kind;
    use super::*;
    use crate::proton::DeploymentStatus::{self, Failed, InProgress, Succeeded};
    use rstest::rstest;

    fn row(id: &str, status: DeploymentStatus) -> DeploymentSummary {
        let at = jiff::Timestamp::UNIX_EPOCH;
        DeploymentSummary {
            id: id.into(),
            target_arn: String::new(),
            deployment_status: status,
            created_at: at,
            completed_at: None,
        }
    }

    #[rstest]
    #[case(0, &["d4", "d0"])]
    #[case(2, &["d0"])]
    #[case(6, &[])]
    fn what_is_needed_or_running_stays(#[case] keep: usize, #[case] expected: &[&str]) {
        let status = json!({"lastAttemptedDeploymentId": "d5", "lastSucceededDeploymentId": "d1"});
        let item = item(Kind::Environment, "e", json!({"rollbackTo": "d2"}), status);
        let rows = [("d5", Failed), ("d4", Failed), ("d3", InProgress), ("d2", Succeeded), ("d1", Succeeded), ("d0", Failed)];
        let rows: Vec<_> = rows.into_iter().map(|(id, status)| row(id, status)).collect();
        assert_eq!(surplus(&item, &rows, keep), expected);
    }
}

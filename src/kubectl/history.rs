//! `history`: the deployments of a resource, newest first. The status holds the last ten; older ones are asked of the Proton API.

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use serde_json::{Value, json};

use super::args::{Format, Global, HistoryArgs};
use super::cluster::Cluster;
use super::endpoint::Endpoint;
use super::failure::{Failure, Outcome};
use super::item::Item;
use super::print::{Printer, Tone};
use super::resource;
use super::table::{self, Cell, age, brief};
use crate::api::DeploymentRecord;
use crate::api::status::HISTORY;
use crate::proton::{DeploymentStatus, DeploymentSummary};

/// Longest message in a table that is not wide, in characters.
const MESSAGE: usize = 60;

/// Lists them.
pub(super) async fn run(cluster: &Cluster, global: &Global, args: &HistoryArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let (id, _) = resource::named(&args.words, &cluster.namespace, 0)?;
    let item = cluster.read(&id).await?;
    let limit = usize::from(args.limit);
    let mirrored = &item.status.target.deployments;
    let records = if limit > HISTORY && mirrored.len() >= HISTORY {
        let rows = Endpoint::of(cluster, &item, global).await?.deployments(limit).await?;
        merged(mirrored, &rows)
    } else {
        mirrored.iter().take(limit).cloned().collect()
    };
    if printer.structured() {
        printer.document(&document(&item, &records))?;
    } else if records.is_empty() {
        eprintln!("{id} has no deployments.");
    } else {
        printer.text(&table(printer, &item, &records, Timestamp::now()))?;
    }
    Ok(Outcome::Done)
}

/// Rows of the API, with what the status knows beyond them.
fn merged(mirrored: &[DeploymentRecord], rows: &[DeploymentSummary]) -> Vec<DeploymentRecord> {
    let known = |row: &DeploymentSummary| mirrored.iter().find(|record| record.id == row.id).cloned();
    rows.iter().map(|row| known(row).unwrap_or_else(|| record(row))).collect()
}

fn record(row: &DeploymentSummary) -> DeploymentRecord {
    DeploymentRecord {
        id: row.id.clone(),
        type_: None,
        status: row.deployment_status.as_str().to_owned(),
        message: None,
        version: None,
        generation: None,
        created_at: Some(Time(row.created_at)),
        completed_at: row.completed_at.map(Time),
    }
}

fn table(printer: &Printer, item: &Item, records: &[DeploymentRecord], now: Timestamp) -> String {
    let header = ["NOW", "DEPLOYMENT", "TYPE", "STATUS", "VERSION", "GENERATION", "STARTED", "TOOK", "MESSAGE"];
    let rows: Vec<Vec<Cell>> = records.iter().map(|record| row(printer, item, record, now)).collect();
    table::render(printer, &header, &rows)
}

/// A star marks the deployed state.
fn row(printer: &Printer, item: &Item, record: &DeploymentRecord, now: Timestamp) -> Vec<Cell> {
    let deployed = item.status.target.last_succeeded_deployment_id.as_deref() == Some(record.id.as_str());
    let started = record.created_at.as_ref().map(|time| time.0);
    let took = started.zip(record.completed_at.as_ref().map(|time| time.0));
    let message = record.message.as_ref().map(|message| message.get().as_str()).unwrap_or_default();
    let message = if printer.format == Format::Wide { message.replace('\n', " ") } else { brief(message, MESSAGE) };
    let ago = age(started, now);
    vec![
        Cell::new(Tone::Good, if deployed { "*" } else { "" }),
        record.id.as_str().into(),
        record.type_.as_deref().unwrap_or("-").into(),
        Cell::new(tone(&record.status), record.status.as_str()),
        record.version.as_deref().unwrap_or("-").into(),
        record.generation.map_or_else(|| "-".to_owned(), |generation| generation.to_string()).into(),
        if ago.is_empty() { ago } else { format!("{ago} ago") }.into(),
        took.map(|(from, to)| table::span(to.as_second() - from.as_second())).unwrap_or_default().into(),
        message.into(),
    ]
}

/// The colour of a deployment's status.
pub(super) fn tone(status: &str) -> Tone {
    match DeploymentStatus::parse(status) {
        DeploymentStatus::Succeeded | DeploymentStatus::DeleteComplete => Tone::Good,
        DeploymentStatus::Failed | DeploymentStatus::DeleteFailed => Tone::Bad,
        DeploymentStatus::Cancelled => Tone::Faint,
        DeploymentStatus::InProgress | DeploymentStatus::DeleteInProgress | DeploymentStatus::Cancelling => Tone::Working,
        DeploymentStatus::Unknown(_) => Tone::Plain,
    }
}

fn document(item: &Item, records: &[DeploymentRecord]) -> Value {
    let target = &item.status.target;
    json!({
        "object": item.summary(),
        "lastAttemptedDeploymentId": target.last_attempted_deployment_id,
        "lastSucceededDeploymentId": target.last_succeeded_deployment_id,
        "deployments": records,
    })
}

#[cfg(test)]
mod tests {
    use super::super::item::fixture::item;
    use super::super::resource::Kind;
    use super::*;

    fn environment() -> Item {
        let status = json!({
            "lastSucceededDeploymentId": "d1",
            "deployments": [
                {"id": "d2", "type": "MINOR_VERSION", "status": "FAILED", "message": "no more addresses\nin the subnet", "version": "1.1",
                 "generation": 3, "createdAt": "2026-11-25T08:00:00Z", "completedAt": "2026-11-25T08:01:30Z"},
                {"id": "d1", "type": "CREATE", "status": "SUCCEEDED", "version": "1.0", "generation": 1, "createdAt": "2026-11-25T07:00:00Z",
                 "completedAt": "2026-11-25T07:00:05Z"},
            ],
        });
        item(Kind::Environment, "e", json!({}), status)
    }

    #[test]
    fn the_table_marks_what_is_deployed() {
        let item = environment();
        let shown = table(
            &Printer::plain(Format::Table),
            &item,
            &item.status.target.deployments,
            "2026-11-25T09:00:00Z".parse().unwrap(),
        );
        insta::assert_snapshot!(shown, @r"
        NOW   DEPLOYMENT   TYPE            STATUS      VERSION   GENERATION   STARTED   TOOK    MESSAGE
              d2           MINOR_VERSION   FAILED      1.1       3            1h ago    1m30s   no more addresses…
        *     d1           CREATE          SUCCEEDED   1.0       1            2h ago    5s
        ");
    }

    #[test]
    fn older_rows_of_the_api_follow_what_the_status_knows() {
        let item = environment();
        let row = |id: &str| DeploymentSummary {
            id: id.into(),
            target_arn: String::new(),
            deployment_status: DeploymentStatus::Succeeded,
            created_at: Timestamp::UNIX_EPOCH,
            completed_at: None,
        };
        let all = merged(&item.status.target.deployments, &[row("d2"), row("d1"), row("d0")]);
        let told: Vec<_> = all.iter().map(|record| (record.id.as_str(), record.type_.as_deref())).collect();
        assert_eq!(told, [("d2", Some("MINOR_VERSION")), ("d1", Some("CREATE")), ("d0", None)]);
    }
}

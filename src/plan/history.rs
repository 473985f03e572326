//! The mirrored deployments, and which remote records are too many.

use std::collections::BTreeSet;

use crate::api::status::{HISTORY, MESSAGE_LIMIT, cut, time};
use crate::api::{DeploymentRecord, TargetStatus};
use crate::proton::{Deployment, DeploymentSummary, EnvironmentView};

use super::attempt;
use super::compare::Actual;
use super::observed::Observed;

/// Brings the mirrored deployments up to date: newest first, at most ten. `target.attempt` is bound already.
pub fn mirror(target: &mut TargetStatus, observed: &Observed, environment: &EnvironmentView) {
    for row in observed.history.iter().flatten() {
        entry(target, row.id.as_str(), |record| from_row(record, row));
    }
    if let Some(id) = environment.last_attempted_deployment_id.as_deref() {
        let generation = target.attempt.as_ref().filter(|own| attempt::is_ours(Some(own), environment)).map(|own| own.generation);
        entry(target, id, |record| {
            record.status = environment.deployment_status.as_str().to_owned();
            record.generation = record.generation.or(generation);
        });
    }
    if let Some(deployment) = &observed.attempted {
        entry(target, deployment.id.as_str(), |record| from_deployment(record, deployment));
    }
    target.deployments.sort_by_key(newest);
    target.deployments.truncate(HISTORY);
}

/// Without a time a record is the one that has just begun.
fn newest(record: &DeploymentRecord) -> (bool, std::cmp::Reverse<Option<jiff::Timestamp>>) {
    (record.created_at.is_some(), std::cmp::Reverse(record.created_at.as_ref().map(|time| time.0)))
}

/// Changes the record of `id`, a new one if there is none.
fn entry(target: &mut TargetStatus, id: &str, change: impl FnOnce(&mut DeploymentRecord)) {
    if let Some(record) = target.deployments.iter_mut().find(|record| record.id == id) {
        return change(record);
    }
    let mut record = DeploymentRecord {
        id: id.to_owned(),
        type_: None,
        status: String::new(),
        message: None,
        version: None,
        generation: None,
        created_at: None,
        completed_at: None,
    };
    change(&mut record);
    target.deployments.insert(0, record);
}

fn from_row(record: &mut DeploymentRecord, row: &DeploymentSummary) {
    record.status = row.deployment_status.as_str().to_owned();
    record.created_at = Some(time(row.created_at));
    record.completed_at = row.completed_at.map(time);
}

fn from_deployment(record: &mut DeploymentRecord, deployment: &Deployment) {
    record.status = deployment.deployment_status.as_str().to_owned();
    record.created_at = Some(time(deployment.created_at));
    record.completed_at = deployment.completed_at.map(time);
    record.message = deployment
        .deployment_status_message
        .as_ref()
        .filter(|text| !text.is_empty())
        .map(|text| cut(text.as_str(), MESSAGE_LIMIT).into());
    record.type_ = Some(kind(deployment).to_owned());
    record.version = deployment.target_state.as_ref().map(|state| Actual::of_state(state).version());
}

/// What a deployment does, from its states: the API does not tell its deploymentType.
fn kind(deployment: &Deployment) -> &'static str {
    if deployment.deployment_status.as_str().starts_with("DELETE") {
        return "DELETE";
    }
    match (&deployment.initial_state, &deployment.target_state) {
        (None, _) => "CREATE",
        (Some(from), Some(to)) if from.template_major_version != to.template_major_version => "MAJOR_VERSION",
        (Some(from), Some(to)) if from.template_minor_version != to.template_minor_version => "MINOR_VERSION",
        _ => "CURRENT_VERSION",
    }
}

/// The oldest remote record beyond the limit that may be forgotten: ended, and neither current nor wanted for a rollback.
pub fn surplus(
    observed: &Observed,
    environment: &EnvironmentView,
    limit: Option<u32>,
    kept: &[Option<&String>],
) -> Option<String> {
    let rows = observed.history.as_ref()?;
    let limit = usize::try_from(limit?).ok()?;
    let current: BTreeSet<&String> = [&environment.last_attempted_deployment_id, &environment.last_succeeded_deployment_id]
        .into_iter()
        .filter_map(Option::as_ref)
        .chain(kept.iter().copied().flatten())
        .collect();
    let mut beyond = rows.iter().skip(limit);
    beyond.rfind(|row| !current.contains(&row.id) && !row.deployment_status.is_running()).map(|row| row.id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fixture::{at, deployment, environment, observed, state};
    use crate::proton::DeploymentStatus::{self, Failed, InProgress, Succeeded};

    fn row(id: &str, status: DeploymentStatus, second: i64) -> DeploymentSummary {
        DeploymentSummary {
            id: id.into(),
            target_arn: String::new(),
            deployment_status: status,
            created_at: at(second),
            completed_at: None,
        }
    }

    #[test]
    fn ten_newest_are_mirrored() {
        let history = (0..15).rev().map(|n| row(&format!("d{n}"), Failed, n)).collect();
        let seen = environment(Failed, Some("d14"), None);
        let observed = Observed { history: Some(history), ..observed(Some(seen.clone())) };
        let mut target = TargetStatus::default();
        mirror(&mut target, &observed, &seen);
        let ids: Vec<_> = target.deployments.iter().map(|record| record.id.as_str()).collect();
        assert_eq!(ids, ["d14", "d13", "d12", "d11", "d10", "d9", "d8", "d7", "d6", "d5"]);
    }

    #[test]
    fn one_that_has_just_begun_is_first_even_without_a_time() {
        let mut target = TargetStatus::default();
        let before = environment(Succeeded, Some("d1"), Some("d1"));
        let first = Observed { attempted: Some(deployment("d1", Succeeded, &state("0", 1))), ..observed(Some(before.clone())) };
        mirror(&mut target, &first, &before);
        let now = environment(InProgress, Some("d2"), Some("d1"));
        mirror(&mut target, &observed(Some(now.clone())), &now);
        assert_eq!(
            target.deployments.first().map(|record| (record.id.as_str(), record.status.as_str())),
            Some(("d2", "IN_PROGRESS"))
        );
    }

    #[test]
    fn current_records_are_never_forgotten() {
        let rows = vec![
            row("d4", Failed, 4),
            row("d3", Failed, 3),
            row("d2", InProgress, 2),
            row("d1", Succeeded, 1),
            row("d0", Succeeded, 0),
        ];
        let seen = environment(Failed, Some("d4"), Some("d1"));
        let observed = Observed { history: Some(rows), ..observed(None) };
        assert_eq!(surplus(&observed, &seen, Some(1), &[]), Some("d0".into()));
        assert_eq!(surplus(&observed, &seen, Some(1), &[Some(&"d0".to_owned())]), Some("d3".into()));
        assert_eq!(surplus(&observed, &seen, Some(5), &[]), None);
        assert_eq!(surplus(&observed, &seen, None, &[]), None);
    }
}

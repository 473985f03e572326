//! Waiting until the operator has done what was asked.

use std::pin::pin;
use std::time::Duration;

use futures::StreamExt as _;
use kube::runtime::WatchStreamExt as _;
use kube::runtime::watcher::watch_object;

use super::cluster::Cluster;
use super::failure::Failure;
use super::item::{Item, Ready};
use super::resource::Id;
use crate::proton::DeploymentStatus;

/// What is waited for, after the operator has seen the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// It has looked at the object.
    Seen,
    /// What the object wants is deployed.
    Ready,
    /// The deployment with this id has been cancelled.
    Ended(String),
}

/// Waits until the goal is reached; gives a sentence about it.
///
/// # Errors
/// When it cannot be reached any more, when the object goes away, or when the time is up.
pub(super) async fn until(cluster: &Cluster, id: &Id, goal: &Goal, marker: &str, limit: Duration) -> Result<String, Failure> {
    let mut last = None;
    match tokio::time::timeout(limit, reach(cluster, id, goal, marker, &mut last)).await {
        Ok(end) => end,
        Err(_) => Err(Failure::NotReady(late(id, limit, last.as_ref(), marker))),
    }
}

async fn reach(cluster: &Cluster, id: &Id, goal: &Goal, marker: &str, last: &mut Option<Item>) -> Result<String, Failure> {
    let mut changes = pin!(watch_object(cluster.api(id.kind, Some(&id.namespace)), &id.name).default_backoff());
    while let Some(change) = changes.next().await {
        match change {
            // A lost watch begins again by itself; the time limit ends it where it does not.
            Err(_) => {}
            Ok(None) => return Err(Failure::NotFound(format!("{id} is gone"))),
            Ok(Some(object)) => {
                let item = Item::read(id.kind, object)?;
                if let Some(end) = verdict(goal, &item, marker) {
                    return end;
                }
                *last = Some(item);
            }
        }
    }
    Err(Failure::NotReady(format!("the watch on {id} ended")))
}

/// Whether the goal is reached, or can no longer be; `None`: wait on.
pub(super) fn verdict(goal: &Goal, item: &Item, marker: &str) -> Option<Result<String, Failure>> {
    if item.status.last_handled_reconcile_at.as_deref() != Some(marker) {
        return overtaken(item, marker);
    }
    let telling = item.telling().map(|condition| format!("{}: {}", condition.reason, condition.message)).unwrap_or_default();
    match (goal, item.ready()) {
        (Goal::Seen, Ready::Unknown) => None,
        (Goal::Seen, _) => Some(Ok(format!("The operator has looked at {}. {telling}", item.id))),
        (Goal::Ready, Ready::True) => Some(Ok(format!("{} is ready. {telling}", item.id))),
        (Goal::Ready, Ready::Stalled) => Some(Err(Failure::NotReady(format!("{} is stalled. {telling}", item.id)))),
        (Goal::Ready, Ready::Working | Ready::Unknown) => None,
        (Goal::Ended(id), _) => ended(item, id),
    }
}

/// A later request has replaced this one before the operator saw it.
fn overtaken(item: &Item, marker: &str) -> Option<Result<String, Failure>> {
    let replaced = item.requested.as_deref().is_some_and(|requested| requested > marker);
    replaced.then(|| Err(Failure::Refused(format!("someone else has asked for something of {} meanwhile", item.id))))
}

fn ended(item: &Item, id: &str) -> Option<Result<String, Failure>> {
    let target = &item.status.target;
    let current = target.last_attempted_deployment_id.as_deref() == Some(id);
    let of_resource = target.deployment_status.as_deref().filter(|_| current);
    let status = of_resource.or_else(|| target.record(id).map(|record| record.status.as_str()))?;
    match DeploymentStatus::parse(status) {
        DeploymentStatus::Cancelled => Some(Ok(format!("Deployment {id} is cancelled."))),
        other if other.is_running() => None,
        _ => Some(Err(Failure::Refused(format!("deployment {id} is {status}: the cancellation came too late")))),
    }
}

fn late(id: &Id, limit: Duration, last: Option<&Item>, marker: &str) -> String {
    let seconds = limit.as_secs();
    match last {
        Some(item) if item.status.last_handled_reconcile_at.as_deref() == Some(marker) => {
            let telling = item.telling().map(|condition| format!("{}: {}", condition.reason, condition.message));
            format!("{id} is not there after {seconds} s. {}", telling.unwrap_or_default())
        }
        _ => format!(
            "the operator has not looked at {id} within {seconds} s: does it run, and does it watch namespace {}?",
            id.namespace
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::item::fixture::{item, status};
    use super::super::resource::Kind;
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn shown(ready: &str, more: Value) -> Item {
        let mut object = item(Kind::Environment, "e", json!({}), status(ready, "Why", "the message", more));
        object.requested = Some("5".into());
        object
    }

    fn outcome(goal: &Goal, item: &Item) -> &'static str {
        match verdict(goal, item, "5") {
            None => "wait",
            Some(Ok(_)) => "done",
            Some(Err(Failure::NotReady(_))) => "not ready",
            Some(Err(_)) => "refused",
        }
    }

    #[rstest]
    #[case(Goal::Seen, "True", "4", "wait")]
    #[case(Goal::Seen, "Stalled", "5", "done")]
    #[case(Goal::Ready, "Stalled", "4", "wait")]
    #[case(Goal::Ready, "True", "4", "wait")]
    #[case(Goal::Ready, "True", "5", "done")]
    #[case(Goal::Ready, "False", "5", "wait")]
    #[case(Goal::Ready, "Stalled", "5", "not ready")]
    fn nothing_counts_before_the_operator_has_seen_the_request(
        #[case] goal: Goal,
        #[case] ready: &str,
        #[case] handled: &str,
        #[case] expected: &str,
    ) {
        let item = shown(ready, json!({"lastHandledReconcileAt": handled}));
        assert_eq!(outcome(&goal, &item), expected);
    }

    #[test]
    fn conditions_of_an_older_generation_do_not_count() {
        let mut item = shown("True", json!({"lastHandledReconcileAt": "5"}));
        item.generation = 3;
        assert_eq!(outcome(&Goal::Ready, &item), "wait");
        assert_eq!(outcome(&Goal::Seen, &item), "wait");
    }

    #[rstest]
    #[case("IN_PROGRESS", "d1", "wait")]
    #[case("CANCELLING", "d1", "wait")]
    #[case("CANCELLED", "d1", "done")]
    #[case("SUCCEEDED", "d1", "refused")]
    #[case("IN_PROGRESS", "d2", "done")]
    fn a_cancellation_may_come_too_late(#[case] now: &str, #[case] last: &str, #[case] expected: &str) {
        let more = json!({"lastHandledReconcileAt": "5", "deploymentStatus": now, "lastAttemptedDeploymentId": last,
            "deployments": [{"id": "d1", "status": "CANCELLED"}]});
        assert_eq!(outcome(&Goal::Ended("d1".into()), &shown("False", more)), expected);
    }

    #[test]
    fn a_later_request_ends_the_waiting() {
        let mut item = shown("True", json!({"lastHandledReconcileAt": "6"}));
        item.requested = Some("6".into());
        assert_eq!(outcome(&Goal::Ready, &item), "refused");
    }
}

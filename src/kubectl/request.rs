//! What a verb asks of the operator: the change of the object, and what is waited for. Pure.
//!
//! | verb | change | done when |
//! |---|---|---|
//! | reconcile | annotation reconcile-requested-at | the operator has looked |
//! | retry | annotation retry-requested-at | Ready, or it fails again |
//! | redeploy | annotation deploy-requested-at | Ready, or it fails |
//! | cancel | annotation cancel-requested | the deployment has ended |
//! | rollback | `spec.rollbackTo` | Ready, or it fails |
//! | rollback --clear | `spec.rollbackTo` taken away | Ready, or it fails |
//! | suspend | `spec.suspend: true` | the operator has looked |
//! | resume | `spec.suspend` taken away | Ready, or it fails |
//!
//! Every change also sets reconcile-requested-at: by the status that answers it one can tell that the operator acted on this change.

use serde_json::{Map, Value, json};

use super::failure::Failure;
use super::item::Item;
use super::resource::Kind;
use super::wait::Goal;
use crate::api::annotation as names;
use crate::api::{DeploymentRecord, Operation, TargetStatus};
use crate::proton::DeploymentStatus;

/// Fewest characters that name a deployment.
const PREFIX: usize = 4;
/// Length of a whole id, a UUID.
const ID: usize = 36;

/// What is to be changed, said and waited for.
#[derive(Debug, PartialEq)]
pub(super) struct Request {
    /// A merge patch.
    pub(super) patch: Value,
    /// What `--wait` waits for.
    pub(super) goal: Goal,
    /// What was asked for, for people.
    pub(super) says: String,
}

/// A verb: an object, the deployment that was named, and the marker of this request (a time that was never used before).
pub(super) type Decide = fn(&Item, Option<&str>, &str) -> Result<Request, Failure>;

/// Look again.
pub(super) fn reconcile(item: &Item, named: Option<&str>, marker: &str) -> Result<Request, Failure> {
    unnamed(named)?;
    Ok(request(item, marker, &[], None, Goal::Seen, "is looked at again"))
}

/// Try again what failed, was cancelled or refused.
pub(super) fn retry(item: &Item, named: Option<&str>, marker: &str) -> Result<Request, Failure> {
    unnamed(named)?;
    active(item, "retry")?;
    if running(&item.status.target) {
        return Err(Failure::Refused(format!("a deployment of {} runs: there is nothing to retry before its end", item.id)));
    }
    Ok(request(item, marker, &[(names::RETRY_REQUESTED_AT, marker)], None, Goal::Ready, "is tried again"))
}

/// Deploy the same again.
pub(super) fn redeploy(item: &Item, named: Option<&str>, marker: &str) -> Result<Request, Failure> {
    unnamed(named)?;
    active(item, "redeploy")?;
    Ok(request(item, marker, &[(names::DEPLOY_REQUESTED_AT, marker)], None, Goal::Ready, "is deployed again"))
}

/// Change nothing remote from now on.
pub(super) fn suspend(item: &Item, named: Option<&str>, marker: &str) -> Result<Request, Failure> {
    unnamed(named)?;
    Ok(request(item, marker, &[], Some(json!({"suspend": true})), Goal::Seen, "is suspended"))
}

/// Go on.
pub(super) fn resume(item: &Item, named: Option<&str>, marker: &str) -> Result<Request, Failure> {
    unnamed(named)?;
    Ok(request(item, marker, &[], Some(json!({"suspend": null})), Goal::Ready, "is resumed"))
}

/// Cancel the running deployment; naming it guards against cancelling a later one.
pub(super) fn cancel(item: &Item, named: Option<&str>, marker: &str) -> Result<Request, Failure> {
    let target = &item.status.target;
    let id = named.map(|word| resolve(item, word)).transpose()?.or_else(|| target.last_attempted_deployment_id.clone());
    let id = id.ok_or_else(|| Failure::Refused(format!("{} has no deployment that could be cancelled", item.id)))?;
    cancellable(item, target, &id)?;
    let goal = Goal::Ended(id.clone());
    Ok(request(item, marker, &[(names::CANCEL_REQUESTED, &id)], None, goal, &format!("cancels deployment {id}")))
}

/// The operator cancels only what is its own, runs, and is not a creation.
fn cancellable(item: &Item, target: &TargetStatus, id: &str) -> Result<(), Failure> {
    let status = target.deployment_status.as_deref().unwrap_or_default();
    let current = target.last_attempted_deployment_id.as_deref() == Some(id);
    let attempt = target.attempt.as_ref().filter(|attempt| attempt.deployment_id.as_deref() == Some(id));
    let refuse = |text: String| Err(Failure::Refused(text));
    match attempt {
        _ if !current => refuse(format!("deployment {id} does not run: the last one of {} is another", item.id)),
        _ if !running(target) => refuse(format!("deployment {id} does not run any more: it is {status}")),
        None => refuse(format!(
            "deployment {id} was started by someone else, and the operator never cancels such a one; use `aws proton` with {}",
            match item.id.kind {
                Kind::Environment => "cancel-environment-deployment",
                Kind::Service => "cancel-service-pipeline-deployment",
                Kind::Instance => "cancel-service-instance-deployment",
                Kind::Component => "cancel-component-deployment",
            }
        )),
        Some(attempt) if attempt.operation == Operation::Create => {
            refuse(format!("deployment {id} creates {}; a first deployment cannot be cancelled: wait for its end", item.id))
        }
        Some(_) => Ok(()),
    }
}

/// Whether a creation or an update runs.
fn running(target: &TargetStatus) -> bool {
    let status = target.deployment_status.as_deref();
    [DeploymentStatus::InProgress, DeploymentStatus::Cancelling].iter().any(|running| status == Some(running.as_str()))
}

/// Deploy the state of an earlier deployment: the named one, else the last that succeeded before the present state.
pub(super) fn rollback(item: &Item, named: Option<&str>, marker: &str) -> Result<Request, Failure> {
    active(item, "rollback")?;
    let id = match named {
        Some(word) => resolve(item, word)?,
        None => earlier(item)?,
    };
    if let Some(record) = item.status.target.record(&id).filter(|record| record.status != DeploymentStatus::Succeeded.as_str()) {
        return Err(Failure::Refused(format!(
            "deployment {id} is {}; only a succeeded one can be deployed again",
            record.status
        )));
    }
    let says = format!("rolls back to deployment {id} and stays there until `rollback --clear`");
    Ok(request(item, marker, &[], Some(json!({"rollbackTo": id})), Goal::Ready, &says))
}

/// Want the spec's own state again.
pub(super) fn clear_rollback(item: &Item, named: Option<&str>, marker: &str) -> Result<Request, Failure> {
    unnamed(named)?;
    if item.lifecycle.rollback_to.is_none() {
        return Err(Failure::Refused(format!("{} has no rollbackTo that could be taken away", item.id)));
    }
    Ok(request(item, marker, &[], Some(json!({"rollbackTo": null})), Goal::Ready, "wants what its spec says again"))
}

fn earlier(item: &Item) -> Result<String, Failure> {
    if let Some(id) = &item.lifecycle.rollback_to {
        let text = format!("{} is rolled back to {id} already; name a deployment, or end it with --clear", item.id);
        return Err(Failure::Refused(text));
    }
    let target = &item.status.target;
    let failed = target.last_attempted_deployment_id != target.last_succeeded_deployment_id;
    let succeeded = |record: &&DeploymentRecord| record.status == DeploymentStatus::Succeeded.as_str();
    let before = target
        .deployments
        .iter()
        .filter(succeeded)
        .find(|record| failed || target.last_succeeded_deployment_id.as_deref() != Some(record.id.as_str()));
    let none = || Failure::Refused(format!("{} has no earlier succeeded deployment; `history` lists what there is", item.id));
    before.map(|record| record.id.clone()).ok_or_else(none)
}

/// The whole id of a deployment of which the beginning was written. One that status does not list has to be written whole.
pub(super) fn resolve(item: &Item, word: &str) -> Result<String, Failure> {
    let found: Vec<&str> =
        item.status.target.deployments.iter().map(|record| record.id.as_str()).filter(|id| id.starts_with(word)).collect();
    match found.as_slice() {
        [id] if word.len() >= PREFIX => Ok((*id).to_owned()),
        [_, _, ..] if word.len() >= PREFIX => {
            Err(Failure::Usage(format!("more than one deployment begins with '{word}'; write more of it")))
        }
        _ if word.len() == ID => Ok(word.to_owned()),
        _ => Err(Failure::NotFound(format!(
            "{} shows no deployment that begins with '{word}'; write at least {PREFIX} characters, or the whole id of an older one",
            item.id
        ))),
    }
}

fn request(item: &Item, marker: &str, annotations: &[(&str, &str)], spec: Option<Value>, goal: Goal, says: &str) -> Request {
    let all = [(names::RECONCILE_REQUESTED_AT, marker)];
    let annotations: Map<String, Value> =
        all.iter().chain(annotations).map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let mut patch = json!({"metadata": {"annotations": annotations}});
    if let (Some(spec), Some(members)) = (spec, patch.as_object_mut()) {
        members.insert("spec".to_owned(), spec);
    }
    Request { patch, goal, says: format!("{} {says}", item.id) }
}

fn unnamed(named: Option<&str>) -> Result<(), Failure> {
    named.map_or(Ok(()), |word| Err(Failure::Usage(format!("'{word}' is one word too many"))))
}

/// Nothing is deployed for a suspended object, so it would look as if the verb had no effect.
fn active(item: &Item, verb: &str) -> Result<(), Failure> {
    let text = || format!("{0} is suspended: resume it first with `kubectl proton resume {0}`, then {verb}", item.id);
    if item.suspended() { Err(Failure::Refused(text())) } else { Ok(()) }
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;

//! What to do about the deployed state while nothing runs: deploy, hold, or leave it.
//!
//! | last deployment | status | wish is the attempt's | wish is another |
//! |---|---|---|---|
//! | ours | SUCCEEDED | in sync; RolledBack after a rollback; NotConverging if the API shows something else | deploy if it differs |
//! | ours | FAILED | onFailure; RollbackFailed after a rollback; deploy if it was being superseded | deploy |
//! | ours | CANCELLED | DeploymentCancelled; deploy if it was being superseded and differs | deploy if it differs |
//! | someone else's | any | driftPolicy | deploy if it differs; drift, if the wish had been deployed |
//!
//! Before these: a retry or deployment that is asked for, and an attempt that was written and not begun, are deployed.

use std::time::Duration;

use crate::api::{Attempt, DriftPolicy, OnFailure, Operation, Reason, TargetStatus};
use crate::proton::{DeploymentStatus, EnvironmentView};

use super::attempt;
use super::compare::{Actual, Wanted};
use super::conditions::{Phase, listed};
use super::desired::Desired;
use super::gate::remaining;
use super::observed::Observed;

/// What to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Deploy.
    Deploy(Why),
    /// Leave it and say why; look again after the duration, or at the interval.
    Hold(Phase, Option<Duration>),
    /// What is deployed is what is wanted.
    InSync,
    /// Someone else deployed something else, which is only reported (or, without paths, ignored).
    Drift(Vec<String>),
}

/// Why a deployment is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// The wish differs from what is deployed.
    Change,
    /// The attempt was written and its call had no effect so far.
    Resume,
    /// `onFailure: Retry`.
    Retry,
    /// `onFailure: Rollback`.
    Rollback,
    /// An annotation asks for it.
    Requested,
    /// `driftPolicy: Correct`.
    Correct,
}

/// One question to the decision.
pub struct Question<'a> {
    /// What the user wants.
    pub desired: &'a Desired,
    /// What was seen.
    pub observed: &'a Observed,
    /// The environment, at rest.
    pub environment: &'a EnvironmentView,
    /// The wanted state.
    pub wanted: &'a Wanted,
    /// The status so far.
    pub target: &'a TargetStatus,
    /// Whether `retry-requested-at` is new.
    pub retry: bool,
    /// Whether `deploy-requested-at` is new.
    pub deploy: bool,
}

/// Decides. Total over the rest states SUCCEEDED, FAILED and CANCELLED.
pub fn decide(question: &Question<'_>) -> Verdict {
    let environment = question.environment;
    let differences = differences(question);
    let attempt = question.target.attempt.as_ref();
    let same = attempt.is_some_and(|attempt| attempt.spec_hash == question.wanted.hash());
    let unsettled = environment.deployment_status != DeploymentStatus::Succeeded;
    let pending = attempt.filter(|attempt| same && attempt::is_pending(attempt, environment));
    if question.deploy || question.retry && (unsettled || pending.is_some() || same && attempt.is_some_and(is_rollback)) {
        return Verdict::Deploy(if pending.is_some() { Why::Resume } else { Why::Requested });
    }
    if pending.is_some() {
        return Verdict::Deploy(Why::Resume);
    }
    match attempt.filter(|attempt| attempt::is_ours(Some(attempt), environment)) {
        Some(attempt) if same => settled(question, attempt, &differences),
        Some(_) => change_or_deploy(question, &differences),
        None if was_ours(question) => change_or_deploy(question, &differences),
        None => others(question, same, differences),
    }
}

/// Whether the last deployment was made for this object by an attempt before the written one, whose call never had an effect.
fn was_ours(question: &Question<'_>) -> bool {
    let last = question.environment.last_attempted_deployment_id.as_deref();
    last.and_then(|id| question.target.record(id)).is_some_and(|record| record.generation.is_some())
}

fn is_rollback(attempt: &Attempt) -> bool {
    attempt.operation == Operation::Rollback
}

/// At which paths the deployed state is not the wanted one. Before the first success nothing is deployed.
fn differences(question: &Question<'_>) -> Vec<String> {
    match Actual::deployed(question.environment) {
        Some(actual) => question.wanted.differences(&actual),
        None => vec!["templateMajorVersion".to_owned()],
    }
}

fn change(differences: &[String]) -> Verdict {
    if differences.is_empty() { Verdict::InSync } else { Verdict::Deploy(Why::Change) }
}

/// Our deployment of this very wish has ended.
fn settled(question: &Question<'_>, attempt: &Attempt, differences: &[String]) -> Verdict {
    let id = attempt.deployment_id.as_deref().unwrap_or_default();
    match (&question.environment.deployment_status, attempt.operation) {
        (DeploymentStatus::Succeeded, Operation::Rollback) => hold(
            Reason::RolledBack,
            format!("Generation {} failed; deployment {id} restored the last succeeded state.", attempt.generation),
        ),
        (DeploymentStatus::Succeeded, _) if differences.is_empty() => Verdict::InSync,
        (DeploymentStatus::Succeeded, _) => {
            let paths = listed(differences);
            hold(Reason::NotConverging, format!("Deployment {id} succeeded, but the API shows something else at: {paths}."))
        }
        (DeploymentStatus::Failed, Operation::Rollback) => hold(
            Reason::RollbackFailed,
            format!("Deployment {id}, which should have restored the last succeeded state, failed{}", cause(question)),
        ),
        (_, Operation::Cancel) => change_or_deploy(question, differences),
        (DeploymentStatus::Failed, _) => on_failure(question, attempt, id),
        _ => hold(
            Reason::DeploymentCancelled,
            format!("Deployment {id} was cancelled. Change the spec or ask for a retry to deploy again."),
        ),
    }
}

/// The last deployment was ours and of another wish, or was being superseded: after a failure the wish is deployed even if nothing differs.
fn change_or_deploy(question: &Question<'_>, differences: &[String]) -> Verdict {
    if question.environment.deployment_status == DeploymentStatus::Failed {
        Verdict::Deploy(Why::Change)
    } else {
        change(differences)
    }
}

fn hold(reason: Reason, message: String) -> Verdict {
    Verdict::Hold(Phase::stalled(reason, message), None)
}

/// The API's words, if it gave any.
fn cause(question: &Question<'_>) -> String {
    match &question.environment.deployment_status_message {
        Some(text) if !text.is_empty() => format!(": {}", text.as_str()),
        _ => ".".to_owned(),
    }
}

fn on_failure(question: &Question<'_>, attempt: &Attempt, id: &str) -> Verdict {
    let failed = || format!("Deployment {id} failed{}", cause(question));
    let policy = &question.desired.policy;
    match policy.on_failure {
        OnFailure::Rollback if Actual::deployed(question.environment).is_some() => Verdict::Deploy(Why::Rollback),
        OnFailure::Keep | OnFailure::Rollback => hold(Reason::DeploymentFailed, failed()),
        OnFailure::Retry if attempt.retries >= policy.retry_limit => {
            hold(Reason::RetriesExhausted, format!("Tried {} times again. {}", attempt.retries, failed()))
        }
        OnFailure::Retry => retry(question, attempt, failed()),
    }
}

/// Waits for the retry interval after the end of the failed deployment.
fn retry(question: &Question<'_>, attempt: &Attempt, failed: String) -> Verdict {
    let ended = attempt
        .deployment_id
        .as_deref()
        .and_then(|id| question.target.record(id))
        .and_then(|record| record.completed_at.as_ref());
    let since = ended.map_or(attempt.started_at.0, |time| time.0);
    let left = remaining(since, question.desired.policy.retry_interval, question.observed.now);
    if left.is_zero() {
        return Verdict::Deploy(Why::Retry);
    }
    let number = attempt.retries.saturating_add(1);
    let message = format!("Retry {number} of {} follows. {failed}", question.desired.policy.retry_limit);
    Verdict::Hold(Phase::working(Reason::RetryScheduled, message), Some(left))
}

/// The last deployment is not ours: a newer wish is deployed, otherwise the drift policy decides.
fn others(question: &Question<'_>, same: bool, mut differences: Vec<String>) -> Verdict {
    let failed = question.environment.deployment_status == DeploymentStatus::Failed;
    if differences.is_empty() && failed {
        differences.push("deploymentStatus".to_owned());
    }
    if differences.is_empty() {
        return Verdict::InSync;
    }
    let deployed_before = question.target.deployed_spec_hash.as_ref() == Some(&question.wanted.hash());
    let tried = same && question.target.attempt.as_ref().is_some_and(|attempt| attempt.deployment_id.is_some());
    match question.desired.policy.drift {
        _ if !deployed_before && !tried => Verdict::Deploy(Why::Change),
        DriftPolicy::Correct => Verdict::Deploy(Why::Correct),
        DriftPolicy::Report if deployed_before => Verdict::Drift(differences),
        DriftPolicy::Ignore if deployed_before => Verdict::Drift(Vec::new()),
        DriftPolicy::Report | DriftPolicy::Ignore => {
            let message = format!(
                "Someone else deployed another state after the deployment of this generation had ended without success: {}.",
                listed(&differences)
            );
            Verdict::Hold(Phase::stalled(Reason::DriftDetected, message).drifted(differences), None)
        }
    }
}

#[cfg(test)]
#[path = "deployment_tests.rs"]
mod tests;

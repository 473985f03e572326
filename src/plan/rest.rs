//! The steps for a target on which nothing runs: deploy, then metadata, then tags, then old records.

use crate::api::{ConditionType, Conditions, Operation, ProtonEnvironmentStatus, Reason};
use crate::proton::{DeploymentStatus, EnvironmentView, UpdateEnvironment};

use super::attempt::{self, Intent};
use super::compare::{Actual, Wanted};
use super::conditions::Phase;
use super::decision::{Act, Requeue, Step};
use super::deployment::{self, Question, Verdict, Why};
use super::desired::Desired;
use super::environment::is_deployed;
use super::observed::Observed;
use super::{history, metadata, request, supersede, tags, version};

/// The step for a target of ours at rest.
pub fn plan(
    desired: &Desired,
    observed: &Observed,
    environment: &EnvironmentView,
    wanted: &Wanted,
    status: &mut ProtonEnvironmentStatus,
) -> Step {
    if let Some(phase) = metadata::not_changeable(desired, environment, &wanted.major) {
        return Step::rest(phase, desired.policy.interval);
    }
    let verdict = deployment::decide(&Question {
        desired,
        observed,
        environment,
        wanted,
        target: &status.target,
        retry: is_new(desired.requests.retry.as_ref(), status.last_handled_retry_at.as_ref()),
        deploy: desired.outdated || is_new(desired.requests.deploy.as_ref(), status.last_handled_deploy_at.as_ref()),
    });
    if desired.policy.suspended {
        return suspended(desired, environment, verdict);
    }
    match verdict {
        Verdict::Deploy(why) => deploy(desired, observed, environment, wanted, why, status),
        other => settle(desired, observed, environment, wanted, other, status),
    }
}

fn is_new(asked: Option<&String>, handled: Option<&String>) -> bool {
    asked.is_some() && asked != handled
}

/// Notes the requests that the deployment (or the decision that none is needed) fulfils.
pub fn handled(desired: &Desired, status: &mut ProtonEnvironmentStatus) {
    let copy = |asked: &Option<String>, into: &mut Option<String>| {
        if asked.is_some() {
            into.clone_from(asked);
        }
    };
    copy(&desired.requests.retry, &mut status.last_handled_retry_at);
    copy(&desired.requests.deploy, &mut status.last_handled_deploy_at);
}

/// A suspended object is Ready only if what it wants is deployed.
fn suspended(desired: &Desired, environment: &EnvironmentView, verdict: Verdict) -> Step {
    let phase = match verdict {
        Verdict::InSync => ready(environment),
        Verdict::Drift(paths) => drifted(environment, paths),
        _ => Phase::resting(Reason::Suspended, "The object is suspended; what it wants is not deployed."),
    };
    Step::rest(phase, desired.policy.interval)
}

/// Deploys, if the ceiling allows it: the intent into the status, then the call.
fn deploy(
    desired: &Desired,
    observed: &Observed,
    environment: &EnvironmentView,
    wanted: &Wanted,
    why: Why,
    status: &mut ProtonEnvironmentStatus,
) -> Step {
    let resumed = status.target.attempt.as_ref().filter(|_| why == Why::Resume).map(|attempt| attempt.operation);
    let operation = resumed.unwrap_or(if why == Why::Rollback { Operation::Rollback } else { Operation::Update });
    let update = match operation {
        Operation::Rollback => request::restore(desired, environment),
        _ => request::update(desired, observed, environment, wanted),
    };
    let first = Actual::deployed(environment).is_none();
    if !version::allowed(desired.policy.ceiling, update.deployment_type, first) {
        let message = format!(
            "The change needs a deployment of type {} and deploymentType allows {:?} at most. Raise deploymentType, or take the change back.",
            update.deployment_type.as_str(),
            desired.policy.ceiling
        );
        return Step::rest(Phase::refused(Reason::DeploymentNotAllowed, message), desired.policy.interval);
    }
    if why != Why::Resume {
        intend(desired, observed, environment, wanted, why, operation, status);
    }
    handled(desired, status);
    let ordinal = status.target.attempt.as_ref().map_or(0, |attempt| attempt.ordinal);
    let said = said_before(status).filter(|_| why == Why::Resume);
    let message = said.unwrap_or_else(|| sentence(why, operation).to_owned());
    Step::act(update_act(ordinal, update), Phase::progressing(message))
}

fn update_act(ordinal: i64, request: UpdateEnvironment) -> Act {
    Act::Update { ordinal, request: Box::new(request) }
}

fn intend(
    desired: &Desired,
    observed: &Observed,
    environment: &EnvironmentView,
    wanted: &Wanted,
    why: Why,
    operation: Operation,
    status: &mut ProtonEnvironmentStatus,
) {
    let previous = status.target.attempt.as_ref();
    let retries = if why == Why::Retry { previous.map_or(1, |attempt| attempt.retries.saturating_add(1)) } else { 0 };
    let baseline = environment.last_attempted_deployment_id.clone();
    let intent = Intent { operation, spec_hash: wanted.hash(), baseline, retries };
    status.target.attempt = Some(attempt::next(previous, &desired.identity, intent, observed.now));
}

/// What was said when the attempt was set out: a call that is repeated says nothing new.
fn said_before(status: &ProtonEnvironmentStatus) -> Option<String> {
    let ready = status.conditions.of(ConditionType::Ready)?;
    (ready.reason == Reason::Progressing.name()).then(|| ready.message.clone())
}

fn sentence(why: Why, operation: Operation) -> &'static str {
    match (why, operation) {
        (_, Operation::Rollback) => "The last succeeded state is being deployed again.",
        (Why::Retry, _) => "The failed deployment is tried again.",
        (Why::Requested, _) => "A deployment that was asked for begins.",
        (Why::Correct, _) => "What someone else deployed is being undone.",
        _ => "The wanted state is being deployed.",
    }
}

/// Nothing is deployed: metadata, tags and old records, then the conditions of the verdict.
fn settle(
    desired: &Desired,
    observed: &Observed,
    environment: &EnvironmentView,
    wanted: &Wanted,
    verdict: Verdict,
    status: &mut ProtonEnvironmentStatus,
) -> Step {
    handled(desired, status);
    if let Some((request, names)) = metadata::update(desired, environment) {
        return Step::act(update_act(0, request), Phase::progressing(format!("{} is being changed.", names.join(", "))));
    }
    let (act, keys) = tags::plan(desired, &observed.tags, &status.applied_tag_keys, &environment.arn);
    status.applied_tag_keys = keys;
    if act != Act::None {
        return Step::act(act, Phase::progressing("The tags are being brought up to date."));
    }
    let (phase, after) = match verdict {
        Verdict::InSync => (in_sync(desired, environment, wanted, status), None),
        Verdict::Drift(paths) => (drifted(environment, paths), None),
        Verdict::Hold(phase, after) => (phase, after),
        Verdict::Deploy(_) => (Phase::progressing("The wanted state is being deployed."), None),
    };
    let interval = desired.policy.interval;
    let requeue = Requeue::After(after.map_or(interval, |after| after.min(interval)));
    let kept =
        [desired.policy.rollback_to.as_ref(), status.target.attempt.as_ref().and_then(|attempt| attempt.deployment_id.as_ref())];
    match history::surplus(observed, environment, desired.policy.history_limit, &kept) {
        Some(id) => Step { act: Act::DeleteDeployment { id }, phase, requeue: Requeue::AtOnce },
        None => Step { act: Act::None, phase, requeue },
    }
}

/// Notes that this wish is deployed, and which minor version it came to.
fn in_sync(desired: &Desired, environment: &EnvironmentView, wanted: &Wanted, status: &mut ProtonEnvironmentStatus) -> Phase {
    status.target.deployed_spec_hash = Some(wanted.hash());
    if let Some(actual) = Actual::deployed(environment) {
        status.target.pinned_version = version::pin(desired, &status.target, &actual);
    }
    ready(environment)
}

fn ready(environment: &EnvironmentView) -> Phase {
    let id = environment.last_succeeded_deployment_id.as_deref().unwrap_or("without an id");
    let version = Actual::deployed(environment).map(|actual| actual.version()).filter(|version| version != ".");
    let what = version.map_or_else(|| "The wanted state".to_owned(), |version| format!("Version {version}"));
    Phase::ready(Reason::Deployed, format!("{what} is deployed (deployment {id})."))
}

/// This generation was deployed; since then someone else deployed something else.
fn drifted(environment: &EnvironmentView, paths: Vec<String>) -> Phase {
    if paths.is_empty() {
        return ready(environment);
    }
    let message = "This generation was deployed; since then someone else deployed another state, see the condition Drifted.";
    Phase::ready(Reason::DriftDetected, message).drifted(paths)
}

/// A target that is only looked at.
pub fn observe(desired: &Desired, observed: &Observed, environment: &EnvironmentView, status: &ProtonEnvironmentStatus) -> Step {
    let interval = desired.policy.interval;
    let wanted = match version::wanted(desired, observed, &status.target, Some(&environment.arn)) {
        Ok(wanted) => wanted,
        Err(phase) => return Step::rest(phase, interval),
    };
    if environment.deployment_status.is_running() || environment.deployment_status == DeploymentStatus::DeleteComplete {
        return Step::wait(supersede::foreign(environment), interval);
    }
    let differences = is_deployed(&wanted, environment);
    let id = environment.last_attempted_deployment_id.as_deref().unwrap_or("without an id");
    let phase = match environment.deployment_status {
        DeploymentStatus::Failed => {
            Phase::stalled(Reason::DeploymentFailed, format!("Deployment {id}, which is someone else's, failed."))
        }
        DeploymentStatus::DeleteFailed => {
            let noun = desired.resource.noun().to_lowercase();
            Phase::stalled(Reason::DeleteFailed, format!("Someone else's deletion of {noun} {} failed.", desired.name))
        }
        _ if differences.is_empty() => Phase { reason: Reason::Observed, ..ready(environment) },
        _ => Phase::stalled(
            Reason::DriftDetected,
            "What is deployed is not what the spec says, and adoptionPolicy Observe changes nothing.",
        ),
    };
    Step::rest(phase.drifted(differences), interval)
}

//! Copies what the API shows into the status.

use crate::api::status::{MESSAGE_LIMIT, cut, time};
use crate::api::{Operation, ProtonEnvironmentStatus, RecordedOutputs, Sensitive, TargetStatus};
use crate::proton::{DeploymentStatus, EnvironmentView};

use super::attempt;
use super::desired::Desired;
use super::history;
use super::observed::Observed;
use super::ownership::Relation;

/// The status of this pass before anything is decided: the remembered one, with the remote facts of a resource that is ours or observed.
/// Of others' resources nothing is taken over, so that it is never mistaken for something that was ours.
pub fn status(
    desired: &Desired,
    observed: &Observed,
    remembered: &ProtonEnvironmentStatus,
    relation: &Relation<'_>,
) -> ProtonEnvironmentStatus {
    let mut status = remembered.clone();
    match relation {
        Relation::Ours(environment) | Relation::Observed(environment) => show(&mut status, desired, observed, environment),
        Relation::Absent | Relation::Missing(_) => forget_state(&mut status),
        Relation::Elsewhere { .. } | Relation::Another(_) | Relation::Unowned(_) => {}
    }
    status
}

/// Nothing is there, so nothing has a state. Ids stay as a memory.
fn forget_state(status: &mut ProtonEnvironmentStatus) {
    status.target.deployment_status = None;
    status.target.deployment_status_message = None;
}

fn show(status: &mut ProtonEnvironmentStatus, desired: &Desired, observed: &Observed, environment: &EnvironmentView) {
    if status.target.arn.as_ref().is_some_and(|arn| *arn != environment.arn) {
        status.target = TargetStatus::default();
    }
    let target = &mut status.target;
    target.arn = Some(environment.arn.clone());
    target.deployment_status = Some(environment.deployment_status.as_str().to_owned());
    let message = environment.deployment_status_message.as_ref().filter(|text| !text.is_empty());
    target.deployment_status_message = message.map(|text| cut(text.as_str(), MESSAGE_LIMIT).into());
    target.last_attempted_deployment_id.clone_from(&environment.last_attempted_deployment_id);
    target.last_succeeded_deployment_id.clone_from(&environment.last_succeeded_deployment_id);
    target.last_deployment_attempted_at = environment.last_deployment_attempted_at.map(time);
    target.last_deployment_succeeded_at = environment.last_deployment_succeeded_at.map(time);
    target.template_major_version.clone_from(&environment.template_major_version);
    target.template_minor_version.clone_from(&environment.template_minor_version);
    if let Some(attempt) = target.attempt.as_mut() {
        attempt::bind(attempt, environment, observed.attempted.as_ref(), &desired.policy.external_inputs);
    }
    remember_success(target, environment);
    history::mirror(target, observed, environment);
    outputs(target, desired, observed);
    let version = environment.template_major_version.as_ref().zip(environment.template_minor_version.as_ref());
    status.version = version.map(|(major, minor)| format!("{major}.{minor}"));
}

/// A deployment of ours that succeeded has deployed its wish, unless it restored an older state.
fn remember_success(target: &mut TargetStatus, environment: &EnvironmentView) {
    let ours =
        target.attempt.as_ref().filter(|own| attempt::is_ours(Some(own), environment) && own.operation != Operation::Rollback);
    if let Some(own) = ours.filter(|_| environment.deployment_status == DeploymentStatus::Succeeded) {
        target.deployed_spec_hash = Some(own.spec_hash.clone());
    }
}

fn outputs(target: &mut TargetStatus, desired: &Desired, observed: &Observed) {
    if let Some((deployment_id, outputs)) = &observed.outputs {
        let values = outputs.iter().map(|output| (output.key.clone(), output.value.as_str().to_owned())).collect();
        target.outputs =
            Some(RecordedOutputs { deployment_id: deployment_id.clone(), values: Sensitive(values), written_to: None });
    }
    if let Some(outputs) = target.outputs.as_mut() {
        outputs.written_to.clone_from(&desired.policy.outputs_to);
    }
}

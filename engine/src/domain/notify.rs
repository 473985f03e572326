//! NotifyResourceDeploymentStatusChange: what a customer's automation tells about a running deployment (API model,
//! ResourceDeploymentStatus; AWS Proton User Guide, pages ag-infrastructure-tmp-files-terraform and -codebuild).
//!
//! | status | deployment |
//! |---|---|
//! | absent, IN_PROGRESS | goes on; outputs and message are recorded |
//! | SUCCEEDED | ends SUCCEEDED with the outputs that were told last |
//! | FAILED | ends FAILED |
//!
//! A deployment of CloudFormation, and one that nothing was handed to a provisioner for yet, is refused: the engine
//! itself sees how that ends.

use jiff::Timestamp;

use super::deployment::Reason;
use super::lifecycle::{self, Outcome};
use super::refusal::Refusal;
use super::target::{Change, Deployment, Method, Target};

/// How the deployment stands, as it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It goes on.
    InProgress,
    /// It ended well.
    Succeeded,
    /// It did not.
    Failed,
}

/// What was told.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The status; absent is IN_PROGRESS.
    pub status: Status,
    /// Name and value of each output, in place of those that were told before.
    pub outputs: Option<Vec<(String, String)>>,
    /// The status message. Sensitive.
    pub message: Option<String>,
}

/// The records after a notice about the running `deployment` of `target`.
pub fn notified(target: &Target, deployment: &Deployment, notice: Notice, now: Timestamp) -> Result<Change, Refusal> {
    check(target, deployment)?;
    let told = Deployment { outputs: notice.outputs.unwrap_or_else(|| deployment.outputs.clone()), ..deployment.clone() };
    let outcome = match notice.status {
        Status::InProgress => return Ok(lifecycle::note(target, &told, notice.message.or_else(|| target.message.clone()), now)),
        Status::Succeeded => {
            Outcome::Succeeded { outputs: told.outputs.clone(), resources: target.resources.clone(), message: notice.message }
        }
        Status::Failed => Outcome::Failed {
            message: notice.message.unwrap_or_else(|| "The deployment was reported as FAILED, without a message.".to_owned()),
            resources: Vec::new(),
        },
    };
    lifecycle::settle(target, &told, outcome, now).map_err(|reason| Refusal::of_event(reason, &target.arn))
}

fn check(target: &Target, deployment: &Deployment) -> Result<(), Refusal> {
    let is_current = target.attempted.as_ref().is_some_and(|attempt| attempt.id == deployment.id);
    if deployment.completed_at.is_some() || !is_current || !target.state.is_running() {
        return Err(Refusal::of_event(Reason::Settled, &format!("resource {}", target.arn)));
    }
    match deployment.prepared.as_ref().map(|prepared| prepared.method) {
        Some(Method::Terraform | Method::CodeBuild) => Ok(()),
        Some(Method::CloudFormation | Method::CustomerManaged) => Err(Refusal::Conflict(format!(
            "The deployment {} is provisioned by the engine itself, which sees how it ends. Only self-managed and CodeBuild deployments are reported.",
            deployment.id
        ))),
        None => Err(Refusal::Conflict(format!("The deployment {} has not begun yet. Try again.", deployment.id))),
    }
}

#[cfg(test)]
#[path = "notify_tests.rs"]
mod tests;

//! Environments: what Create, Update, Delete and Cancel make of one.

use std::fmt;

use jiff::Timestamp;

use super::deployment::State;
use super::environment_members::Members;
use super::idempotency::Creation;
use super::lifecycle::{self, Request};
use super::refusal::Refusal;
use super::resolve::Now;
use super::state::{DeployedState, EnvironmentState};
use super::target::{Change, Deployment, Operation, Target, TargetKind, TargetNames};
use super::version::VersionNumber;

/// An environment (API model, shape Environment).
#[derive(Clone, PartialEq)]
pub struct Environment {
    /// Its name, unique in account and region.
    pub name: String,
    /// Its template, for its whole life.
    pub template_name: String,
    /// Whether the template is CUSTOMER_MANAGED: nothing is provisioned, and the inputs are the outputs.
    pub customer_managed: bool,
    /// Its description. Sensitive.
    pub description: Option<String>,
    /// How it provisions.
    pub members: Members,
    /// The account in which it provisions.
    pub account_id: String,
    /// What is remembered of the create.
    pub creation: Creation,
    /// Its deployable half.
    pub target: Target,
    /// What the last succeeded deployment deployed; none before the first success. This, not what a running
    /// deployment wants, is what Get shows (AWS Proton User Guide, pages ag-create-env and ag-env-update, samples).
    pub deployed: Option<EnvironmentState>,
}

impl fmt::Debug for Environment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Environment").field("name", &self.name).field("target", &self.target).finish_non_exhaustive()
    }
}

/// A new environment, before its first deployment begins.
pub fn absent_target(arn: String, stack_name: String, now: Timestamp) -> Target {
    Target {
        arn,
        kind: TargetKind::Environment,
        created_at: now,
        state: State::Absent,
        message: None,
        attempted: None,
        succeeded: None,
        resources: Vec::new(),
        stack_name,
    }
}

/// What an update starts from: what is deployed, and before the first success what was attempted last.
#[derive(Clone, Debug)]
pub struct Base {
    /// The state.
    pub state: EnvironmentState,
    /// Whether it is deployed.
    pub deployed: bool,
}

impl Base {
    /// Out of the environment and the wanted state of its last attempted deployment.
    pub fn of(environment: &Environment, attempted: Option<&Deployment>) -> Option<Self> {
        let deployed = environment.deployed.clone().map(|state| Self { state, deployed: true });
        deployed.or_else(|| {
            let wanted = attempted.and_then(|deployment| deployment.wanted.as_ref())?;
            wanted.as_environment().cloned().map(|state| Self { state, deployed: false })
        })
    }

    /// The version as `resolve` needs it.
    pub fn now(&self) -> Now {
        Now { version: self.state.version, deployed: self.deployed }
    }
}

/// Begins the first deployment of an environment whose target is absent.
pub fn create(environment: &Environment, wanted: EnvironmentState, id: String, now: Timestamp) -> Result<Change, Refusal> {
    begin(environment, Operation::Create, Some(wanted), id, now)?.ok_or_else(|| unexpected(environment))
}

/// Begins a deployment of `version` with `spec`, or with the spec as it was where none is given.
pub fn update(
    environment: &Environment,
    base: &Base,
    version: VersionNumber,
    spec: Option<String>,
    id: String,
    now: Timestamp,
) -> Result<Change, Refusal> {
    let spec = spec.unwrap_or_else(|| base.state.spec.clone());
    let wanted = EnvironmentState { template_name: environment.template_name.clone(), version, spec };
    begin(environment, Operation::Update, Some(wanted), id, now)?.ok_or_else(|| unexpected(environment))
}

/// Begins the deletion of what `base` says is, or may be, there. None when it runs already.
pub fn delete(environment: &Environment, base: Option<Base>, id: String, now: Timestamp) -> Result<Option<Change>, Refusal> {
    begin(environment, Operation::Delete, base.map(|base| base.state), id, now)
}

/// Asks the running deployment to stop.
pub fn cancel(environment: &Environment, running: &Deployment, now: Timestamp) -> Result<Change, Refusal> {
    lifecycle::cancel(&environment.target, running, now).map_err(|reason| Refusal::of_event(reason, &what(environment)))
}

/// Refuses metadata changes while the environment is being deleted, or is deployed: the running deployment would read
/// half of them.
pub fn check_quiet(environment: &Environment) -> Result<(), Refusal> {
    use super::deployment::{Event, step};
    step(TargetKind::Environment, environment.target.state, Event::Update)
        .map(|_| ())
        .map_err(|reason| Refusal::of_event(reason, &what(environment)))
}

/// The spec of an update with deploymentType NONE, which deploys nothing: it may only be what is stored.
pub fn check_spec_unchanged(base: Option<&Base>, spec: Option<&str>) -> Result<(), Refusal> {
    match spec {
        Some(given) if base.is_none_or(|base| base.state.spec != given) => Err(Refusal::Invalid(
            "spec cannot be changed with deploymentType NONE, which deploys nothing. Use CURRENT_VERSION.".to_owned(),
        )),
        _ => Ok(()),
    }
}

/// How messages call the environment.
pub fn what(environment: &Environment) -> String {
    format!("environment {}", environment.name)
}

fn begin(
    environment: &Environment,
    operation: Operation,
    wanted: Option<EnvironmentState>,
    id: String,
    now: Timestamp,
) -> Result<Option<Change>, Refusal> {
    let request = Request {
        operation,
        id,
        names: TargetNames { environment: environment.name.clone(), ..TargetNames::default() },
        initial: environment.deployed.clone().map(DeployedState::Environment),
        wanted: wanted.map(DeployedState::Environment),
    };
    lifecycle::begin(&environment.target, request, now).map_err(|reason| Refusal::of_event(reason, &what(environment)))
}

fn unexpected(environment: &Environment) -> Refusal {
    Refusal::Conflict(format!("A deployment of the {} cannot begin now. Try again.", what(environment)))
}

//! Directly defined components: what Create, Update, Delete and Cancel make of one (AWS Proton User Guide, pages
//! ag-components and ag-components-states).

use std::fmt;

use jiff::Timestamp;

use super::account_connection::Connection;
use super::component_state::{Attachment, ComponentState};
use super::deployment::{Event, State, step};
use super::environment::Environment;
use super::lifecycle::{self, Request};
use super::refusal::Refusal;
use super::state::DeployedState;
use super::target::{Change, Deployment, Operation, Target, TargetKind, TargetNames};

/// A component (API model, shape Component).
#[derive(Clone, PartialEq)]
pub struct Component {
    /// Its name, unique in account and region.
    pub name: String,
    /// The environment it is deployed to, for its whole life.
    pub environment: String,
    /// What it is attached to. Holds from the request on, whatever becomes of the deployment.
    pub attachment: Option<Attachment>,
    /// Its description. Sensitive.
    pub description: Option<String>,
    /// The text of its manifest, for its whole life. Sensitive.
    pub manifest: String,
    /// The client token of the last request that had one.
    pub last_client_token: Option<String>,
    /// When it was last created or updated.
    pub modified_at: Timestamp,
    /// Its deployable half.
    pub target: Target,
    /// What the last succeeded deployment deployed.
    pub deployed: Option<ComponentState>,
}

impl fmt::Debug for Component {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Component").field("name", &self.name).field("target", &self.target).finish_non_exhaustive()
    }
}

/// A component's target before its first deployment begins.
pub fn absent_target(arn: String, stack_name: String, now: Timestamp) -> Target {
    Target {
        arn,
        kind: TargetKind::Component,
        created_at: now,
        state: State::Absent,
        message: None,
        attempted: None,
        succeeded: None,
        resources: Vec::new(),
        stack_name,
    }
}

/// The members of an update that deploy; absent ones stay.
#[derive(Clone, Default)]
pub struct Given {
    /// serviceSpec.
    pub service_spec: Option<String>,
    /// templateFile.
    pub template_file: Option<String>,
}

impl Component {
    /// How messages call it.
    pub fn what(&self) -> String {
        format!("component {}", self.name)
    }

    /// What an update starts from: what is deployed, and before the first success what was attempted last.
    pub fn base(&self, attempted: Option<&Deployment>) -> Option<ComponentState> {
        let wanted = || attempted.and_then(|deployment| deployment.wanted.as_ref()).and_then(DeployedState::as_component);
        self.deployed.clone().or_else(|| wanted().cloned())
    }

    /// What a deployment of the component with its present attachment deploys. The spec of another attachment is not
    /// taken over.
    pub fn wanted(&self, base: ComponentState, given: Given) -> ComponentState {
        let kept = base.service_spec.filter(|_| base.attachment == self.attachment);
        ComponentState {
            attachment: self.attachment.clone(),
            service_spec: given.service_spec.or(kept),
            template_file: given.template_file.unwrap_or(base.template_file),
        }
    }

    /// Begins a deployment. None when the deletion that is asked for runs already.
    pub fn begin(
        &self,
        operation: Operation,
        wanted: Option<ComponentState>,
        id: String,
        now: Timestamp,
    ) -> Result<Option<Change>, Refusal> {
        let names = TargetNames {
            environment: self.environment.clone(),
            service: self.attachment.as_ref().map(|attachment| attachment.service.clone()),
            service_instance: self.attachment.as_ref().map(|attachment| attachment.instance.clone()),
            component: Some(self.name.clone()),
        };
        let initial = self.deployed.clone().map(DeployedState::Component);
        let request = Request { operation, id, names, initial, wanted: wanted.map(DeployedState::Component) };
        lifecycle::begin(&self.target, request, now).map_err(|reason| Refusal::of_event(reason, &self.what()))
    }

    /// Asks the running deployment to stop.
    pub fn cancel(&self, running: &Deployment, now: Timestamp) -> Result<Change, Refusal> {
        lifecycle::cancel(&self.target, running, now).map_err(|reason| Refusal::of_event(reason, &self.what()))
    }

    /// Refuses every update while a deployment runs, also of what deploys nothing (API model, UpdateComponent).
    pub fn check_quiet(&self) -> Result<(), Refusal> {
        let update = step(TargetKind::Component, self.target.state, Event::Update);
        update.map(|_| ()).map_err(|reason| Refusal::of_event(reason, &self.what()))
    }

    /// Refuses to delete what is attached (AWS Proton User Guide, page ag-components-states).
    pub fn check_deletable(&self) -> Result<(), Refusal> {
        match &self.attachment {
            None => Ok(()),
            Some(Attachment { service, instance }) => Err(Refusal::Conflict(format!(
                "The {} is attached to the instance {instance} of the service {service} and cannot be deleted. Detach it first: update it with an empty serviceName and serviceInstanceName.",
                self.what()
            ))),
        }
    }
}

/// serviceSpec has a meaning only beside an attachment (API model, CreateComponent).
pub fn check_spec(attachment: Option<&Attachment>, service_spec: Option<&str>) -> Result<(), Refusal> {
    match (attachment, service_spec) {
        (None, Some(_)) => Err(Refusal::Invalid(
            "serviceSpec can be given only while the component is, or becomes, attached to a service instance.".to_owned(),
        )),
        _ => Ok(()),
    }
}

/// Refuses an environment that cannot have components: one that is being deleted, that was never deployed, or that
/// provisions with a role and has none for components (API model, CreateEnvironment, componentRoleArn). `connection` is
/// the one that the environment uses; its roles count then.
pub fn check_environment(environment: &Environment, connection: Option<&Connection>) -> Result<(), Refusal> {
    let name = &environment.name;
    match environment.target.state {
        State::DeleteInProgress => return Err(Refusal::Conflict(format!("The environment {name} is being deleted."))),
        State::DeleteFailed => {
            return Err(Refusal::Conflict(format!(
                "The deletion of the environment {name} failed; it can only be deleted again."
            )));
        }
        _ => {}
    }
    if environment.target.succeeded.is_none() {
        return Err(Refusal::Conflict(format!(
            "No deployment of the environment {name} has succeeded yet. Wait until one has: a component is rendered with its outputs."
        )));
    }
    let members = &environment.members;
    if members.service_role_arn.is_some() && members.component_role_arn.is_none() {
        return Err(Refusal::Invalid(format!(
            "The environment {name} has no componentRoleArn, which components are provisioned with. Set it with UpdateEnvironment and deploymentType NONE."
        )));
    }
    if let Some(connection) = connection.filter(|connection| connection.roles.component_role_arn.is_none()) {
        return Err(Refusal::Invalid(format!(
            "The {} of the environment {name} has no componentRoleArn, which components are provisioned with. Set it with UpdateEnvironmentAccountConnection.",
            connection.what()
        )));
    }
    Ok(())
}

#[cfg(test)]
#[path = "component_tests.rs"]
mod tests;

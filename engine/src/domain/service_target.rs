//! The two kinds of targets that a service has: its instances and its pipeline.

use jiff::Timestamp;

use super::deployment::{Event, State, step};
use super::lifecycle::{self, Request};
use super::refusal::Refusal;
use super::resolve::Now;
use super::service_state::{ServiceInstanceState, ServicePipelineState};
use super::state::DeployedState;
use super::target::{Change, Deployment, Operation, Target, TargetKind, TargetNames};
use super::version::VersionNumber;

/// A service instance (API model, shape ServiceInstance).
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceInstance {
    /// The service.
    pub service: String,
    /// Its name, unique in the service.
    pub name: String,
    /// The environment it runs in, for its whole life.
    pub environment: String,
    /// The service template.
    pub template_name: String,
    /// The client token of the last request that had one.
    pub last_client_token: Option<String>,
    /// Its deployable half.
    pub target: Target,
    /// What the last succeeded deployment deployed.
    pub deployed: Option<ServiceInstanceState>,
}

/// The pipeline of a service (API model, shape ServicePipeline).
#[derive(Clone, Debug, PartialEq)]
pub struct ServicePipeline {
    /// The service.
    pub service: String,
    /// The service template.
    pub template_name: String,
    /// Its deployable half; ABSENT until the service's first instances are deployed.
    pub target: Target,
    /// What the last succeeded deployment deployed.
    pub deployed: Option<ServicePipelineState>,
}

/// What an update starts from: what is deployed, and before the first success what was attempted last.
#[derive(Clone, Debug, PartialEq)]
pub struct Base<S> {
    /// The state.
    pub state: S,
    /// Whether it is deployed.
    pub deployed: bool,
}

impl<S> Base<S> {
    /// The version as `resolve` needs it.
    pub fn now(&self, version: VersionNumber) -> Now {
        Now { version, deployed: self.deployed }
    }
}

impl ServiceInstance {
    /// How messages call it.
    pub fn what(&self) -> String {
        format!("service instance {} of the service {}", self.name, self.service)
    }

    /// The names of its deployments.
    pub fn names(&self) -> TargetNames {
        TargetNames {
            environment: self.environment.clone(),
            service: Some(self.service.clone()),
            service_instance: Some(self.name.clone()),
            component: None,
        }
    }

    /// What an update starts from.
    pub fn base(&self, attempted: Option<&Deployment>) -> Option<Base<ServiceInstanceState>> {
        let deployed = self.deployed.clone().map(|state| Base { state, deployed: true });
        deployed.or_else(|| {
            let wanted = attempted.and_then(|deployment| deployment.wanted.as_ref())?;
            wanted.as_service_instance().cloned().map(|state| Base { state, deployed: false })
        })
    }

    /// Begins a deployment. None when the deletion that is asked for runs already.
    pub fn begin(
        &self,
        operation: Operation,
        wanted: Option<ServiceInstanceState>,
        id: String,
        now: Timestamp,
    ) -> Result<Option<Change>, Refusal> {
        let request = Request {
            operation,
            id,
            names: self.names(),
            initial: self.deployed.clone().map(DeployedState::ServiceInstance),
            wanted: wanted.map(DeployedState::ServiceInstance),
        };
        lifecycle::begin(&self.target, request, now).map_err(|reason| Refusal::of_event(reason, &self.what()))
    }
}

impl ServicePipeline {
    /// How messages call it.
    pub fn what(&self) -> String {
        format!("pipeline of the service {}", self.service)
    }

    /// What an update starts from: beside what was deployed or attempted the service itself, for a pipeline that was
    /// never attempted because an instance failed.
    pub fn base(&self, attempted: Option<&Deployment>, of_service: ServicePipelineState) -> Base<ServicePipelineState> {
        if let Some(state) = self.deployed.clone() {
            return Base { state, deployed: true };
        }
        let wanted = attempted.and_then(|deployment| deployment.wanted.as_ref());
        let wanted = wanted.and_then(|wanted| wanted.as_service_pipeline().cloned());
        Base { state: wanted.unwrap_or(of_service), deployed: false }
    }

    /// Begins a deployment. `environment` is that of the service's first instance, empty without instances.
    pub fn begin(
        &self,
        operation: Operation,
        environment: String,
        wanted: Option<ServicePipelineState>,
        id: String,
        now: Timestamp,
    ) -> Result<Option<Change>, Refusal> {
        let names = TargetNames { environment, service: Some(self.service.clone()), ..TargetNames::default() };
        let initial = self.deployed.clone().map(DeployedState::ServicePipeline);
        let request = Request { operation, id, names, initial, wanted: wanted.map(DeployedState::ServicePipeline) };
        lifecycle::begin(&self.target, request, now).map_err(|reason| Refusal::of_event(reason, &self.what()))
    }

    /// The pipeline of a service whose instances failed: never deployed, and failed for that reason (the message is AWS
    /// Proton's own).
    #[must_use]
    pub fn refused(&self, failed: &[String]) -> Target {
        let message = format!("Service Instance(s): [{}] failed to deploy - canceling pipeline deployment", failed.join(", "));
        Target { state: State::Failed, message: Some(message), ..self.target.clone() }
    }
}

/// A new target, before its first deployment begins.
pub fn absent(arn: String, kind: TargetKind, stack_name: String, now: Timestamp) -> Target {
    Target {
        arn,
        kind,
        created_at: now,
        state: State::Absent,
        message: None,
        attempted: None,
        succeeded: None,
        resources: Vec::new(),
        stack_name,
    }
}

/// Refuses a change while the target is deployed or deleted.
pub fn check_quiet(target: &Target, what: &str) -> Result<(), Refusal> {
    step(target.kind, target.state, Event::Update).map(|_| ()).map_err(|reason| Refusal::of_event(reason, what))
}

/// Asks the running deployment of a target to stop.
pub fn cancel(target: &Target, running: Option<&Deployment>, what: &str, now: Timestamp) -> Result<Change, Refusal> {
    use super::deployment::Reason;
    let running = running.ok_or_else(|| Refusal::of_event(Reason::NothingRunning, what))?;
    lifecycle::cancel(target, running, now).map_err(|reason| Refusal::of_event(reason, what))
}

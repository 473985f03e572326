//! The decision for a ServiceInstance: the plan of any deployable target, on this instance's own entry of the service's documents.
//!
//! | remote service | remote instance | object | step |
//! |---|---|---|---|
//! | absent | absent | wanted | wait for the service |
//! | `…_IN_PROGRESS` | absent | wanted | wait until the service rests, then create |
//! | at rest | absent | wanted, refs not ready | wait and say for what |
//! | at rest | absent | wanted | create |
//! | any | made by our CreateService, without owner tag | wanted | tag it, then go on as with ours |
//! | `…_IN_PROGRESS` | there, at rest | being deleted | wait until the service rests |
//! | any | in another environment | wanted | NotChangeable, see [`super::place`] |
//! | its object goes too, not blocked | there, at rest | being deleted, policy Delete | wait: DeleteService takes it along |
//! | any | there | any | as [`super::environment`] decides; outputs that are no longer current deploy again |

use jiff::Timestamp;

use crate::api::annotation::OWNER_TAG;
use crate::api::{AdoptionPolicy, DeletionPolicy, Operation, Reason, RedeployOn, ServiceInstance, UsedDeployments};
use crate::proton::{
    CreateEnvironment, CreateServiceInstance, Deployment, DeploymentStatus, EnvironmentState, EnvironmentView, InstanceView,
    Sensitive, ServiceView, UpdateEnvironment, UpdateServiceInstance,
};

use super::attempt::{self, Intent};
use super::compare::Wanted;
use super::decision::{Act, Decision};
use super::desired::Desired;
use super::document::{self, Inputs};
use super::memory::Memory;
use super::observed::Observed;
use super::references::Dependency;
use super::service_document::{Entry, ServiceDocument};
use super::target::TargetKind;
use super::{environment, ownership, place, version};

/// What a ServiceInstance wants.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceWish {
    /// What every target has. `name` is the instance's.
    pub core: Desired,
    /// The service.
    pub service: Dependency,
    /// The environment.
    pub environment: Dependency,
    /// `redeployOn`.
    pub redeploy_on: Vec<RedeployOn>,
}

/// What was seen besides the instance itself.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceSeen {
    /// The instance in the form of any target, see [`view`].
    pub core: Observed,
    /// GetService; `None` when it is not found.
    pub service: Option<ServiceView>,
    /// The environment in which the instance is.
    pub place: Option<String>,
    /// Whether our CreateService made this instance for this object.
    pub made_for_us: bool,
    /// Outputs that the deployed state used, if they were asked for.
    pub used: Option<UsedDeployments>,
    /// The attached components' last succeeded deployments, if they were asked for.
    pub components: Option<Vec<String>>,
    /// The environment's last succeeded deployment, if it was asked for.
    pub environment: Option<String>,
    /// Whether the service's object is being deleted and takes its instances along, see [`super::service::takes_along`].
    pub service_goes: bool,
}

impl InstanceWish {
    /// Reads an object, whose service and environment are resolved.
    pub fn of(object: &ServiceInstance, cluster: &str, service: Dependency, environment: Dependency) -> Self {
        let spec = &object.spec;
        let mut core = Desired::of_parts(&object.metadata, &spec.lifecycle, spec.name.as_ref(), cluster);
        core.resource = TargetKind::Instance;
        core.template_major_version.clone_from(&spec.template_major_version);
        core.template_minor_version.clone_from(&spec.template_minor_version);
        core.minor_version_policy = spec.minor_version_policy.unwrap_or_default();
        core.inputs = inputs(object);
        core.tags = spec.tags.clone().unwrap_or_default();
        let redeploy_on = spec.redeploy_on.clone().unwrap_or_else(|| vec![RedeployOn::Component]);
        Self { core, service, environment, redeploy_on }
    }
}

/// `inputs`, or the map that `specYaml` holds.
pub fn inputs(object: &ServiceInstance) -> Result<Inputs, String> {
    let written = object.spec.inputs.as_ref().map(|inputs| inputs.get());
    let Some(text) = object.spec.spec_yaml.as_ref() else {
        return document::read(written, None);
    };
    let value: serde_yaml::Value =
        serde_yaml::from_str(text.get()).map_err(|error| format!("specYaml is not YAML: {error}. Correct it at that place"))?;
    match serde_json::to_value(value) {
        Ok(serde_json::Value::Object(values)) if values.contains_key("proton") => {
            Err("specYaml is a whole document: keep only what stands under this instance's own `spec:`".to_owned())
        }
        Ok(serde_json::Value::Object(values)) => document::read(Some(&values), None),
        _ => Err("specYaml is not a mapping: write the instance's inputs in it as `name: value`".to_owned()),
    }
}

/// An instance in the form that every plan works on: its own entry of the document alone.
pub fn view(instance: &InstanceView) -> EnvironmentView {
    EnvironmentView {
        name: instance.name.clone(),
        arn: instance.arn.clone(),
        description: None,
        created_at: instance.created_at,
        last_deployment_attempted_at: instance.last_deployment_attempted_at,
        last_deployment_succeeded_at: instance.last_deployment_succeeded_at,
        template_name: instance.template_name.clone(),
        template_major_version: instance.template_major_version.clone(),
        template_minor_version: instance.template_minor_version.clone(),
        deployment_status: instance.deployment_status.clone(),
        deployment_status_message: instance.deployment_status_message.clone(),
        proton_service_role_arn: None,
        environment_account_connection_id: None,
        spec: own_entry(instance.spec.as_ref(), &instance.name),
        customer_managed: false,
        provisioning_repository: None,
        component_role_arn: None,
        codebuild_role_arn: None,
        last_attempted_deployment_id: instance.last_attempted_deployment_id.clone(),
        last_succeeded_deployment_id: instance.last_succeeded_deployment_id.clone(),
    }
}

/// A deployment of an instance in the same form.
pub fn deployment(mut from: Deployment, name: &str) -> Deployment {
    for state in [&mut from.initial_state, &mut from.target_state].into_iter().flatten() {
        *state = EnvironmentState { spec: own_entry(state.spec.as_ref(), name), ..state.clone() };
    }
    from
}

/// The inputs of one entry; `None` if the document cannot be read or lacks it.
fn own_entry(text: Option<&Sensitive>, name: &str) -> Option<Sensitive> {
    let document = ServiceDocument::parse(text?.as_str()).ok()?;
    document.entry(name).map(|entry| document::compose(&entry.inputs).into())
}

/// Whether the service is being changed as a whole, so that calls about its instances would be refused.
pub fn is_busy(service: &ServiceView) -> bool {
    service.status.ends_with("_IN_PROGRESS")
}

/// Decides the next step. Pure and total.
pub fn plan(wish: &InstanceWish, seen: &InstanceSeen, memory: &Memory) -> Decision {
    let mut core = wish.core.clone();
    let mut observed = seen.core.clone();
    core.template_name = template_name(seen);
    if let Some(message) = waits(wish, seen, memory).filter(|_| !wants_finalizer(&core)) {
        return environment::waiting(&core, memory, Reason::WaitingForDependency, &message, observed.now);
    }
    if let Some(decision) = place::elsewhere(&core, &observed, memory, Some(&wish.environment), seen.place.as_deref()) {
        return decision;
    }
    core.outdated = outdated(wish, seen);
    // One that is let go must be seen without its owner tag once that is taken off.
    let let_go = core.deleting && ownership::deletion_policy(&core, &observed.tags) == DeletionPolicy::Retain;
    let unmarked = seen.made_for_us && !let_go && !observed.tags.iter().any(|tag| tag.key == OWNER_TAG);
    let mut memory = memory.clone();
    if unmarked {
        observed.tags.push(ownership::owner_tag(&core));
        remember_creation(&core, &observed, &mut memory);
    }
    let mut decision = environment::plan(&core, &observed, &memory);
    if let Some(view) = observed.environment.as_ref().filter(|_| unmarked && marks_now(&core)) {
        decision.act = Act::Tag { arn: view.arn.clone(), tags: vec![ownership::owner_tag(&core)] };
        decision.requeue = super::Requeue::AtOnce;
    }
    if let Some(used) = &seen.used {
        decision.status.target.used_deployments = Some(used.clone());
    }
    decision
}

/// The finalizer comes before any wait: CreateService may make the instance while its object waits.
fn wants_finalizer(core: &Desired) -> bool {
    !core.finalizer && !core.deleting && !core.policy.suspended && core.policy.adoption != AdoptionPolicy::Observe
}

/// The owner tag is put on before anything else, unless nothing may be changed or the object goes anyway.
fn marks_now(core: &Desired) -> bool {
    core.finalizer && !core.deleting && !core.policy.suspended
}

fn template_name(seen: &InstanceSeen) -> String {
    let shown = seen.core.environment.as_ref().map(|view| view.template_name.clone());
    shown.or_else(|| seen.service.as_ref().map(|service| service.template_name.clone())).unwrap_or_default()
}

/// What has to come first, as a sentence.
fn waits(wish: &InstanceWish, seen: &InstanceSeen, memory: &Memory) -> Option<String> {
    let busy = seen.service.as_ref().filter(|service| is_busy(service));
    if wish.core.deleting {
        let at_rest = seen.core.environment.as_ref().is_some_and(|view| !view.deployment_status.is_running());
        let deletes = ownership::deletion_policy(&wish.core, &seen.core.tags) == DeletionPolicy::Delete;
        let along = || format!("Service {} is being deleted, and this instance with it.", wish.service.name);
        let busy = busy.map(|service| format!("Service {} is {}.", service.name, service.status));
        return busy.or_else(|| (deletes && seen.service_goes).then(along)).filter(|_| at_rest);
    }
    if seen.core.environment.is_some() || memory.status.target.arn.is_some() || wish.core.policy.suspended {
        return None;
    }
    let refs = wish.service.waits.clone().filter(|_| seen.service.is_none()).or_else(|| wish.environment.waits.clone());
    refs.or_else(|| match &seen.service {
        None => Some(format!("Service {} does not exist remotely yet.", wish.service.name)),
        Some(_) => busy.map(|service| format!("Service {} is {}.", service.name, service.status)),
    })
}

/// Whether outputs that the deployed state used are not the current ones. Asked only after a success: what failed is for `onFailure`.
fn outdated(wish: &InstanceWish, seen: &InstanceSeen) -> bool {
    let succeeded = seen.core.environment.as_ref().is_some_and(|view| view.deployment_status == DeploymentStatus::Succeeded);
    let Some(used) = seen.used.as_ref().filter(|_| succeeded) else {
        return false;
    };
    let by = |what| wish.redeploy_on.contains(&what);
    let components = seen.components.as_ref().is_some_and(|current| *current != used.components);
    let environment = seen.environment.is_some() && seen.environment != used.environment;
    (by(RedeployOn::Component) && components) || (by(RedeployOn::Environment) && environment)
}

/// The creation by CreateService counts as this object's own attempt.
fn remember_creation(core: &Desired, observed: &Observed, memory: &mut Memory) {
    let target = &mut memory.status.target;
    if target.attempt.is_none()
        && let Ok(wanted) = version::wanted(core, observed, target, None)
    {
        target.attempt = Some(creation(core, &wanted, observed.now));
    }
}

fn creation(core: &Desired, wanted: &Wanted, now: Timestamp) -> crate::api::Attempt {
    let intent = Intent { operation: Operation::Create, spec_hash: wanted.hash(), baseline: None, retries: 0 };
    attempt::next(None, &core.identity, intent, now)
}

/// CreateServiceInstance from what the plan of any target decided. `service` is the service's current document.
pub fn create(
    from: &CreateEnvironment,
    wish: &InstanceWish,
    service: &ServiceDocument,
    token: Option<String>,
) -> CreateServiceInstance {
    CreateServiceInstance {
        service_name: wish.service.name.clone(),
        name: from.name.clone(),
        spec: service.only(entry(wish, &from.spec)).compose().into(),
        template_major_version: from.template_major_version.clone(),
        template_minor_version: from.template_minor_version.clone(),
        tags: from.tags.clone(),
        client_token: token,
    }
}

/// UpdateServiceInstance, likewise.
pub fn update(
    from: &UpdateEnvironment,
    wish: &InstanceWish,
    service: &ServiceDocument,
    token: Option<String>,
) -> UpdateServiceInstance {
    UpdateServiceInstance {
        service_name: wish.service.name.clone(),
        name: from.name.clone(),
        deployment_type: from.deployment_type,
        spec: from.spec.as_ref().map(|spec| service.only(entry(wish, spec)).compose().into()),
        template_major_version: from.template_major_version.clone(),
        template_minor_version: from.template_minor_version.clone(),
        client_token: token,
    }
}

fn entry(wish: &InstanceWish, spec: &Sensitive) -> Entry {
    let inputs = document::parse(spec.as_str()).unwrap_or_default();
    Entry { name: wish.core.name.clone(), environment: wish.environment.name.clone(), inputs }
}

#[cfg(test)]
#[path = "instance_tests.rs"]
mod tests;

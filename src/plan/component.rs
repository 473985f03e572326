//! The decision for a Component: the plan of any deployable target, on the component's file, inputs and attachment.
//!
//! | remote component | wanted | step |
//! |---|---|---|
//! | absent | refs not ready | wait and say for what |
//! | in another environment | any | NotChangeable, see [`super::place`] |
//! | attached | attached elsewhere | detach first, then attach |
//! | attached | detached | detach |
//! | detached | attached | attach |
//! | attached, at rest | gone | detach, then see the next row |
//! | detached, its last instance still uses its outputs | gone | wait for the redeploy of the instance |
//! | detached | gone | delete |

use serde_json::{Map, Value, json};

use crate::api::{Component, Reason};
use crate::proton::{
    ComponentView, CreateComponent, CreateEnvironment, Deployment, EnvironmentView, Sensitive, UpdateComponent,
    UpdateEnvironment, UpdateType,
};

use super::conditions::Phase;
use super::decision::{Act, Decision};
use super::desired::Desired;
use super::document::{self, Inputs};
use super::memory::Memory;
use super::observed::Observed;
use super::ownership::{self, Relation};
use super::references::Dependency;
use super::target::TargetKind;
use super::{Requeue, environment, mirror, place};

/// A service and its instance.
pub type Attachment = (String, String);

/// What a Component wants.
#[derive(Clone, Debug, PartialEq)]
pub struct ComponentWish {
    /// What every target has.
    pub core: Desired,
    /// `templateFile`.
    pub template_file: Sensitive,
    /// `manifest`.
    pub manifest: Sensitive,
    /// `serviceSpec` as a parsed value; the error says what is wrong with it.
    pub service_spec: Result<Option<Value>, String>,
    /// Service and instance.
    pub attached: Option<(Dependency, Dependency)>,
    /// Environment.
    pub environment: Option<Dependency>,
}

/// What was seen besides the component itself.
#[derive(Clone, Debug, PartialEq)]
pub struct ComponentSeen {
    /// The component in the form of any target, see [`view`].
    pub core: Observed,
    /// Where it is attached.
    pub attached: Option<Attachment>,
    /// The environment in which it is.
    pub place: Option<String>,
    /// An instance of ours that still uses outputs of the component and will be deployed again without them.
    pub still_used_by: Option<String>,
}

impl ComponentWish {
    /// Reads an object, whose references are resolved.
    pub fn of(
        object: &Component,
        cluster: &str,
        attached: Option<(Dependency, Dependency)>,
        environment: Option<Dependency>,
    ) -> Self {
        let spec = &object.spec;
        let mut core = Desired::of_parts(&object.metadata, &spec.lifecycle, spec.name.as_ref(), cluster);
        core.resource = TargetKind::Component;
        core.description = spec.description.as_ref().map(|text| Sensitive::from(text.get().as_str()));
        core.tags = spec.tags.clone().unwrap_or_default();
        Self {
            core,
            template_file: spec.template_file.get().as_str().into(),
            manifest: spec.manifest.get().as_str().into(),
            service_spec: spec.service_spec.as_ref().map(|text| value(text.get())).transpose(),
            attached,
            environment,
        }
    }

    /// The wanted attachment.
    fn target(&self) -> Option<Attachment> {
        self.attached.as_ref().map(|(service, instance)| (service.name.clone(), instance.name.clone()))
    }
}

fn value(text: &str) -> Result<Value, String> {
    let broken = |error: String| format!("serviceSpec is not a YAML document: {error}. Correct it at that place");
    let parsed: serde_yaml::Value = serde_yaml::from_str(text).map_err(|error| broken(error.to_string()))?;
    serde_json::to_value(parsed).map_err(|error| broken(error.to_string()))
}

/// The members of a component's state as inputs.
fn members(file: &str, service_spec: Option<&Value>, attached: Option<&Attachment>) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("templateFile".to_owned(), json!(file));
    if let Some((service, instance)) = attached {
        members.insert("serviceName".to_owned(), json!(service));
        members.insert("serviceInstanceName".to_owned(), json!(instance));
        if let Some(spec) = service_spec {
            members.insert("serviceSpec".to_owned(), spec.clone());
        }
    }
    members
}

/// The members of a deployment's state, out of the JSON text in which they come.
fn of_state(text: &Sensitive) -> Map<String, Value> {
    let state: Value = serde_json::from_str(text.as_str()).unwrap_or_default();
    let text = |name: &str| state.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let spec = text("serviceSpec").and_then(|text| value(&text).ok());
    let attached = text("serviceName").zip(text("serviceInstanceName"));
    members(&text("templateFile").unwrap_or_default(), spec.as_ref(), attached.as_ref())
}

/// A component in the form that every plan works on. Its file is out of `deployed`, the last succeeded deployment.
pub fn view(component: &ComponentView, deployed: Option<&Deployment>) -> EnvironmentView {
    let state = deployed.and_then(|deployment| deployment.target_state.as_ref()).and_then(|state| state.spec.as_ref());
    let file = state.map(of_state).and_then(|state| state.get("templateFile").and_then(Value::as_str).map(str::to_owned));
    let spec = component.service_spec.as_ref().and_then(|text| value(text.as_str()).ok());
    let shown = members(&file.unwrap_or_default(), spec.as_ref(), attached(component).as_ref());
    let succeeded = component.last_succeeded_deployment_id.is_some();
    EnvironmentView {
        name: component.name.clone(),
        arn: component.arn.clone(),
        description: component.description.clone(),
        created_at: component.created_at,
        last_deployment_attempted_at: component.last_deployment_attempted_at,
        last_deployment_succeeded_at: component.last_deployment_succeeded_at,
        template_name: String::new(),
        template_major_version: succeeded.then(String::new),
        template_minor_version: succeeded.then(String::new),
        deployment_status: component.deployment_status.clone(),
        deployment_status_message: component.deployment_status_message.clone(),
        proton_service_role_arn: None,
        environment_account_connection_id: None,
        spec: succeeded.then(|| document::compose(&shown).into()),
        customer_managed: false,
        provisioning_repository: None,
        component_role_arn: None,
        codebuild_role_arn: None,
        last_attempted_deployment_id: component.last_attempted_deployment_id.clone(),
        last_succeeded_deployment_id: component.last_succeeded_deployment_id.clone(),
    }
}

/// Where a component is attached.
pub fn attached(component: &ComponentView) -> Option<Attachment> {
    component.service_name.clone().zip(component.service_instance_name.clone())
}

/// A deployment of a component in the same form.
pub fn deployment(mut from: Deployment) -> Deployment {
    for state in [&mut from.initial_state, &mut from.target_state].into_iter().flatten() {
        state.spec = state.spec.as_ref().map(|spec| document::compose(&of_state(spec)).into());
    }
    from
}

/// Decides the next step. Pure and total.
pub fn plan(wish: &ComponentWish, seen: &ComponentSeen, memory: &Memory) -> Decision {
    let mut core = wish.core.clone();
    let now = seen.core.now;
    if let Some(message) = waits(wish, seen, memory) {
        return environment::waiting(&core, memory, Reason::WaitingForDependency, &message, now);
    }
    if let Some(decision) = place::elsewhere(&core, &seen.core, memory, wish.environment.as_ref(), seen.place.as_deref()) {
        return without_version(decision);
    }
    core.inputs = inputs(wish, seen);
    let mut decision = environment::plan(&core, &seen.core, memory);
    if matches!(decision.act, Act::Delete { .. }) {
        decision = leave(&core, seen, memory, decision);
    }
    without_version(decision)
}

/// A component has no template, so its status shows no version.
fn without_version(mut decision: Decision) -> Decision {
    let target = &mut decision.status.target;
    (target.template_major_version, target.template_minor_version, target.pinned_version) = (None, None, None);
    decision.status.version = None;
    target.deployments.iter_mut().for_each(|record| record.version = None);
    decision
}

/// What has to come first, as a sentence.
fn waits(wish: &ComponentWish, seen: &ComponentSeen, memory: &Memory) -> Option<String> {
    if wish.core.deleting || wish.core.policy.suspended {
        return None;
    }
    let attachment = wish.attached.iter().flat_map(|(service, instance)| [service, instance]);
    let moves = seen.attached != wish.target();
    let open = attachment.filter(|_| moves).find_map(|dependency| dependency.waits.clone());
    let new = seen.core.environment.is_none() && memory.status.target.arn.is_none();
    open.or_else(|| wish.environment.as_ref().filter(|_| new).and_then(|environment| environment.waits.clone()))
}

/// The wish of this stage: a component that is to be attached elsewhere is detached first.
fn inputs(wish: &ComponentWish, seen: &ComponentSeen) -> Result<Inputs, String> {
    let spec = wish.service_spec.clone()?;
    if seen.core.environment.is_none() && wish.attached.is_none() && wish.environment.is_none() && !wish.core.deleting {
        return Err("neither environment nor service instance is set: set environmentRef, or attach the component".to_owned());
    }
    let target = wish.target();
    let elsewhere = seen.attached.is_some() && seen.attached != target || is_detaching(seen);
    let stage = target.filter(|_| !elsewhere);
    Ok(Inputs::Values(members(wish.template_file.as_str(), spec.as_ref(), stage.as_ref())))
}

/// Whether a deployment runs that detaches: it is let end, whatever comes after it.
fn is_detaching(seen: &ComponentSeen) -> bool {
    let running = seen.core.environment.as_ref().is_some_and(|view| view.deployment_status.is_running());
    let attached = |spec: &Sensitive| document::parse(spec.as_str()).is_ok_and(|values| values.contains_key("serviceName"));
    running
        && seen.core.attempted.as_ref().is_some_and(|deployment| {
            let state = |state: &Option<crate::proton::EnvironmentState>| state.as_ref().and_then(|state| state.spec.clone());
            state(&deployment.initial_state).is_some_and(|spec| attached(&spec))
                && state(&deployment.target_state).is_some_and(|spec| !attached(&spec))
        })
}

/// Before a deletion: detach, and wait until the instance was deployed without it.
fn leave(core: &Desired, seen: &ComponentSeen, memory: &Memory, decision: Decision) -> Decision {
    let relation = ownership::relation(core, &seen.core, memory.status.target.arn.as_deref());
    let Relation::Ours(view) = &relation else {
        return decision;
    };
    let now = seen.core.now;
    if seen.attached.is_some() {
        let mut staged = environment::finish(
            core,
            now,
            memory,
            mirror::status(core, &seen.core, &memory.status, &relation),
            super::Step::rest(
                Phase::working(Reason::Deleting, "The component is detached before the deletion."),
                core.policy.interval,
            ),
        );
        let request = UpdateEnvironment::new(view.name.clone(), UpdateType::CurrentVersion);
        staged.act = Act::Update { ordinal: -1, request: Box::new(request) };
        staged.requeue = Requeue::AtOnce;
        return staged;
    }
    match &seen.still_used_by {
        Some(instance) => {
            let message =
                format!("ServiceInstance {instance} still uses the component's outputs; waiting until it was deployed again.");
            environment::waiting(core, memory, Reason::WaitingForDependency, &message, now)
        }
        None => decision,
    }
}

/// CreateComponent from what the plan of any target decided.
pub fn create(from: &CreateEnvironment, wish: &ComponentWish, token: Option<String>) -> CreateComponent {
    let state = document::parse(from.spec.as_str()).unwrap_or_default();
    let attached_to = pair(&state);
    CreateComponent {
        name: from.name.clone(),
        description: from.description.clone(),
        environment_name: wish.environment.as_ref().map(|environment| environment.name.clone()).filter(|_| attached_to.is_none()),
        attached_to,
        service_spec: state.get("serviceSpec").map(|spec| spec.to_string().into()),
        template_file: wish.template_file.clone(),
        manifest: wish.manifest.clone(),
        tags: from.tags.clone(),
        client_token: token,
    }
}

/// UpdateComponent, likewise. Without a spec and with a deployment it detaches, which is the step before a deletion.
pub fn update(from: &UpdateEnvironment, seen: &ComponentSeen, token: Option<String>) -> UpdateComponent {
    let state = from.spec.as_ref().map(|spec| document::parse(spec.as_str()).unwrap_or_default());
    let deploys = from.deployment_type != UpdateType::None;
    let target = state.as_ref().and_then(pair);
    let detaches = deploys && target.is_none() && seen.attached.is_some();
    let text = |name: &str| state.as_ref().and_then(|state| state.get(name)).and_then(Value::as_str).map(Sensitive::from);
    let spec = state.as_ref().and_then(|state| state.get("serviceSpec")).map(|spec| spec.to_string().into());
    UpdateComponent {
        name: from.name.clone(),
        deployment_type: if deploys { UpdateType::CurrentVersion } else { UpdateType::None },
        description: from.description.clone(),
        attached_to: target.or_else(|| detaches.then(|| (String::new(), String::new()))),
        service_spec: spec,
        template_file: text("templateFile"),
        client_token: token,
    }
}

fn pair(state: &Map<String, Value>) -> Option<Attachment> {
    let text = |name: &str| state.get(name).and_then(Value::as_str).map(str::to_owned);
    text("serviceName").zip(text("serviceInstanceName"))
}

#[cfg(test)]
#[path = "component_tests.rs"]
mod tests;

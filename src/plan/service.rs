//! The decision for a ProtonService: the plan of any deployable target, on the service and its pipeline.
//!
//! | remote service | known instances | object | step |
//! |---|---|---|---|
//! | absent, template with a pipeline | none is ready | wanted | wait for the first, WaitingForInstances |
//! | absent | any | wanted | create with every instance whose environment is ready |
//! | at rest, pipeline deployed with another set of instances | all at rest | wanted | one UpdateServicePipeline |
//! | at rest | some belong to nobody that goes | being deleted | blocked, with their names |
//! | at rest | some are being deployed | being deleted | wait until they rest |
//! | at rest | all go with policy Delete | being deleted | delete |
//! | CREATE_FAILED | any | wanted | as [`super::service_creation`] decides |
//! | at rest, no pipeline | any | wanted, with a section `pipeline` | InvalidSpec |
//! | any | any | any | as [`super::environment`] decides |

use std::collections::BTreeSet;

use crate::api::status::{MESSAGE_LIMIT, cut};
use crate::api::{AdoptionPolicy, ConditionType, Conditions, CreatedInstance, DeletionPolicy, ProtonService, Reason};
use crate::proton::{
    CreateEnvironment, CreateService, Deployment, DeploymentStatus, EnvironmentState, EnvironmentView, InstanceSummary,
    PipelineView, Sensitive, ServiceView, UpdateEnvironment, UpdateServicePipeline,
};

use super::conditions::{self, Phase};
use super::decision::{Act, Decision, Step};
use super::desired::Desired;
use super::document::{self, Inputs};
use super::memory::Memory;
use super::observed::Observed;
use super::ownership::{self, Relation};
use super::service_document::{Entry, ServiceDocument};
use super::target::TargetKind;
use super::{environment, mirror, service_creation};

/// What a ProtonService wants.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceWish {
    /// What every target has.
    pub core: Desired,
    /// connectionArn, id and branch.
    pub repository: Option<(String, String, String)>,
    /// Whether the object has a section `pipeline`.
    pub asks_for_pipeline: bool,
    /// Version of the pipeline, as far as it is named.
    pub pipeline_version: (Option<String>, Option<String>),
    /// ServiceInstance objects of this service.
    pub known: Vec<KnownInstance>,
}

/// A ServiceInstance object as its service sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownInstance {
    /// Its entry.
    pub entry: Entry,
    /// Its owner tag.
    pub owner: String,
    /// Whether it may be created now: its environment is ready, its inputs are readable, its version is the service's.
    pub ready: bool,
    /// Whether it is being deleted and its remote instance with it.
    pub goes: bool,
}

/// What was seen besides the service itself.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceSeen {
    /// The service and its pipeline in the form of any target, see [`view`].
    pub core: Observed,
    /// GetService.
    pub service: Option<ServiceView>,
    /// Whether the template has a pipeline.
    pub has_pipeline: bool,
    /// ListServiceInstances of the service.
    pub instances: Vec<InstanceSummary>,
}

impl ServiceWish {
    /// Reads an object.
    pub fn of(object: &ProtonService, cluster: &str, known: Vec<KnownInstance>) -> Self {
        let spec = &object.spec;
        let mut core = Desired::of_parts(&object.metadata, &spec.lifecycle, spec.name.as_ref(), cluster);
        core.resource = TargetKind::Service;
        core.template_name.clone_from(&spec.template_name);
        core.template_major_version.clone_from(&spec.template_major_version);
        core.template_minor_version.clone_from(&spec.template_minor_version);
        core.description = spec.description.as_ref().map(|text| Sensitive::from(text.get().as_str()));
        core.tags = spec.tags.clone().unwrap_or_default();
        let asks_for_pipeline = spec.pipeline.is_some();
        let pipeline = spec.pipeline.clone().unwrap_or_default();
        core.inputs = document::read(pipeline.inputs.as_ref().map(|inputs| inputs.get()), None)
            .map_err(|problem| format!("pipeline.{problem}"));
        let repository = spec.repository.clone().map(|from| (from.connection_arn, from.id, from.branch));
        let pipeline_version = (pipeline.template_major_version, pipeline.template_minor_version);
        Self { core, repository, asks_for_pipeline, pipeline_version, known }
    }
}

/// Whether the remote instance of an object goes with it, as far as the object tells.
pub fn goes(deleting: bool, deletion: Option<DeletionPolicy>, adoption: Option<AdoptionPolicy>) -> bool {
    let created = matches!(adoption.unwrap_or_default(), AdoptionPolicy::CreateOnly);
    deleting && deletion.map_or(created, |policy| policy == DeletionPolicy::Delete)
}

/// Whether the deletion of a service will take its instances along: it is wanted, and nothing is in its way.
pub fn takes_along(service: &ProtonService) -> bool {
    let policies = &service.spec.lifecycle;
    goes(service.metadata.deletion_timestamp.is_some(), policies.deletion_policy, policies.adoption_policy)
        && !policies.suspend.unwrap_or_default()
        && !service.status.as_ref().is_some_and(|status| status.conditions.is_true(ConditionType::Stalled))
}

/// A service in the form that every plan works on. While the service as a whole is changed, that is what runs; else its pipeline tells.
/// `wish` gives the version of a service without a pipeline, which has none of its own.
pub fn view(service: &ServiceView, wish: &ServiceWish) -> EnvironmentView {
    let pipeline = service.pipeline.as_ref();
    let version = |of: fn(&PipelineView) -> Option<String>, else_: &str| match pipeline {
        Some(pipeline) => of(pipeline),
        None => Some(else_.to_owned()),
    };
    let wished_minor = wish.core.template_minor_version.as_deref().unwrap_or("0");
    EnvironmentView {
        name: service.name.clone(),
        arn: service.arn.clone(),
        description: service.description.clone(),
        created_at: service.created_at,
        last_deployment_attempted_at: pipeline.and_then(|pipeline| pipeline.last_deployment_attempted_at),
        last_deployment_succeeded_at: pipeline.and_then(|pipeline| pipeline.last_deployment_succeeded_at),
        template_name: service.template_name.clone(),
        template_major_version: version(|pipeline| pipeline.template_major_version.clone(), &wish.core.template_major_version),
        template_minor_version: version(|pipeline| pipeline.template_minor_version.clone(), wished_minor),
        deployment_status: status(service),
        deployment_status_message: pipeline
            .and_then(|pipeline| pipeline.deployment_status_message.clone())
            .or_else(|| service.status_message.clone()),
        proton_service_role_arn: None,
        environment_account_connection_id: None,
        spec: pipeline.and_then(|pipeline| section(pipeline.spec.as_ref())),
        customer_managed: false,
        provisioning_repository: None,
        component_role_arn: None,
        codebuild_role_arn: None,
        last_attempted_deployment_id: pipeline.and_then(|pipeline| pipeline.last_attempted_deployment_id.clone()),
        last_succeeded_deployment_id: pipeline.and_then(|pipeline| pipeline.last_succeeded_deployment_id.clone()),
    }
}

/// One status for service and pipeline.
pub fn status(service: &ServiceView) -> DeploymentStatus {
    let of_pipeline =
        || service.pipeline.as_ref().map_or(DeploymentStatus::Succeeded, |pipeline| pipeline.deployment_status.clone());
    status_as_a_whole(&service.status).unwrap_or_else(of_pipeline)
}

/// The status of a service whose word tells it; `None`: its pipeline does.
pub fn status_as_a_whole(word: &str) -> Option<DeploymentStatus> {
    match word {
        "DELETE_IN_PROGRESS" => Some(DeploymentStatus::DeleteInProgress),
        "DELETE_FAILED" => Some(DeploymentStatus::DeleteFailed),
        word if word.ends_with("_IN_PROGRESS") => Some(DeploymentStatus::InProgress),
        word if word.starts_with("CREATE_FAILED") => Some(DeploymentStatus::Failed),
        _ => None,
    }
}

/// The pipeline's section alone.
fn section(text: Option<&Sensitive>) -> Option<Sensitive> {
    let document = ServiceDocument::parse(text?.as_str()).ok()?;
    Some(document::compose(&document.pipeline.unwrap_or_default()).into())
}

/// A deployment of the pipeline in the same form; it counts as one of the service.
pub fn deployment(mut from: Deployment, service_arn: &str) -> Deployment {
    service_arn.clone_into(&mut from.target_arn);
    for state in [&mut from.initial_state, &mut from.target_state].into_iter().flatten() {
        *state = EnvironmentState { spec: section(state.spec.as_ref()), ..state.clone() };
    }
    from
}

/// Decides the next step. Pure and total.
pub fn plan(wish: &ServiceWish, seen: &ServiceSeen, memory: &Memory) -> Decision {
    let mut core = wish.core.clone();
    let now = seen.core.now;
    if let Some(view) = &seen.core.environment {
        pipeline_version(wish, seen, view, &mut core);
        core.outdated = outdated(seen);
    }
    if !seen.has_pipeline {
        core.inputs = without_pipeline(wish, seen);
    }
    if let Some(message) = waits(wish, seen, memory) {
        return environment::waiting(&core, memory, Reason::WaitingForInstances, &message, now);
    }
    let mut decision = match blocked(wish, seen, memory) {
        Some(message) => block(&core, memory, seen, &message),
        None => match unrest(wish, seen, memory) {
            Some(message) => environment::waiting(&core, memory, Reason::Deleting, &message, now),
            None => service_creation::plan(&core, seen, memory).unwrap_or_else(|| environment::plan(&core, &seen.core, memory)),
        },
    };
    note(wish, seen, memory, &mut decision);
    name_the_work(&core, seen, &mut decision);
    decision
}

/// Inputs of a service whose template has no pipeline. While the service as a whole is changed, its pipeline need not be shown.
fn without_pipeline(wish: &ServiceWish, seen: &ServiceSeen) -> Result<Inputs, String> {
    let changing = seen.service.as_ref().is_some_and(|service| service.status.ends_with("_IN_PROGRESS"));
    if wish.asks_for_pipeline && !changing && !wish.core.deleting {
        let template = &wish.core.template_name;
        return Err(format!(
            "pipeline is set and template {template} has no pipeline: take pipeline away, or use another template"
        ));
    }
    Ok(Inputs::Unmanaged)
}

/// Once the service exists, versions are the pipeline's: the named ones, or those that are deployed. UpdateService, which completes a failed
/// creation, takes no version; another one follows as an update of its own.
fn pipeline_version(wish: &ServiceWish, seen: &ServiceSeen, view: &EnvironmentView, core: &mut Desired) {
    let unfinished = service_creation::is_unfinished(seen.service.as_ref());
    let (major, minor) = if unfinished { (None, None) } else { wish.pipeline_version.clone() };
    let created = wish
        .core
        .template_minor_version
        .clone()
        .filter(|minor| major.is_none() && view.template_minor_version.as_ref().is_none_or(|deployed| deployed == minor));
    core.template_minor_version = minor.or(created);
    if let Some(major) = major.or_else(|| view.template_major_version.clone()) {
        core.template_major_version = major;
    }
}

/// Whether the pipeline was last deployed for another set of instances than there is. Asked only when nothing is going on, so that many changes
/// make one update.
fn outdated(seen: &ServiceSeen) -> bool {
    let Some(pipeline) = seen.service.as_ref().and_then(|service| service.pipeline.as_ref()) else {
        return false;
    };
    let calm = seen.instances.iter().all(|row| !row.deployment_status.is_running());
    let settled = pipeline.deployment_status == DeploymentStatus::Succeeded;
    let Some(deployed) = pipeline.spec.as_ref().and_then(|spec| ServiceDocument::parse(spec.as_str()).ok()) else {
        return false;
    };
    let names: BTreeSet<&str> = seen.instances.iter().map(|row| row.name.as_str()).collect();
    calm && settled && deployed.names() != names
}

/// Why it cannot be created yet.
fn waits(wish: &ServiceWish, seen: &ServiceSeen, memory: &Memory) -> Option<String> {
    let absent = seen.service.is_none() && memory.status.target.arn.is_none() && !wish.core.deleting;
    let creates = matches!(wish.core.policy.adoption, AdoptionPolicy::CreateOnly | AdoptionPolicy::AdoptOrCreate);
    let ready = wish.known.iter().any(|instance| instance.ready) || !creates || wish.core.policy.suspended;
    (absent && seen.has_pipeline && !ready).then(|| {
        format!("Template {} has a pipeline: the service is created together with its first ServiceInstance whose environment is ready.", wish.core.template_name)
    })
}

/// Whether the remote service is to be deleted.
fn deletes(core: &Desired, seen: &ServiceSeen, memory: &Memory) -> bool {
    let relation = ownership::relation(core, &seen.core, memory.status.target.arn.as_deref());
    let retain = ownership::deletion_policy(core, &seen.core.tags) == DeletionPolicy::Retain;
    core.deleting && !retain && matches!(relation, Relation::Ours(_))
}

/// Instances that keep the service from being deleted, as a sentence.
fn blocked(wish: &ServiceWish, seen: &ServiceSeen, memory: &Memory) -> Option<String> {
    let core = &wish.core;
    if !deletes(core, seen, memory) {
        return None;
    }
    let going = |name: &str| wish.known.iter().any(|instance| instance.entry.name == name && instance.goes);
    let staying: Vec<&str> = seen
        .instances
        .iter()
        .filter(|row| row.deployment_status != DeploymentStatus::DeleteInProgress && !going(&row.name))
        .map(|row| row.name.as_str())
        .collect();
    (!staying.is_empty()).then(|| {
        format!(
            "Service {} has instances that stay: {}. Delete their ServiceInstance objects (policy Delete), or set deletionPolicy: Retain here.",
            core.name,
            staying.join(", ")
        )
    })
}

/// Deployments of instances that have to end before the service can be deleted; a running update is cancelled for its own object.
fn unrest(wish: &ServiceWish, seen: &ServiceSeen, memory: &Memory) -> Option<String> {
    let running: Vec<&str> = seen
        .instances
        .iter()
        .filter(|row| row.deployment_status.is_running() && row.deployment_status != DeploymentStatus::DeleteInProgress)
        .map(|row| row.name.as_str())
        .collect();
    let at_rest = seen.core.environment.as_ref().is_some_and(|view| !view.deployment_status.is_running());
    (deletes(&wish.core, seen, memory) && at_rest && !running.is_empty())
        .then(|| format!("Deployments of {} have to end before service {} is deleted.", running.join(", "), wish.core.name))
}

fn block(core: &Desired, memory: &Memory, seen: &ServiceSeen, message: &str) -> Decision {
    let step = Step::rest(
        Phase::stalled(Reason::DeletionBlocked, message),
        core.policy.interval.min(std::time::Duration::from_secs(15)),
    );
    let relation = ownership::relation(core, &seen.core, memory.status.target.arn.as_deref());
    let status = mirror::status(core, &seen.core, &memory.status, &relation);
    environment::finish(core, seen.core.now, memory, status, step)
}

/// A service that is being changed as a whole has no deployment of its own; that is no deployment of someone else's.
fn name_the_work(core: &Desired, seen: &ServiceSeen, decision: &mut Decision) {
    let foreign = decision.status.conditions.reason(ConditionType::Ready) == Some(Reason::ForeignDeployment);
    let changes = |service: &&ServiceView| service.status.ends_with("_IN_PROGRESS") && service.status != "DELETE_IN_PROGRESS";
    if let Some(service) = seen.service.as_ref().filter(|_| foreign).filter(changes) {
        let phase = Phase::working(Reason::Deploying, format!("Service {} is {}.", service.name, service.status));
        conditions::write(&mut decision.status, &phase, core.identity.generation, seen.core.now);
        decision.notices.clear();
    }
}

/// Notes what only a service's status holds; which instances are created, before the call.
fn note(wish: &ServiceWish, seen: &ServiceSeen, memory: &Memory, decision: &mut Decision) {
    let mut facts = memory.status.service.clone();
    if matches!(decision.act, Act::Create(_)) {
        let created = wish.known.iter().filter(|instance| instance.ready);
        facts.created = created
            .map(|instance| CreatedInstance { name: instance.entry.name.clone(), owner: instance.owner.clone() })
            .collect();
    }
    if seen.service.is_some() {
        facts.created.retain(|made| seen.instances.iter().any(|row| row.name == made.name));
    }
    let service = seen.service.as_ref();
    facts.status = service.map(|service| service.status.clone());
    let message = service.and_then(|service| service.status_message.as_ref()).filter(|text| !text.is_empty());
    facts.message = message.map(|text| cut(text.as_str(), MESSAGE_LIMIT).into());
    decision.status.service = facts;
}

/// CreateService with the instances that were noted.
pub fn create(from: &CreateEnvironment, wish: &ServiceWish, seen: &ServiceSeen, created: &[CreatedInstance]) -> CreateService {
    let noted =
        |instance: &&KnownInstance| created.iter().any(|made| made.name == instance.entry.name && made.owner == instance.owner);
    let instances = wish.known.iter().filter(noted).map(|instance| instance.entry.clone()).collect();
    let pipeline = seen.has_pipeline.then(|| document::parse(from.spec.as_str()).unwrap_or_default());
    CreateService {
        name: from.name.clone(),
        description: from.description.clone(),
        template_name: from.template_name.clone(),
        template_major_version: from.template_major_version.clone(),
        template_minor_version: from.template_minor_version.clone(),
        spec: ServiceDocument { pipeline, instances }.compose().into(),
        repository: wish.repository.clone(),
        tags: from.tags.clone(),
    }
}

/// UpdateServicePipeline with the current document, in which the pipeline's section is the wanted one and every instance has its entry.
pub fn update(from: &UpdateEnvironment, current: &ServiceDocument) -> UpdateServicePipeline {
    let mut document = current.clone();
    if let Some(spec) = &from.spec {
        document.pipeline = document::parse(spec.as_str()).ok();
    }
    UpdateServicePipeline {
        service_name: from.name.clone(),
        deployment_type: from.deployment_type,
        spec: document.compose().into(),
        template_major_version: from.template_major_version.clone(),
        template_minor_version: from.template_minor_version.clone(),
    }
}

#[cfg(test)]
#[path = "service_tests.rs"]
mod tests;

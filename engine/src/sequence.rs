//! Carries the sequences of services forward: the driver of `domain::service_sequence`.
//!
//! It runs inside the transaction that records a request or the end of a deployment, so a service's stage and the
//! deployments that it waits for are always committed together; after a crash the outbox holds what is left to do.

use std::mem;

use jiff::Timestamp;

use crate::ambient::Ids;
use crate::domain::deployment::State;
use crate::domain::service::Service;
use crate::domain::service_plan::{self, Plan};
use crate::domain::service_sequence::{Effect, Stage, Transition, step};
use crate::domain::service_spec;
use crate::domain::service_state::ServicePipelineState;
use crate::domain::service_target::{ServiceInstance, ServicePipeline};
use crate::domain::target::{Change, Operation, Target};
use crate::store::{Reader, StoreError, Writer};

/// Goes on with the service that waited for a deployment, if one did.
pub async fn ended(writer: &mut Writer, change: &Change, ids: &dyn Ids, now: Timestamp) -> Result<(), StoreError> {
    let Some(name) = &change.deployment.names.service else {
        return Ok(());
    };
    let Some(mut service) = writer.service(name).await? else {
        return Ok(());
    };
    let succeeded = matches!(change.target.state, State::Succeeded | State::DeleteComplete);
    if service.plan.ended(&change.deployment.id, &change.target.arn, succeeded) {
        forward(writer, service, ids, now).await?;
    }
    Ok(())
}

/// Enters the stage that a request leads to, and those behind it that have nothing to wait for. `service.plan` names
/// the deployments that the request began. None when the service is gone.
pub async fn begin(
    writer: &mut Writer,
    mut service: Service,
    transition: Transition,
    ids: &dyn Ids,
    now: Timestamp,
) -> Result<Option<Service>, StoreError> {
    service.message = None;
    match enter(writer, service, transition, ids, now).await? {
        Some(service) => forward(writer, service, ids, now).await,
        None => Ok(None),
    }
}

async fn forward(
    writer: &mut Writer,
    mut service: Service,
    ids: &dyn Ids,
    now: Timestamp,
) -> Result<Option<Service>, StoreError> {
    while let Some(event) = service.plan.outcome(service.stage) {
        let Ok(transition) = step(service.stage, event) else {
            break;
        };
        match enter(writer, service, transition, ids, now).await? {
            Some(next) => service = next,
            None => return Ok(None),
        }
    }
    writer.put_service(&service).await?;
    Ok(Some(service))
}

async fn enter(
    writer: &mut Writer,
    mut service: Service,
    transition: Transition,
    ids: &dyn Ids,
    now: Timestamp,
) -> Result<Option<Service>, StoreError> {
    let failed = mem::take(&mut service.plan.failed);
    if !failed.is_empty() {
        service.message = service_plan::message(service.stage, &failed);
    }
    service.stage = transition.stage;
    for effect in transition.effects {
        perform(writer, &mut service, *effect, &failed, ids, now).await?;
    }
    if transition.effects.contains(&Effect::Forget) {
        return Ok(None);
    }
    if !service.stage.is_running() {
        service.plan = Plan::default();
        service.modified_at = now;
        tracing::info!(kind = "service", name = service.name, status = service.stage.status(), "a service came to rest");
    }
    if service.stage == Stage::Active {
        service.message = None;
    }
    Ok(Some(service))
}

async fn perform(
    writer: &mut Writer,
    service: &mut Service,
    effect: Effect,
    failed: &[String],
    ids: &dyn Ids,
    now: Timestamp,
) -> Result<(), StoreError> {
    match effect {
        // The request itself began them.
        Effect::DeployNew => Ok(()),
        Effect::DeployPipeline => deploy_pipeline(writer, service, ids, now).await,
        Effect::RefusePipeline => refuse_pipeline(writer, service, failed).await,
        Effect::DeleteRemoved => {
            let kept = names(&service.spec);
            delete_instances(writer, service, |instance| !kept.contains(&instance.name), ids, now).await
        }
        Effect::DeleteNew => {
            let added = service.plan.added.clone();
            delete_instances(writer, service, |instance| added.contains(&instance.name), ids, now).await
        }
        Effect::RestoreSpec => {
            restore(service);
            Ok(())
        }
        Effect::DeleteAll => {
            delete_instances(writer, service, |_| true, ids, now).await?;
            delete_pipeline(writer, service, ids, now).await
        }
        Effect::Forget => writer.drop_service(service).await,
    }
}

/// The names of a stored document's instances; it was parsed before it was stored.
fn names(spec: &str) -> Vec<String> {
    let spec = service_spec::read(spec).unwrap_or_default();
    spec.instances.into_iter().map(|entry| entry.name).collect()
}

/// The environment that a pipeline's deployments are listed with: that of the first instance.
pub fn environment_of(spec: &str) -> String {
    let spec = service_spec::read(spec).unwrap_or_default();
    spec.instances.into_iter().next().map(|entry| entry.environment).unwrap_or_default()
}

fn restore(service: &mut Service) {
    let Plan { previous_spec: Some(previous), accepted_spec: Some(accepted), added, removed, .. } = &service.plan else {
        return;
    };
    if let Some(text) = service_spec::restored(&service.spec, accepted, previous, added, removed) {
        service.spec = text;
    }
}

async fn deploy_pipeline(writer: &mut Writer, service: &mut Service, ids: &dyn Ids, now: Timestamp) -> Result<(), StoreError> {
    let Some(pipeline) = writer.service_pipeline(&service.name).await? else {
        return Ok(());
    };
    let operation = if pipeline.target.state == State::Absent { Operation::Create } else { Operation::Update };
    let state = pipeline_state(writer, &pipeline, service).await?;
    let wanted = ServicePipelineState { spec: service.spec.clone(), ..state };
    let begun = pipeline.begin(operation, environment_of(&service.spec), Some(wanted), ids.fresh().to_string(), now);
    wait_for(writer, service, &pipeline.target, begun.ok().flatten(), now).await
}

/// What a pipeline's next deployment starts from.
async fn pipeline_state(
    reader: &mut Reader,
    pipeline: &ServicePipeline,
    service: &Service,
) -> Result<ServicePipelineState, StoreError> {
    let attempted = match &pipeline.target.attempted {
        Some(attempt) => reader.deployment(&attempt.id).await?,
        None => None,
    };
    Ok(pipeline.base(attempted.as_ref(), of_service(service)).state)
}

/// What the pipeline of a service deploys before it was ever attempted.
pub fn of_service(service: &Service) -> ServicePipelineState {
    ServicePipelineState { template_name: service.template_name.clone(), version: service.version, spec: service.spec.clone() }
}

async fn refuse_pipeline(writer: &mut Writer, service: &Service, failed: &[String]) -> Result<(), StoreError> {
    let Some(pipeline) = writer.service_pipeline(&service.name).await? else {
        return Ok(());
    };
    let target = pipeline.refused(failed);
    writer.put_service_pipeline(&ServicePipeline { target, ..pipeline }).await
}

async fn delete_instances(
    writer: &mut Writer,
    service: &mut Service,
    is_meant: impl Fn(&ServiceInstance) -> bool,
    ids: &dyn Ids,
    now: Timestamp,
) -> Result<(), StoreError> {
    for instance in writer.service_instances(Some(&service.name)).await? {
        if is_meant(&instance) {
            let state = instance.base(attempted(writer, &instance.target).await?.as_ref()).map(|base| base.state);
            let begun = instance.begin(Operation::Delete, state, ids.fresh().to_string(), now);
            wait_for(writer, service, &instance.target, begun.ok().flatten(), now).await?;
        }
    }
    Ok(())
}

async fn delete_pipeline(writer: &mut Writer, service: &mut Service, ids: &dyn Ids, now: Timestamp) -> Result<(), StoreError> {
    let pipeline = writer.service_pipeline(&service.name).await?;
    let Some(pipeline) = pipeline.filter(|pipeline| pipeline.target.state != State::Absent) else {
        return Ok(());
    };
    let state = pipeline_state(writer, &pipeline, service).await?;
    let environment = environment_of(&service.spec);
    let begun = pipeline.begin(Operation::Delete, environment, Some(state), ids.fresh().to_string(), now);
    wait_for(writer, service, &pipeline.target, begun.ok().flatten(), now).await
}

/// Records a deployment that the stage waits for. One that cannot begin counts as failed: requests that would be in the
/// way are refused while a sequence runs, so this does not happen, and must not hold up the rest if it does.
async fn wait_for(
    writer: &mut Writer,
    service: &mut Service,
    target: &Target,
    begun: Option<Change>,
    now: Timestamp,
) -> Result<(), StoreError> {
    match begun {
        Some(change) => {
            writer.apply(&change, now).await?;
            service.plan.pending.push(change.deployment.id);
        }
        None => service.plan.failed.push(target.arn.clone()),
    }
    Ok(())
}

async fn attempted(reader: &mut Reader, target: &Target) -> Result<Option<crate::domain::target::Deployment>, StoreError> {
    match &target.attempted {
        Some(attempt) => reader.deployment(&attempt.id).await,
        None => Ok(None),
    }
}

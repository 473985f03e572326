//! UpdateService: description, and the set of instances.

use proton_model::{Operation, UpdateServiceInput, UpdateServiceOutput};

use super::service_input::{check_instance, existing, template, version};
use super::service_instance_begin::{NewInstance, check_count, create, inherited, is_quiet};
use super::{ApiError, Engine, component_guard, manual_change, service_view};
use crate::domain::refusal::Refusal;
use crate::domain::service::{self, Service};
use crate::domain::service_plan::Plan;
use crate::domain::service_sequence::{Event, Transition};
use crate::domain::service_spec::{self, Difference, Document};
use crate::domain::service_target::{ServiceInstance, check_quiet};
use crate::domain::template_version::TemplateVersion;
use crate::domain::version::recommended_in;
use crate::sequence;
use crate::store::Writer;

pub(super) async fn handle(engine: &Engine, input: UpdateServiceInput) -> Result<UpdateServiceOutput, ApiError> {
    handle_if(engine, input, None).await
}

/// The same, for a client that says which document it has read, by its SHA-256.
pub(super) async fn handle_if(
    engine: &Engine,
    input: UpdateServiceInput,
    expected_spec: Option<&str>,
) -> Result<UpdateServiceOutput, ApiError> {
    let mut writer = engine.store.write().await?;
    let mut service = existing(engine, &mut writer, &input.name.unwrap_or_default()).await?;
    service_spec::check_expected(expected_spec, &service.spec)?;
    let transition = service::event(&service, Event::Update)?;
    service.modified_at = engine.now();
    service.creation.modified = true;
    if let Some(description) = input.description {
        service.description = Some(description.into_inner());
    }
    let service = match input.spec {
        Some(spec) => update(engine, &mut writer, service, spec.as_str(), transition).await?,
        None => {
            writer.put_service(&service).await?;
            service
        }
    };
    let shown = service_view::shown(&mut writer, service).await?;
    engine.commit(writer).await?;
    Ok(UpdateServiceOutput { service: Some(shown) })
}

/// Begins the sequence that adds and removes instances and deploys the pipeline again.
async fn update(
    engine: &Engine,
    writer: &mut Writer,
    mut service: Service,
    spec: &str,
    transition: Transition,
) -> Result<Service, ApiError> {
    let stored = service_spec::read(&service.spec)?;
    let document = service_spec::resolved(spec, &stored)?;
    let difference = service_spec::difference(&stored, &document.spec)?;
    check(engine, writer, &service, &difference).await?;
    service.plan = Plan {
        added: difference.added.iter().map(|entry| entry.name.clone()).collect(),
        removed: difference.removed.clone(),
        previous_spec: Some(service.spec.clone()),
        accepted_spec: Some(document.text.clone()),
        ..Plan::default()
    };
    add(engine, writer, &mut service, &difference, &document).await?;
    note_changes(engine, writer, &service.name, &difference).await?;
    service.spec = document.text;
    let begun = sequence::begin(writer, service, transition, engine.ids(), engine.now()).await?;
    begun.ok_or_else(|| ApiError::invalid("The service was deleted while it was updated."))
}

/// Refuses what clashes with deployments that run, or with what a failed deletion left.
async fn check(engine: &Engine, writer: &mut Writer, service: &Service, difference: &Difference) -> Result<(), ApiError> {
    if let Some(pipeline) = writer.service_pipeline(&service.name).await? {
        check_quiet(&pipeline.target, &pipeline.what())?;
    }
    let instances = writer.service_instances(Some(&service.name)).await?;
    for instance in instances.iter().filter(|instance| difference.removed.contains(&instance.name)) {
        check_removable(instance)?;
        component_guard::check_detached(writer, &instance.service, &instance.name).await?;
    }
    let added = |name: &String| difference.added.iter().any(|entry| entry.name == *name);
    if let Some(left) = instances.iter().find(|instance| added(&instance.name)) {
        let why = format!("The {} exists still, because its deletion failed. Leave it out, which tries again.", left.what());
        return Err(Refusal::Conflict(why).into());
    }
    let count = instances.len().saturating_sub(difference.removed.len()).saturating_add(difference.added.len());
    Ok(check_count(engine, count).map_err(Refusal::Quota)?)
}

/// Instances that are added block their own sync, a removed one that of the whole service.
async fn note_changes(engine: &Engine, writer: &mut Writer, service: &str, difference: &Difference) -> Result<(), ApiError> {
    for entry in &difference.added {
        manual_change::note(engine, writer, Operation::UpdateService, service, Some(&entry.name)).await?;
    }
    if !difference.removed.is_empty() {
        manual_change::note(engine, writer, Operation::UpdateService, service, None).await?;
    }
    Ok(())
}

fn check_removable(instance: &ServiceInstance) -> Result<(), Refusal> {
    if is_quiet(instance.target.state) {
        return Ok(());
    }
    let why = format!("A deployment of the {} is in progress. Wait until it has ended before you remove it.", instance.what());
    Err(Refusal::Conflict(why))
}

async fn add(
    engine: &Engine,
    writer: &mut Writer,
    service: &mut Service,
    difference: &Difference,
    document: &Document,
) -> Result<(), ApiError> {
    if difference.added.is_empty() {
        return Ok(());
    }
    let version = version_for_new(engine, writer, service).await?;
    let tags = inherited(writer, service).await?;
    for entry in &difference.added {
        let environment = check_instance(engine, writer, &version, entry).await?;
        let (number, spec) = (version.number, document.text.as_str());
        let new = NewInstance { entry, environment: &environment, version: number, spec, tags: &tags, client_token: None };
        let id = create(engine, writer, service, new).await?;
        service.plan.pending.push(id);
    }
    Ok(())
}

/// The recommended minor version of the major that the service was created with, or else that very version.
async fn version_for_new(engine: &Engine, writer: &mut Writer, service: &Service) -> Result<TemplateVersion, ApiError> {
    let (template, offers) = template(engine, writer, &service.template_name).await?;
    let number = recommended_in(&offers, service.version.major).unwrap_or(service.version);
    version(writer, &template, number).await
}

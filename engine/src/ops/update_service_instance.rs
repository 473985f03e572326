//! UpdateServiceInstance: deploys an instance again. Its entry in the given document becomes the one of the service.

use proton_model::{Operation as ApiOperation, UpdateServiceInstanceInput, UpdateServiceInstanceOutput};

use super::client_tokens::Token;
use super::service_input::{
    TEMPLATE_KIND, attempted, check_compatible, check_inputs, deployment_type, existing, existing_instance, template, version,
};
use super::service_instance_begin::wanted;
use super::{ApiError, Engine, component_guard, manual_change, service_view};
use crate::bundle::InputKind;
use crate::bundle::spec::InstanceEntry;
use crate::domain::refusal::Refusal;
use crate::domain::resolve::{self, DeploymentType, Template as Offered, Wanted};
use crate::domain::service::{self, Service};
use crate::domain::service_sequence::{Reason, Stage};
use crate::domain::service_spec::{self, Document};
use crate::domain::service_state::ServiceInstanceState;
use crate::domain::service_target::{Base, ServiceInstance, check_quiet};
use crate::domain::target::Operation;
use crate::domain::version::VersionNumber;
use crate::store::Writer;

pub(super) async fn handle(
    engine: &Engine,
    mut input: UpdateServiceInstanceInput,
) -> Result<UpdateServiceInstanceOutput, ApiError> {
    let token = Token::new(ApiOperation::UpdateServiceInstance, input.client_token.take(), &input)?;
    let (service, name) = (input.service_name.clone().unwrap_or_default(), input.name.clone().unwrap_or_default());
    let arn = engine.arns.service_instance(&service, &name);
    let mut writer = engine.store.write().await?;
    if !token.is_replay(engine, &mut writer, &arn).await? {
        let mut instance = existing_instance(engine, &mut writer, &service, &name).await?;
        let service = existing(engine, &mut writer, &service).await?;
        check_stage(&service, &name)?;
        check_quiet(&instance.target, &instance.what())?;
        component_guard::check_quiet(&mut writer, &instance.service, &name).await?;
        if token.text().is_some() {
            instance.last_client_token = token.text();
            writer.put_service_instance(&instance).await?;
        }
        deploy(engine, &mut writer, service, &instance, input).await?;
        manual_change::note(engine, &mut writer, ApiOperation::UpdateServiceInstance, &instance.service, Some(&name)).await?;
        token.remember(engine, &mut writer, &arn).await?;
    }
    let shown = existing_instance(engine, &mut writer, &service, &name).await?;
    engine.commit(writer).await?;
    Ok(UpdateServiceInstanceOutput { service_instance: Some(service_view::instance(shown)) })
}

/// Refuses what would disturb a sequence of the service: instances that it does not deal with stay free.
fn check_stage(service: &Service, name: &String) -> Result<(), Refusal> {
    let dealt_with = service.plan.added.contains(name) || service.plan.removed.contains(name);
    let reason = match service.stage {
        Stage::CreatingInstances | Stage::CreatingPipeline => Reason::Creating,
        Stage::Deleting => Reason::Deleting,
        Stage::DeleteFailed => Reason::DeleteFailed,
        _ if dealt_with => Reason::Updating,
        _ => return Ok(()),
    };
    Err(service::refusal(reason, &service.name))
}

async fn deploy(
    engine: &Engine,
    writer: &mut Writer,
    mut service: Service,
    instance: &ServiceInstance,
    input: UpdateServiceInstanceInput,
) -> Result<(), ApiError> {
    let base = instance.base(attempted(writer, &instance.target).await?.as_ref());
    let never = || ApiError::invalid("The instance was never deployed: remove it with UpdateService and create it again.");
    let base = base.ok_or_else(never)?;
    let kind = deployment_type(input.deployment_type.as_ref());
    let document = document(&service, instance, &base, input.spec.as_ref().map(|spec| spec.as_str()))?;
    if kind == DeploymentType::None {
        return Ok(check_spec_unchanged(&base, &document, &instance.name)?);
    }
    let (template, offers) = template(engine, writer, &instance.template_name).await?;
    let asked = Wanted { major: input.template_major_version.as_deref(), minor: input.template_minor_version.as_deref() };
    let offered = Offered { kind: TEMPLATE_KIND, arn: &template.arn, offers: &offers };
    let Some(number) = resolve::for_update(&offered, kind, asked, base.now(base.state.version))? else {
        return Ok(());
    };
    let entry = own_entry(&document, instance)?;
    check(engine, writer, instance, &base, number, entry).await?;
    let stored = service_spec::read(&service.spec)?;
    let merged = service_spec::with_instance(&stored, entry);
    service.spec = service_spec::merged_text(&merged, &service.spec, &document)?;
    service.creation.modified = true;
    writer.put_service(&service).await?;
    let (id, now) = (engine.fresh_id(), engine.now());
    let wanted = wanted(writer, instance, number, document.text).await?;
    match instance.begin(Operation::Update, Some(wanted), id, now)? {
        Some(change) => Ok(writer.apply(&change, now).await?),
        None => Ok(()),
    }
}

/// The given document, or the one that is deployed. Placeholders stand for the deployed values of this instance, and for
/// the stored ones of all else.
fn document(
    service: &Service,
    instance: &ServiceInstance,
    base: &Base<ServiceInstanceState>,
    given: Option<&str>,
) -> Result<Document, Refusal> {
    let now = service_spec::read(&base.state.spec)?;
    let Some(given) = given else {
        return Ok(Document { spec: now, text: base.state.spec.clone() });
    };
    let stored = service_spec::read(&service.spec)?;
    let stored = now.instance(&instance.name).map_or(stored.clone(), |entry| service_spec::with_instance(&stored, entry));
    service_spec::resolved(given, &stored)
}

fn own_entry<'a>(document: &'a Document, instance: &ServiceInstance) -> Result<&'a InstanceEntry, Refusal> {
    let name = &instance.name;
    let missing = || Refusal::Invalid(format!("The spec has no entry for the instance {name} under `instances:`. Add it."));
    let entry = document.spec.instance(name).ok_or_else(missing)?;
    if entry.environment == instance.environment {
        return Ok(entry);
    }
    Err(Refusal::Invalid(format!(
        "instances[{name}].environment must stay {}: an instance cannot be moved. Add an instance in the other environment and remove this one.",
        instance.environment
    )))
}

fn check_spec_unchanged(base: &Base<ServiceInstanceState>, document: &Document, name: &str) -> Result<(), Refusal> {
    let now = service_spec::read(&base.state.spec)?;
    if document.spec.instance(name) == now.instance(name) {
        return Ok(());
    }
    Err(Refusal::Invalid(
        "spec cannot be changed with deploymentType NONE, which deploys nothing. Use CURRENT_VERSION.".to_owned(),
    ))
}

/// Checks the entry, and for another version that it works with the environment.
async fn check(
    engine: &Engine,
    writer: &mut Writer,
    instance: &ServiceInstance,
    base: &Base<ServiceInstanceState>,
    number: VersionNumber,
    entry: &InstanceEntry,
) -> Result<(), ApiError> {
    let (template, _) = template(engine, writer, &instance.template_name).await?;
    let version = version(writer, &template, number).await?;
    check_inputs(&version, InputKind::Service, &format!("instances[{}].spec", entry.name), &entry.inputs)?;
    if number == base.state.version && base.deployed {
        return Ok(());
    }
    let environment = super::get_environment::existing(engine, writer, &instance.environment).await?;
    check_compatible(&version, &environment)
}

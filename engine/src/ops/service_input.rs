//! What the operations on services have in common on their way in.

use proton_model::DeploymentUpdateType;
use serde_json::{Map, Value};

use super::environment_input::described;
use super::{ApiError, Engine};
use crate::bundle::spec::{InstanceEntry, ServiceSpec};
use crate::bundle::{InputKind, Schema, TemplateKind};
use crate::domain::deployment::State;
use crate::domain::environment::Environment;
use crate::domain::refusal::Refusal;
use crate::domain::resolve::DeploymentType;
use crate::domain::service::Service;
use crate::domain::service_target::{ServiceInstance, ServicePipeline};
use crate::domain::target::{Deployment, Target};
use crate::domain::template::{Template, arn};
use crate::domain::template_version::TemplateVersion;
use crate::domain::version::{Offer, VersionNumber};
use crate::store::Reader;

/// How messages call the template.
pub(super) const TEMPLATE_KIND: &str = "service template";

/// The template that a service is made from, and its versions.
pub(super) async fn template(engine: &Engine, reader: &mut Reader, name: &str) -> Result<(Template, Vec<Offer>), ApiError> {
    let arn = arn(&engine.arns, TemplateKind::Service, name);
    let missing = || ApiError::not_found(format!("The requested {TEMPLATE_KIND} does not exist: {arn}"));
    let template = reader.template(&arn).await?.ok_or_else(missing)?;
    let offers = reader.offers(&arn).await?;
    Ok((template, offers))
}

/// The version that was resolved, as it was registered.
pub(super) async fn version(
    reader: &mut Reader,
    template: &Template,
    number: VersionNumber,
) -> Result<TemplateVersion, ApiError> {
    let arn = template.version_arn(number);
    let missing = || ApiError::not_found(format!("The requested {TEMPLATE_KIND} version does not exist: {arn}"));
    reader.template_version(&arn).await?.ok_or_else(missing)
}

/// Checks one part of a document against a version's schema. The message names inputs and rules, never values.
pub(super) fn check_inputs(
    version: &TemplateVersion,
    kind: InputKind,
    place: &str,
    inputs: &Map<String, Value>,
) -> Result<(), ApiError> {
    let text = version.schema_text.as_deref().unwrap_or_default();
    let schema = Schema::parse(text).map_err(|error| ApiError::invalid(error.to_string()))?;
    let Some(input_type) = schema.inputs(kind) else {
        return Ok(());
    };
    input_type.validate(&Value::Object(inputs.clone())).map_err(|violations| {
        ApiError::invalid(format!("{place} is not valid for the template's schema: {}", described(&violations)))
    })
}

/// Checks the `pipeline:` section of a document.
pub(super) fn check_pipeline(template: &Template, version: &TemplateVersion, spec: &ServiceSpec) -> Result<(), ApiError> {
    let none = Map::new();
    let inputs = spec.pipeline.as_ref().unwrap_or(&none);
    if !template.customer_managed {
        return check_inputs(version, InputKind::Pipeline, "pipeline", inputs);
    }
    if inputs.is_empty() {
        return Ok(());
    }
    Err(ApiError::invalid("`pipeline:` must not be given: the service template has no pipeline. Remove the section."))
}

/// Checks an instance's entry: its inputs, and that its environment is there and compatible.
pub(super) async fn check_instance(
    engine: &Engine,
    reader: &mut Reader,
    version: &TemplateVersion,
    entry: &InstanceEntry,
) -> Result<Environment, ApiError> {
    check_inputs(version, InputKind::Service, &format!("instances[{}].spec", entry.name), &entry.inputs)?;
    let environment = super::get_environment::existing(engine, reader, &entry.environment).await?;
    check_compatible(version, &environment)?;
    Ok(environment)
}

/// An instance runs only in environments of the listed templates and major versions (AWS Proton User Guide, page
/// template-create).
pub(super) fn check_compatible(version: &TemplateVersion, environment: &Environment) -> Result<(), ApiError> {
    let name = &environment.name;
    if matches!(environment.target.state, State::DeleteInProgress | State::DeleteFailed) {
        return Err(Refusal::Conflict(format!("The environment {name} is being deleted. Use another one.")).into());
    }
    let Some(deployed) = &environment.deployed else {
        let why = format!("The environment {name} was not deployed yet. Wait until its deploymentStatus is SUCCEEDED.");
        return Err(Refusal::Conflict(why).into());
    };
    let major = deployed.version.major;
    let mut listed = version.compatible.iter();
    if listed.any(|entry| entry.template_name == deployed.template_name && entry.major == major) {
        return Ok(());
    }
    Err(ApiError::invalid(format!(
        "The environment {name} is deployed from {}:{major}, which is not among the compatibleEnvironmentTemplates of {}. Use another environment, or add it to the version with UpdateServiceTemplateVersion.",
        deployed.template_name, version.arn
    )))
}

/// The service, or the refusal that names it.
pub(super) async fn existing(engine: &Engine, reader: &mut Reader, name: &str) -> Result<Service, ApiError> {
    let missing = || ApiError::not_found(format!("The service does not exist: {}", engine.arns.service(name)));
    reader.service(name).await?.ok_or_else(missing)
}

/// The instance, or the refusal that names it.
pub(super) async fn existing_instance(
    engine: &Engine,
    reader: &mut Reader,
    service: &str,
    name: &str,
) -> Result<ServiceInstance, ApiError> {
    let missing =
        || ApiError::not_found(format!("The service instance does not exist: {}", engine.arns.service_instance(service, name)));
    reader.service_instance(service, name).await?.ok_or_else(missing)
}

/// The pipeline, or the refusal that names it.
pub(super) async fn existing_pipeline(engine: &Engine, reader: &mut Reader, service: &str) -> Result<ServicePipeline, ApiError> {
    existing(engine, reader, service).await?;
    let missing = || ApiError::not_found(format!("The service {service} has no pipeline: its template provisions none."));
    reader.service_pipeline(service).await?.ok_or_else(missing)
}

/// The last attempted deployment of a target.
pub(super) async fn attempted(reader: &mut Reader, target: &Target) -> Result<Option<Deployment>, ApiError> {
    match &target.attempted {
        Some(attempt) => Ok(reader.deployment(&attempt.id).await?),
        None => Ok(None),
    }
}

/// The constraints of the request leave no other value.
pub(super) fn deployment_type(given: Option<&DeploymentUpdateType>) -> DeploymentType {
    match given {
        Some(DeploymentUpdateType::CurrentVersion) => DeploymentType::CurrentVersion,
        Some(DeploymentUpdateType::MinorVersion) => DeploymentType::MinorVersion,
        Some(DeploymentUpdateType::MajorVersion) => DeploymentType::MajorVersion,
        Some(DeploymentUpdateType::None | DeploymentUpdateType::Unknown(_)) | None => DeploymentType::None,
    }
}

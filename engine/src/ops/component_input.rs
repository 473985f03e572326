//! What CreateComponent and UpdateComponent have in common on their way in.

use proton_model::Operation;

use super::{ApiError, Engine};
use crate::bundle::manifest::{EngineKind, Manifest, TerraformFiles};
use crate::bundle::{InputKind, Schema, spec::ServiceSpec};
use crate::domain::client_token::{self, Remembered};
use crate::domain::component::Component;
use crate::domain::component_attachment::{self, Instance};
use crate::domain::component_state::{Attachment, ComponentState};
use crate::domain::deployment::State;
use crate::domain::idempotency::Verdict;
use crate::domain::service_target::ServiceInstance;
use crate::domain::tags::{self, Tag};
use crate::store::{InstanceVersion, Reader, Writer};

/// The most violations of a schema that one message names.
const NAMED: usize = 10;

/// What an update, or a deletion, starts from.
pub(super) async fn base(reader: &mut Reader, component: &Component) -> Result<Option<ComponentState>, ApiError> {
    let mut attempted = None;
    if component.deployed.is_none()
        && let Some(attempt) = &component.target.attempted
    {
        attempted = reader.deployment(&attempt.id).await?;
    }
    Ok(component.base(attempted.as_ref()))
}

/// The instance that a component is to be attached to.
pub(super) async fn instance(engine: &Engine, reader: &mut Reader, attachment: &Attachment) -> Result<ServiceInstance, ApiError> {
    let Attachment { service, instance } = attachment;
    let missing = || {
        let arn = engine.arns.service_instance(service, instance);
        ApiError::not_found(format!("The service instance does not exist: {arn}"))
    };
    reader.service_instance(service, instance).await?.ok_or_else(missing)
}

/// Checks an attachment and the spec that goes with it. `is_new`: the component was not attached there before.
pub(super) async fn check_attachment(
    reader: &mut Reader,
    name: &str,
    environment: &str,
    attachment: &Attachment,
    is_new: bool,
    instance: &ServiceInstance,
    service_spec: Option<&str>,
) -> Result<(), ApiError> {
    let occupant = reader.component_of_instance(&attachment.service, &attachment.instance).await?;
    let version = reader.instance_version(instance).await?;
    let facts = Instance {
        environment: &instance.environment,
        component_sources: version.as_ref().map(|version| version.component_sources.as_slice()).unwrap_or_default(),
        running: instance.target.state.is_running(),
        leaving: is_leaving(reader, instance).await?,
        occupant: occupant.as_ref().map(|component| component.name.as_str()),
    };
    component_attachment::check(name, environment, attachment, is_new, facts)?;
    match service_spec {
        Some(spec) => check_spec(spec, attachment, environment, version.as_ref()),
        None => Ok(()),
    }
}

/// Whether an accepted request removes the instance: its deletion may begin later, after others are created.
async fn is_leaving(reader: &mut Reader, instance: &ServiceInstance) -> Result<bool, ApiError> {
    let service = reader.service(&instance.service).await?;
    let planned = service.is_some_and(|service| service.plan.removed.contains(&instance.name));
    Ok(planned || matches!(instance.target.state, State::DeleteInProgress | State::DeleteFailed))
}

/// Checks the entry of the instance in a serviceSpec. The message names inputs and rules, never values.
fn check_spec(spec: &str, attachment: &Attachment, environment: &str, version: Option<&InstanceVersion>) -> Result<(), ApiError> {
    let spec = ServiceSpec::parse(spec).map_err(|error| ApiError::invalid(format!("serviceSpec: {error}")))?;
    let name = &attachment.instance;
    let entry = spec.instance(name).ok_or_else(|| {
        ApiError::invalid(format!(
            "serviceSpec has no entry for the instance {name}, which the component is attached to. Add it."
        ))
    })?;
    if entry.environment != environment {
        return Err(ApiError::invalid(format!(
            "serviceSpec says that the instance {name} runs in {}, but it runs in {environment}.",
            entry.environment
        )));
    }
    let Some(version) = version else {
        return Ok(());
    };
    let schema = Schema::parse(&version.schema_text).map_err(|error| ApiError::invalid(error.to_string()))?;
    let Some(input_type) = schema.inputs(InputKind::Service) else {
        return Ok(());
    };
    input_type.validate(&entry.inputs.clone().into()).map_err(|violations| {
        let named: Vec<String> = violations.iter().take(NAMED).map(ToString::to_string).collect();
        ApiError::invalid(format!(
            "The entry of {name} in serviceSpec is not valid for the template's schema: {}",
            named.join("; ")
        ))
    })
}

/// Checks a manifest: one file, and no CodeBuild (AWS Proton User Guide, page ag-components).
pub(super) fn check_manifest(text: &str) -> Result<(), ApiError> {
    let manifest = Manifest::parse(text).map_err(|error| ApiError::invalid(format!("manifest: {error}")))?;
    match manifest.engine() {
        EngineKind::CloudFormation { .. } => Ok(()),
        EngineKind::Terraform { files: TerraformFiles::Named(names) } if names.len() == 1 => Ok(()),
        EngineKind::Terraform { .. } => {
            Err(ApiError::invalid("manifest: a component has exactly one file. Name it, without `\"*\"`."))
        }
        EngineKind::CodeBuild(_) => Err(ApiError::invalid(
            "manifest: a component cannot be provisioned with CodeBuild. Use `rendering_engine: jinja` or `hcl`.",
        )),
    }
}

/// The tags of a component: the managed ones as it stands now, then the customer's.
pub(super) fn all_tags(engine: &Engine, component: &Component, customers: &[Tag]) -> Result<Vec<Tag>, ApiError> {
    let attachment = component.attachment.as_ref().map(|at| (at.service.as_str(), at.instance.as_str()));
    let managed = tags::of_component(&engine.arns, &component.name, &component.environment, attachment);
    Ok(tags::merged(&managed, customers)?)
}

/// A request with a client token.
pub(super) struct Tokened {
    pub(super) operation: Operation,
    pub(super) token: Option<String>,
    /// Of the request without its token.
    pub(super) fingerprint: String,
    /// The component's ARN.
    pub(super) arn: String,
}

impl Tokened {
    /// Whether the request was made before, so that nothing is to be done.
    pub(super) async fn is_replay(&self, engine: &Engine, writer: &mut Writer) -> Result<bool, ApiError> {
        let Some(token) = &self.token else {
            return Ok(false);
        };
        let known = writer.client_token(self.operation.name(), token).await?;
        let exists = match &known {
            Some(known) => writer.target(&known.resource).await?.is_some(),
            None => false,
        };
        Ok(client_token::decide(known.as_ref(), &self.fingerprint, exists, engine.now())? == Verdict::Replay)
    }

    /// Remembers the request.
    pub(super) async fn remember(&self, engine: &Engine, writer: &mut Writer) -> Result<(), ApiError> {
        let Some(token) = &self.token else {
            return Ok(());
        };
        let now = engine.now();
        let remembered = Remembered::new(self.fingerprint.clone(), self.arn.clone(), now);
        Ok(writer.put_client_token(self.operation.name(), token, &remembered, now).await?)
    }
}

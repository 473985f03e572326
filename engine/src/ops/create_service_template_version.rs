//! CreateServiceTemplateVersion: a number at once, the bundle registered by the worker.

use proton_model::{CreateServiceTemplateVersionInput, CreateServiceTemplateVersionOutput, Operation};

use super::service_template_lists::{compatible, sources};
use super::template_version_create::{NewVersion, create};
use super::{ApiError, Engine, service_template_view as view};
use crate::bundle::TemplateKind;
use crate::domain::idempotency::fingerprint;

pub(super) async fn handle(
    engine: &Engine,
    mut input: CreateServiceTemplateVersionInput,
) -> Result<CreateServiceTemplateVersionOutput, ApiError> {
    let client_token = input.client_token.take();
    let request = serde_json::to_value(&input).map_err(|error| ApiError::invalid(error.to_string()))?;
    let new = NewVersion {
        kind: TemplateKind::Service,
        operation: Operation::CreateServiceTemplateVersion,
        template: input.template_name.unwrap_or_default(),
        major: input.major_version,
        source: input.source,
        description: input.description,
        compatible: compatible(input.compatible_environment_templates.unwrap_or_default())?,
        component_sources: sources(input.supported_component_sources.unwrap_or_default()),
        tags: input.tags,
        client_token,
        fingerprint: fingerprint(&request),
    };
    let created = create(engine, new).await?;
    Ok(CreateServiceTemplateVersionOutput { service_template_version: Some(view::version(created)) })
}

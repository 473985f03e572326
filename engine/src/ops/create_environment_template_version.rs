//! CreateEnvironmentTemplateVersion: a number at once, the bundle registered by the worker.

use proton_model::{CreateEnvironmentTemplateVersionInput, CreateEnvironmentTemplateVersionOutput, Operation};

use super::template_version_create::{NewVersion, create};
use super::{ApiError, Engine, environment_template_view as view};
use crate::bundle::TemplateKind;
use crate::domain::idempotency::fingerprint;

pub(super) async fn handle(
    engine: &Engine,
    mut input: CreateEnvironmentTemplateVersionInput,
) -> Result<CreateEnvironmentTemplateVersionOutput, ApiError> {
    let client_token = input.client_token.take();
    let request = serde_json::to_value(&input).map_err(|error| ApiError::invalid(error.to_string()))?;
    let new = NewVersion {
        kind: TemplateKind::Environment,
        operation: Operation::CreateEnvironmentTemplateVersion,
        template: input.template_name.unwrap_or_default(),
        major: input.major_version,
        source: input.source,
        description: input.description,
        compatible: Vec::new(),
        component_sources: Vec::new(),
        tags: input.tags,
        client_token,
        fingerprint: fingerprint(&request),
    };
    let created = create(engine, new).await?;
    Ok(CreateEnvironmentTemplateVersionOutput { environment_template_version: Some(view::version(created)) })
}

//! CreateServiceTemplate: the record that versions are registered under.

use proton_model::{CreateServiceTemplateInput, CreateServiceTemplateOutput};

use super::template::{self, NewTemplate};
use super::{ApiError, Engine, service_template_view as view};
use crate::bundle::TemplateKind;
use crate::domain::idempotency::fingerprint;

pub(super) async fn handle(engine: &Engine, input: CreateServiceTemplateInput) -> Result<CreateServiceTemplateOutput, ApiError> {
    let request = serde_json::to_value(&input).map_err(|error| ApiError::invalid(error.to_string()))?;
    let new = NewTemplate {
        kind: TemplateKind::Service,
        name: input.name.unwrap_or_default(),
        display_name: input.display_name,
        description: input.description,
        encryption_key: input.encryption_key,
        customer_managed: input.pipeline_provisioning.is_some(),
        tags: input.tags,
        fingerprint: fingerprint(&request),
    };
    let created = template::create(engine, new).await?;
    Ok(CreateServiceTemplateOutput { service_template: Some(view::template(created)) })
}

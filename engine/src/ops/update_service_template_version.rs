//! UpdateServiceTemplateVersion: description, the lists, and publishing.

use proton_model::{UpdateServiceTemplateVersionInput, UpdateServiceTemplateVersionOutput};

use super::service_template_lists::{compatible, sources};
use super::template_version::{self, Changes, Named};
use super::{ApiError, Engine, service_template_view as view};
use crate::bundle::TemplateKind;

pub(super) async fn handle(
    engine: &Engine,
    input: UpdateServiceTemplateVersionInput,
) -> Result<UpdateServiceTemplateVersionOutput, ApiError> {
    let named = Named {
        kind: TemplateKind::Service,
        template: input.template_name.unwrap_or_default(),
        major: input.major_version.unwrap_or_default(),
        minor: input.minor_version.unwrap_or_default(),
    };
    let changes = Changes {
        description: input.description,
        status: input.status,
        compatible: input.compatible_environment_templates.map(compatible).transpose()?,
        component_sources: input.supported_component_sources.map(sources),
    };
    let updated = template_version::update(engine, &named, changes).await?;
    Ok(UpdateServiceTemplateVersionOutput { service_template_version: Some(view::version(updated)) })
}

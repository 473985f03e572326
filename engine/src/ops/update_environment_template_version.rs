//! UpdateEnvironmentTemplateVersion: description, and publishing.

use proton_model::{UpdateEnvironmentTemplateVersionInput, UpdateEnvironmentTemplateVersionOutput};

use super::template_version::{self, Changes, Named};
use super::{ApiError, Engine, environment_template_view as view};
use crate::bundle::TemplateKind;

pub(super) async fn handle(
    engine: &Engine,
    input: UpdateEnvironmentTemplateVersionInput,
) -> Result<UpdateEnvironmentTemplateVersionOutput, ApiError> {
    let named = Named {
        kind: TemplateKind::Environment,
        template: input.template_name.unwrap_or_default(),
        major: input.major_version.unwrap_or_default(),
        minor: input.minor_version.unwrap_or_default(),
    };
    let changes = Changes { description: input.description, status: input.status, ..Changes::default() };
    let updated = template_version::update(engine, &named, changes).await?;
    Ok(UpdateEnvironmentTemplateVersionOutput { environment_template_version: Some(view::version(updated)) })
}

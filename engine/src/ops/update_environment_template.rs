//! UpdateEnvironmentTemplate: display name and description.

use proton_model::{UpdateEnvironmentTemplateInput, UpdateEnvironmentTemplateOutput};

use super::{ApiError, Engine, environment_template_view as view, template};
use crate::bundle::TemplateKind;

pub(super) async fn handle(
    engine: &Engine,
    input: UpdateEnvironmentTemplateInput,
) -> Result<UpdateEnvironmentTemplateOutput, ApiError> {
    let name = input.name.unwrap_or_default();
    let kind = TemplateKind::Environment;
    let updated = template::update(engine, kind, &name, input.display_name, input.description).await?;
    Ok(UpdateEnvironmentTemplateOutput { environment_template: Some(view::template(updated)) })
}

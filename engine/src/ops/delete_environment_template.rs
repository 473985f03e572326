//! DeleteEnvironmentTemplate: only without versions.

use proton_model::{DeleteEnvironmentTemplateInput, DeleteEnvironmentTemplateOutput};

use super::{ApiError, Engine, environment_template_view as view, template};
use crate::bundle::TemplateKind;

pub(super) async fn handle(
    engine: &Engine,
    input: DeleteEnvironmentTemplateInput,
) -> Result<DeleteEnvironmentTemplateOutput, ApiError> {
    let name = input.name.unwrap_or_default();
    let deleted = template::delete(engine, TemplateKind::Environment, &name).await?;
    Ok(DeleteEnvironmentTemplateOutput { environment_template: deleted.map(view::plain) })
}

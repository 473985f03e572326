//! GetEnvironmentTemplate.

use proton_model::{GetEnvironmentTemplateInput, GetEnvironmentTemplateOutput};

use super::{ApiError, Engine, environment_template_view as view, template};
use crate::bundle::TemplateKind;

pub(super) async fn handle(
    engine: &Engine,
    input: GetEnvironmentTemplateInput,
) -> Result<GetEnvironmentTemplateOutput, ApiError> {
    let name = input.name.unwrap_or_default();
    let found = template::get(engine, TemplateKind::Environment, &name).await?;
    Ok(GetEnvironmentTemplateOutput { environment_template: Some(view::template(found)) })
}

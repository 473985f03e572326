//! UpdateServiceTemplate: display name and description.

use proton_model::{UpdateServiceTemplateInput, UpdateServiceTemplateOutput};

use super::{ApiError, Engine, service_template_view as view, template};
use crate::bundle::TemplateKind;

pub(super) async fn handle(engine: &Engine, input: UpdateServiceTemplateInput) -> Result<UpdateServiceTemplateOutput, ApiError> {
    let name = input.name.unwrap_or_default();
    let kind = TemplateKind::Service;
    let updated = template::update(engine, kind, &name, input.display_name, input.description).await?;
    Ok(UpdateServiceTemplateOutput { service_template: Some(view::template(updated)) })
}

//! DeleteServiceTemplate: only without versions.

use proton_model::{DeleteServiceTemplateInput, DeleteServiceTemplateOutput};

use super::{ApiError, Engine, service_template_view as view, template};
use crate::bundle::TemplateKind;

pub(super) async fn handle(engine: &Engine, input: DeleteServiceTemplateInput) -> Result<DeleteServiceTemplateOutput, ApiError> {
    let name = input.name.unwrap_or_default();
    let deleted = template::delete(engine, TemplateKind::Service, &name).await?;
    Ok(DeleteServiceTemplateOutput { service_template: deleted.map(view::plain) })
}

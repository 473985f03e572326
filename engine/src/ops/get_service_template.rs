//! GetServiceTemplate.

use proton_model::{GetServiceTemplateInput, GetServiceTemplateOutput};

use super::{ApiError, Engine, service_template_view as view, template};
use crate::bundle::TemplateKind;

pub(super) async fn handle(engine: &Engine, input: GetServiceTemplateInput) -> Result<GetServiceTemplateOutput, ApiError> {
    let name = input.name.unwrap_or_default();
    let found = template::get(engine, TemplateKind::Service, &name).await?;
    Ok(GetServiceTemplateOutput { service_template: Some(view::template(found)) })
}

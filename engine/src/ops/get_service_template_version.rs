//! GetServiceTemplateVersion: with the schema, once registered.

use proton_model::{GetServiceTemplateVersionInput, GetServiceTemplateVersionOutput};

use super::template_version::{self, Named};
use super::{ApiError, Engine, service_template_view as view};
use crate::bundle::TemplateKind;

pub(super) async fn handle(
    engine: &Engine,
    input: GetServiceTemplateVersionInput,
) -> Result<GetServiceTemplateVersionOutput, ApiError> {
    let named = Named {
        kind: TemplateKind::Service,
        template: input.template_name.unwrap_or_default(),
        major: input.major_version.unwrap_or_default(),
        minor: input.minor_version.unwrap_or_default(),
    };
    let found = template_version::get(engine, &named).await?;
    Ok(GetServiceTemplateVersionOutput { service_template_version: Some(view::version(found)) })
}

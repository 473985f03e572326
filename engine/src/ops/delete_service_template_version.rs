//! DeleteServiceTemplateVersion: not while it is used or recommended before others.

use proton_model::{DeleteServiceTemplateVersionInput, DeleteServiceTemplateVersionOutput};

use super::template_version::{self, Named};
use super::{ApiError, Engine, service_template_view as view};
use crate::bundle::TemplateKind;

pub(super) async fn handle(
    engine: &Engine,
    input: DeleteServiceTemplateVersionInput,
) -> Result<DeleteServiceTemplateVersionOutput, ApiError> {
    let named = Named {
        kind: TemplateKind::Service,
        template: input.template_name.unwrap_or_default(),
        major: input.major_version.unwrap_or_default(),
        minor: input.minor_version.unwrap_or_default(),
    };
    let deleted = template_version::delete(engine, &named).await?;
    Ok(DeleteServiceTemplateVersionOutput { service_template_version: deleted.map(view::version) })
}

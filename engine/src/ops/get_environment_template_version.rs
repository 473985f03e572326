//! GetEnvironmentTemplateVersion: with the schema, once registered.

use proton_model::{GetEnvironmentTemplateVersionInput, GetEnvironmentTemplateVersionOutput};

use super::template_version::{self, Named};
use super::{ApiError, Engine, environment_template_view as view};
use crate::bundle::TemplateKind;

pub(super) async fn handle(
    engine: &Engine,
    input: GetEnvironmentTemplateVersionInput,
) -> Result<GetEnvironmentTemplateVersionOutput, ApiError> {
    let named = Named {
        kind: TemplateKind::Environment,
        template: input.template_name.unwrap_or_default(),
        major: input.major_version.unwrap_or_default(),
        minor: input.minor_version.unwrap_or_default(),
    };
    let found = template_version::get(engine, &named).await?;
    Ok(GetEnvironmentTemplateVersionOutput { environment_template_version: Some(view::version(found)) })
}

//! ListEnvironmentTemplates: by name.

use proton_model::{ListEnvironmentTemplatesInput, ListEnvironmentTemplatesOutput};

use super::template::{self, Listing};
use super::{ApiError, Engine, environment_template_view as view};
use crate::bundle::TemplateKind;

pub(super) async fn handle(
    engine: &Engine,
    input: ListEnvironmentTemplatesInput,
) -> Result<ListEnvironmentTemplatesOutput, ApiError> {
    let listing = Listing {
        kind: TemplateKind::Environment,
        operation: "ListEnvironmentTemplates",
        next_token: input.next_token,
        max_results: input.max_results,
    };
    let (found, next_token) = template::list(engine, listing).await?;
    let templates = found.into_iter().map(view::template_summary).collect();
    Ok(ListEnvironmentTemplatesOutput { next_token, templates: Some(templates) })
}

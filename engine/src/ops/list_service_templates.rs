//! ListServiceTemplates: by name.

use proton_model::{ListServiceTemplatesInput, ListServiceTemplatesOutput};

use super::template::{self, Listing};
use super::{ApiError, Engine, service_template_view as view};
use crate::bundle::TemplateKind;

pub(super) async fn handle(engine: &Engine, input: ListServiceTemplatesInput) -> Result<ListServiceTemplatesOutput, ApiError> {
    let listing = Listing {
        kind: TemplateKind::Service,
        operation: "ListServiceTemplates",
        next_token: input.next_token,
        max_results: input.max_results,
    };
    let (found, next_token) = template::list(engine, listing).await?;
    let templates = found.into_iter().map(view::template_summary).collect();
    Ok(ListServiceTemplatesOutput { next_token, templates: Some(templates) })
}

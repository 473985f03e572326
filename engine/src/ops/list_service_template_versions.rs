//! ListServiceTemplateVersions: the minors of a major, or one version for each major.

use proton_model::{ListServiceTemplateVersionsInput, ListServiceTemplateVersionsOutput};

use super::template_version::{self, Listing};
use super::{ApiError, Engine, service_template_view as view};
use crate::bundle::TemplateKind;

pub(super) async fn handle(
    engine: &Engine,
    input: ListServiceTemplateVersionsInput,
) -> Result<ListServiceTemplateVersionsOutput, ApiError> {
    let listing = Listing {
        kind: TemplateKind::Service,
        operation: "ListServiceTemplateVersions",
        template: input.template_name.unwrap_or_default(),
        major: input.major_version,
        next_token: input.next_token,
        max_results: input.max_results,
    };
    let (found, next_token) = template_version::list(engine, listing).await?;
    let versions = found.into_iter().map(view::version_summary).collect();
    Ok(ListServiceTemplateVersionsOutput { next_token, template_versions: Some(versions) })
}

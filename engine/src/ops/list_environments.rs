//! ListEnvironments: by name, optionally only those deployed from some major versions of templates.

use proton_model::{EnvironmentTemplateFilter, ListEnvironmentsInput, ListEnvironmentsOutput};

use super::environment_input::template;
use super::{ApiError, Engine, view};
use crate::domain::paging::Page;
use crate::domain::version::parse_part;
use crate::store::TemplateFilter;

pub(super) async fn handle(engine: &Engine, input: ListEnvironmentsInput) -> Result<ListEnvironmentsOutput, ApiError> {
    let filter = serde_json::to_value(&input.environment_templates).unwrap_or_default();
    let page = Page::new("ListEnvironments", &filter, input.next_token.as_deref(), input.max_results.map(i64::from))?;
    let filters: Option<Vec<TemplateFilter>> = input.environment_templates.map(filters);
    let mut reader = engine.store.read().await?;
    for filter in filters.iter().flatten() {
        template(&mut reader, &engine.arns, &filter.template_name).await?;
    }
    let rows = reader.environments(filters.as_deref(), page.after.as_deref(), page.limit()).await?;
    let (rows, next_token) = page.cut(rows, |environment| environment.name.clone());
    let environments = rows.into_iter().map(view::environment_summary).collect();
    Ok(ListEnvironmentsOutput { environments: Some(environments), next_token })
}

/// A number that no version can have matches nothing.
fn filters(given: Vec<EnvironmentTemplateFilter>) -> Vec<TemplateFilter> {
    let filter = |filter: EnvironmentTemplateFilter| TemplateFilter {
        template_name: filter.template_name.unwrap_or_default(),
        major: filter.major_version.as_deref().and_then(parse_part).unwrap_or(-1),
    };
    given.into_iter().map(filter).collect()
}

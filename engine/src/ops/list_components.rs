//! ListComponents: by name, of everything or of what is named. Names that nothing has match nothing: the API lists no
//! ResourceNotFoundException for this operation.

use proton_model::{ListComponentsInput, ListComponentsOutput};

use super::{ApiError, Engine, component_view as view};
use crate::domain::paging::Page;
use crate::store::ComponentFilter;

pub(super) async fn handle(engine: &Engine, input: ListComponentsInput) -> Result<ListComponentsOutput, ApiError> {
    if input.service_instance_name.is_some() && input.service_name.is_none() {
        return Err(ApiError::invalid("serviceInstanceName needs serviceName, because it is unique in its service only."));
    }
    let filter = serde_json::json!([input.environment_name, input.service_name, input.service_instance_name]);
    let page = Page::new("ListComponents", &filter, input.next_token.as_deref(), input.max_results.map(i64::from))?;
    let filter = ComponentFilter {
        environment: input.environment_name,
        service: input.service_name,
        service_instance: input.service_instance_name,
    };
    let rows = engine.store.read().await?.components(&filter, page.after.as_deref(), page.limit()).await?;
    let (rows, next_token) = page.cut(rows, |component| component.name.clone());
    let components = rows.into_iter().map(view::summary).collect();
    Ok(ListComponentsOutput { components: Some(components), next_token })
}

//! ListServices: by name.

use proton_model::{ListServicesInput, ListServicesOutput};

use super::{ApiError, Engine, service_view};
use crate::domain::paging::Page;

pub(super) async fn handle(engine: &Engine, input: ListServicesInput) -> Result<ListServicesOutput, ApiError> {
    let filter = serde_json::Value::Null;
    let page = Page::new("ListServices", &filter, input.next_token.as_deref(), input.max_results.map(i64::from))?;
    let rows = engine.store.read().await?.services(page.after.as_deref(), page.limit()).await?;
    let (rows, next_token) = page.cut(rows, |service| service.name.clone());
    let services = rows.into_iter().map(service_view::service_summary).collect();
    Ok(ListServicesOutput { services: Some(services), next_token })
}

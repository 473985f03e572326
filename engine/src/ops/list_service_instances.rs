//! ListServiceInstances: filtered, sorted, by the page.

use std::collections::BTreeMap;

use proton_model::{ListServiceInstancesInput, ListServiceInstancesOutput, SortOrder};

use super::service_input::existing;
use super::{ApiError, Engine, service_view};
use crate::domain::paging::Page;
use crate::domain::service_instance_list::{Filter, sort_key};
use crate::domain::service_target::ServiceInstance;
use crate::domain::version::{VersionNumber, recommended};
use crate::store::Reader;

pub(super) async fn handle(engine: &Engine, input: ListServiceInstancesInput) -> Result<ListServiceInstancesOutput, ApiError> {
    let by = input.sort_by.as_ref().map(|by| by.as_str().to_owned());
    let descending = matches!(input.sort_order, Some(SortOrder::Descending));
    let what = serde_json::json!([input.service_name, input.filters, by, descending]);
    let page = Page::new("ListServiceInstances", &what, input.next_token.as_deref(), input.max_results.map(i64::from))?;
    let filters = filters(&input)?;
    let mut reader = engine.store.read().await?;
    if let Some(name) = &input.service_name {
        existing(engine, &mut reader, name).await?;
    }
    let all = reader.service_instances(input.service_name.as_deref()).await?;
    let newest = newest(engine, &mut reader, &filters, &all).await?;
    let shown = |row: &ServiceInstance| {
        filters.iter().all(|filter| filter.matches(row, newest.get(&row.template_name).copied().flatten()))
    };
    let keyed = all.into_iter().filter(shown).map(|row| (sort_key(&row, by.as_deref()), row)).collect();
    let (rows, next_token) = page.cut(ordered(keyed, descending, &page), |(key, _)| key.clone());
    let rows = rows.into_iter().map(|(_, row)| service_view::instance_summary(row)).collect();
    Ok(ListServiceInstancesOutput { service_instances: Some(rows), next_token })
}

fn filters(input: &ListServiceInstancesInput) -> Result<Vec<Filter>, ApiError> {
    let parsed = input.filters.iter().flatten().map(|filter| {
        let key = filter.key.as_ref().map(|key| key.as_str()).unwrap_or_default();
        Filter::parse(key, filter.value.as_deref().unwrap_or_default())
    });
    Ok(parsed.collect::<Result<_, _>>()?)
}

/// The rows behind the last one of the page before.
fn ordered(mut rows: Vec<(String, ServiceInstance)>, descending: bool, page: &Page) -> Vec<(String, ServiceInstance)> {
    rows.sort_by(|one, other| if descending { other.0.cmp(&one.0) } else { one.0.cmp(&other.0) });
    let behind = |key: &String| match &page.after {
        None => true,
        Some(after) if descending => key < after,
        Some(after) => key > after,
    };
    let limit = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    rows.into_iter().filter(|(key, _)| behind(key)).take(limit).collect()
}

/// The recommended version of each template, where a filter asks for it.
async fn newest(
    engine: &Engine,
    reader: &mut Reader,
    filters: &[Filter],
    rows: &[ServiceInstance],
) -> Result<BTreeMap<String, Option<VersionNumber>>, ApiError> {
    let mut found = BTreeMap::new();
    if !filters.iter().any(|filter| matches!(filter, Filter::Version(_))) {
        return Ok(found);
    }
    for row in rows {
        if !found.contains_key(&row.template_name) {
            let offers = reader.offers(&engine.arns.service_template(&row.template_name)).await?;
            found.insert(row.template_name.clone(), recommended(&offers));
        }
    }
    Ok(found)
}

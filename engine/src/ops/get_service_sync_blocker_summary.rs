//! GetServiceSyncBlockerSummary: the latest blockers of an instance, or without one those of the whole service.

use proton_model::{GetServiceSyncBlockerSummaryInput, GetServiceSyncBlockerSummaryOutput, ServiceSyncBlockerSummary};

use super::service_input;
use super::{ApiError, Engine, service_sync, sync_view};

/// How many blockers are the latest.
const LATEST: i64 = 10;

pub(super) async fn handle(
    engine: &Engine,
    input: GetServiceSyncBlockerSummaryInput,
) -> Result<GetServiceSyncBlockerSummaryOutput, ApiError> {
    let service = input.service_name.unwrap_or_default();
    let mut reader = engine.store.read().await?;
    if let Some(instance) = &input.service_instance_name {
        service_input::existing_instance(engine, &mut reader, &service, instance).await?;
    }
    service_sync::existing(engine, &mut reader, &service).await?;
    let blockers = reader.sync_blockers(&service, input.service_instance_name.as_deref(), LATEST).await?;
    let summary = ServiceSyncBlockerSummary {
        latest_blockers: Some(blockers.into_iter().map(sync_view::blocker).collect()),
        service_instance_name: input.service_instance_name,
        service_name: Some(service),
    };
    Ok(GetServiceSyncBlockerSummaryOutput { service_sync_blocker_summary: Some(summary) })
}

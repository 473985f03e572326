//! GetServiceSyncConfig.

use proton_model::{GetServiceSyncConfigInput, GetServiceSyncConfigOutput};

use super::service_sync::existing;
use super::{ApiError, Engine, sync_view};

pub(super) async fn handle(engine: &Engine, input: GetServiceSyncConfigInput) -> Result<GetServiceSyncConfigOutput, ApiError> {
    let name = input.service_name.unwrap_or_default();
    let sync = existing(engine, &mut engine.store.read().await?, &name).await?;
    Ok(GetServiceSyncConfigOutput { service_sync_config: Some(sync_view::service(sync)) })
}

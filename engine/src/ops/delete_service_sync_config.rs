//! DeleteServiceSyncConfig: the configuration and its blockers go, the instances stay.

use proton_model::{DeleteServiceSyncConfigInput, DeleteServiceSyncConfigOutput};

use super::service_sync::{check_stays, existing};
use super::{ApiError, Engine, service_input, sync_view};

pub(super) async fn handle(
    engine: &Engine,
    input: DeleteServiceSyncConfigInput,
) -> Result<DeleteServiceSyncConfigOutput, ApiError> {
    let name = input.service_name.unwrap_or_default();
    let mut writer = engine.store.write().await?;
    let service = service_input::existing(engine, &mut writer, &name).await?;
    let sync = existing(engine, &mut writer, &name).await?;
    check_stays(&service)?;
    writer.delete_service_sync(&name).await?;
    engine.commit(writer).await?;
    Ok(DeleteServiceSyncConfigOutput { service_sync_config: Some(sync_view::service(sync)) })
}

//! UpdateServiceSyncBlocker: somebody has brought the repository and what was done by hand together.

use proton_model::{UpdateServiceSyncBlockerInput, UpdateServiceSyncBlockerOutput};

use super::{ApiError, Engine, sync_view};

pub(super) async fn handle(
    engine: &Engine,
    input: UpdateServiceSyncBlockerInput,
) -> Result<UpdateServiceSyncBlockerOutput, ApiError> {
    let id = input.id.unwrap_or_default();
    let mut writer = engine.store.write().await?;
    let missing = || ApiError::not_found(format!("The service sync blocker {id} does not exist."));
    let stored = writer.sync_blocker(&id).await?.ok_or_else(missing)?;
    let resolved = stored.resolve(input.resolved_reason.unwrap_or_default(), engine.now())?;
    writer.put_sync_blocker(&resolved).await?;
    engine.commit(writer).await?;
    Ok(UpdateServiceSyncBlockerOutput {
        service_instance_name: resolved.instance.clone(),
        service_name: Some(resolved.service.clone()),
        service_sync_blocker: Some(sync_view::blocker(resolved)),
    })
}

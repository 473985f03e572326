//! UpdateServiceSyncConfig: replaces repository, branch and path. Blockers stay.

use proton_model::{UpdateServiceSyncConfigInput, UpdateServiceSyncConfigOutput};

use super::service_sync::{check_stays, existing};
use super::sync_source::Wanted;
use super::{ApiError, Engine, service_input, sync_view};

pub(super) async fn handle(
    engine: &Engine,
    input: UpdateServiceSyncConfigInput,
) -> Result<UpdateServiceSyncConfigOutput, ApiError> {
    let name = input.service_name.unwrap_or_default();
    let (provider, repository) = (input.repository_provider, input.repository_name);
    let wanted = Wanted::new(engine, provider, repository, input.branch, input.file_path);
    let mut writer = engine.store.write().await?;
    let service = service_input::existing(engine, &mut writer, &name).await?;
    existing(engine, &mut writer, &name).await?;
    check_stays(&service)?;
    let linked = wanted.repository.existing(&mut writer).await?;
    let sync = wanted.of(engine, &service.arn, &service.name, linked);
    writer.put_service_sync(&sync).await?;
    engine.commit(writer).await?;
    Ok(UpdateServiceSyncConfigOutput { service_sync_config: Some(sync_view::service(sync)) })
}

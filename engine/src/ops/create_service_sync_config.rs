//! CreateServiceSyncConfig: keeps where a service is to be synced from. Nothing watches it yet.

use proton_model::{CreateServiceSyncConfigInput, CreateServiceSyncConfigOutput};

use super::service_sync::check_stays;
use super::sync_source::Wanted;
use super::{ApiError, Engine, sync_view};
use crate::domain::idempotency::Verdict;
use crate::domain::quota;
use crate::domain::sync_config;
use crate::store::Writer;

pub(super) async fn handle(
    engine: &Engine,
    input: CreateServiceSyncConfigInput,
) -> Result<CreateServiceSyncConfigOutput, ApiError> {
    let name = input.service_name.unwrap_or_default();
    let (provider, repository) = (input.repository_provider, input.repository_name);
    let wanted = Wanted::new(engine, provider, repository, input.branch, input.file_path);
    let mut writer = engine.store.write().await?;
    // The API lists no ResourceNotFoundException for this operation.
    let missing = || ApiError::invalid(format!("The service does not exist: {}. Create it first.", engine.arns.service(&name)));
    let service = writer.service(&name).await?.ok_or_else(missing)?;
    check_stays(&service)?;
    let linked = wanted.repository.valid(&mut writer).await?;
    let sync = wanted.of(engine, &service.arn, &service.name, linked);
    let stored = writer.service_sync(&name).await?;
    if sync_config::create(stored.as_ref(), &sync)? == Verdict::Create {
        check_quota(engine, &mut writer).await?;
        writer.put_service_sync(&sync).await?;
        engine.commit(writer).await?;
    }
    Ok(CreateServiceSyncConfigOutput { service_sync_config: Some(sync_view::service(sync)) })
}

async fn check_quota(engine: &Engine, writer: &mut Writer) -> Result<(), ApiError> {
    let count = writer.count_service_syncs().await?;
    Ok(quota::check(count, engine.config.quotas.service_syncs, "service sync configurations", "service-sync-configs")?)
}

//! CreateTemplateSyncConfig: keeps where a template is to be synced from. Nothing watches it yet.

use proton_model::{CreateTemplateSyncConfigInput, CreateTemplateSyncConfigOutput};

use super::sync_source::Wanted;
use super::template_sync::Of;
use super::{ApiError, Engine, sync_view};
use crate::domain::idempotency::Verdict;
use crate::domain::quota;
use crate::domain::sync_config;
use crate::store::Writer;

pub(super) async fn handle(
    engine: &Engine,
    input: CreateTemplateSyncConfigInput,
) -> Result<CreateTemplateSyncConfigOutput, ApiError> {
    let of = Of::new(engine, input.template_type, input.template_name);
    let (provider, repository) = (input.repository_provider, input.repository_name);
    let wanted = Wanted::new(engine, provider, repository, input.branch, input.subdirectory);
    let mut writer = engine.store.write().await?;
    check_template(&mut writer, &of).await?;
    let linked = wanted.repository.valid(&mut writer).await?;
    let sync = wanted.of(engine, &of.arn, &of.name, linked);
    let stored = writer.template_sync(&of.arn).await?;
    if sync_config::create(stored.as_ref(), &sync)? == Verdict::Create {
        check_quota(engine, &mut writer).await?;
        writer.put_template_sync(&sync).await?;
        engine.commit(writer).await?;
    }
    Ok(CreateTemplateSyncConfigOutput { template_sync_config: Some(sync_view::template(sync, of.kind)) })
}

/// The API lists no ResourceNotFoundException for this operation.
async fn check_template(writer: &mut Writer, of: &Of) -> Result<(), ApiError> {
    match writer.template(&of.arn).await? {
        Some(_) => Ok(()),
        None => Err(ApiError::invalid(format!("The template does not exist: {}. Create it first.", of.arn))),
    }
}

async fn check_quota(engine: &Engine, writer: &mut Writer) -> Result<(), ApiError> {
    let count = writer.count_template_syncs().await?;
    Ok(quota::check(count, engine.config.quotas.template_syncs, "template sync configurations", "template-sync-configs")?)
}

//! UpdateTemplateSyncConfig: replaces repository, branch and subdirectory.

use proton_model::{UpdateTemplateSyncConfigInput, UpdateTemplateSyncConfigOutput};

use super::sync_source::Wanted;
use super::template_sync::Of;
use super::{ApiError, Engine, sync_view};

pub(super) async fn handle(
    engine: &Engine,
    input: UpdateTemplateSyncConfigInput,
) -> Result<UpdateTemplateSyncConfigOutput, ApiError> {
    let of = Of::new(engine, input.template_type, input.template_name);
    let (provider, repository) = (input.repository_provider, input.repository_name);
    let wanted = Wanted::new(engine, provider, repository, input.branch, input.subdirectory);
    let mut writer = engine.store.write().await?;
    of.existing(&mut writer).await?;
    let linked = wanted.repository.existing(&mut writer).await?;
    let sync = wanted.of(engine, &of.arn, &of.name, linked);
    writer.put_template_sync(&sync).await?;
    engine.commit(writer).await?;
    Ok(UpdateTemplateSyncConfigOutput { template_sync_config: Some(sync_view::template(sync, of.kind)) })
}

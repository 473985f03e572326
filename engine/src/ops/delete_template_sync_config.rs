//! DeleteTemplateSyncConfig.

use proton_model::{DeleteTemplateSyncConfigInput, DeleteTemplateSyncConfigOutput};

use super::template_sync::Of;
use super::{ApiError, Engine, sync_view};

pub(super) async fn handle(
    engine: &Engine,
    input: DeleteTemplateSyncConfigInput,
) -> Result<DeleteTemplateSyncConfigOutput, ApiError> {
    let of = Of::new(engine, input.template_type, input.template_name);
    let mut writer = engine.store.write().await?;
    let sync = of.existing(&mut writer).await?;
    writer.delete_template_sync(&of.arn).await?;
    engine.commit(writer).await?;
    Ok(DeleteTemplateSyncConfigOutput { template_sync_config: Some(sync_view::template(sync, of.kind)) })
}

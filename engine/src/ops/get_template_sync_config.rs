//! GetTemplateSyncConfig.

use proton_model::{GetTemplateSyncConfigInput, GetTemplateSyncConfigOutput};

use super::template_sync::Of;
use super::{ApiError, Engine, sync_view};

pub(super) async fn handle(engine: &Engine, input: GetTemplateSyncConfigInput) -> Result<GetTemplateSyncConfigOutput, ApiError> {
    let of = Of::new(engine, input.template_type, input.template_name);
    let sync = of.existing(&mut engine.store.read().await?).await?;
    Ok(GetTemplateSyncConfigOutput { template_sync_config: Some(sync_view::template(sync, of.kind)) })
}

//! GetTemplateSyncStatus: of a major version. There is no desired state, because no commit was read.

use proton_model::{GetTemplateSyncStatusInput, GetTemplateSyncStatusOutput};

use super::template_sync::Of;
use super::{ApiError, Engine, sync_view};

pub(super) async fn handle(engine: &Engine, input: GetTemplateSyncStatusInput) -> Result<GetTemplateSyncStatusOutput, ApiError> {
    let of = Of::new(engine, input.template_type, input.template_name);
    let sync = of.existing(&mut engine.store.read().await?).await?;
    let target = format!("{}:{}", of.arn, input.template_version.unwrap_or_default());
    let latest_sync = Some(sync_view::resource_attempt(&sync, target));
    Ok(GetTemplateSyncStatusOutput { desired_state: None, latest_successful_sync: None, latest_sync })
}

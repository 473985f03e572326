//! GetServiceInstanceSyncStatus. There is no desired state, because no commit was read.

use proton_model::{GetServiceInstanceSyncStatusInput, GetServiceInstanceSyncStatusOutput};

use super::service_input::existing_instance;
use super::service_sync::existing;
use super::{ApiError, Engine, sync_view};

pub(super) async fn handle(
    engine: &Engine,
    input: GetServiceInstanceSyncStatusInput,
) -> Result<GetServiceInstanceSyncStatusOutput, ApiError> {
    let service = input.service_name.unwrap_or_default();
    let mut reader = engine.store.read().await?;
    let name = input.service_instance_name.unwrap_or_default();
    let instance = existing_instance(engine, &mut reader, &service, &name).await?;
    let sync = existing(engine, &mut reader, &service).await?;
    let latest_sync = Some(sync_view::resource_attempt(&sync, instance.target.arn));
    Ok(GetServiceInstanceSyncStatusOutput { desired_state: None, latest_successful_sync: None, latest_sync })
}

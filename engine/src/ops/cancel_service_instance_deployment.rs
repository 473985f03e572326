//! CancelServiceInstanceDeployment: asks a running update of an instance to stop.

use proton_model::{CancelServiceInstanceDeploymentInput, CancelServiceInstanceDeploymentOutput};

use super::service_input::{attempted, existing_instance};
use super::{ApiError, Engine, service_view};
use crate::domain::service_target::cancel;

pub(super) async fn handle(
    engine: &Engine,
    input: CancelServiceInstanceDeploymentInput,
) -> Result<CancelServiceInstanceDeploymentOutput, ApiError> {
    let (service, name) = (input.service_name.unwrap_or_default(), input.service_instance_name.unwrap_or_default());
    let mut writer = engine.store.write().await?;
    let instance = existing_instance(engine, &mut writer, &service, &name).await?;
    let running = attempted(&mut writer, &instance.target).await?;
    let now = engine.now();
    writer.apply(&cancel(&instance.target, running.as_ref(), &instance.what(), now)?, now).await?;
    let shown = existing_instance(engine, &mut writer, &service, &name).await?;
    engine.commit(writer).await?;
    Ok(CancelServiceInstanceDeploymentOutput { service_instance: Some(service_view::instance(shown)) })
}

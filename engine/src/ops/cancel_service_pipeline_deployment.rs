//! CancelServicePipelineDeployment: asks a running update of a pipeline to stop.

use proton_model::{CancelServicePipelineDeploymentInput, CancelServicePipelineDeploymentOutput};

use super::service_input::{attempted, existing_pipeline};
use super::{ApiError, Engine, service_view};
use crate::domain::service_target::cancel;

pub(super) async fn handle(
    engine: &Engine,
    input: CancelServicePipelineDeploymentInput,
) -> Result<CancelServicePipelineDeploymentOutput, ApiError> {
    let service = input.service_name.unwrap_or_default();
    let mut writer = engine.store.write().await?;
    let pipeline = existing_pipeline(engine, &mut writer, &service).await?;
    let running = attempted(&mut writer, &pipeline.target).await?;
    let now = engine.now();
    writer.apply(&cancel(&pipeline.target, running.as_ref(), &pipeline.what(), now)?, now).await?;
    let shown = existing_pipeline(engine, &mut writer, &service).await?;
    engine.commit(writer).await?;
    Ok(CancelServicePipelineDeploymentOutput { pipeline: Some(service_view::pipeline(shown)) })
}

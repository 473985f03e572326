//! ListServicePipelineOutputs: of the last succeeded deployment, or of a given one.

use proton_model::{ListServicePipelineOutputsInput, ListServicePipelineOutputsOutput};

use super::service_input::existing_pipeline;
use super::{ApiError, Engine, outputs, view};

pub(super) async fn handle(
    engine: &Engine,
    input: ListServicePipelineOutputsInput,
) -> Result<ListServicePipelineOutputsOutput, ApiError> {
    let service = input.service_name.unwrap_or_default();
    let mut reader = engine.store.read().await?;
    let found = existing_pipeline(engine, &mut reader, &service).await?;
    let outputs = outputs::of(&mut reader, &found.target, input.deployment_id, &found.what()).await?;
    Ok(ListServicePipelineOutputsOutput { outputs: Some(view::outputs(outputs)), next_token: None })
}

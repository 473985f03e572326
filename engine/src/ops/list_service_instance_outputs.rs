//! ListServiceInstanceOutputs: of the last succeeded deployment, or of a given one.

use proton_model::{ListServiceInstanceOutputsInput, ListServiceInstanceOutputsOutput};

use super::service_input::existing_instance;
use super::{ApiError, Engine, outputs, view};

pub(super) async fn handle(
    engine: &Engine,
    input: ListServiceInstanceOutputsInput,
) -> Result<ListServiceInstanceOutputsOutput, ApiError> {
    let (service, name) = (input.service_name.unwrap_or_default(), input.service_instance_name.unwrap_or_default());
    let mut reader = engine.store.read().await?;
    let found = existing_instance(engine, &mut reader, &service, &name).await?;
    let outputs = outputs::of(&mut reader, &found.target, input.deployment_id, &found.what()).await?;
    Ok(ListServiceInstanceOutputsOutput { outputs: Some(view::outputs(outputs)), next_token: None })
}

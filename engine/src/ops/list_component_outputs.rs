//! ListComponentOutputs: of the last succeeded deployment, or of a given one.

use proton_model::{ListComponentOutputsInput, ListComponentOutputsOutput};

use super::get_component::existing;
use super::{ApiError, Engine, view};

pub(super) async fn handle(engine: &Engine, input: ListComponentOutputsInput) -> Result<ListComponentOutputsOutput, ApiError> {
    let name = input.component_name.unwrap_or_default();
    let mut reader = engine.store.read().await?;
    let component = existing(engine, &mut reader, &name).await?;
    let outputs = match input.deployment_id {
        Some(id) => {
            let found = reader.deployment(&id).await?;
            let found = found.filter(|deployment| deployment.target_arn == component.target.arn);
            let missing = || ApiError::not_found(format!("The component {name} has no deployment {id}."));
            found.ok_or_else(missing)?.outputs
        }
        None => match &component.target.succeeded {
            Some(attempt) => reader.deployment(&attempt.id).await?.map(|last| last.outputs).unwrap_or_default(),
            None => Vec::new(),
        },
    };
    Ok(ListComponentOutputsOutput { outputs: Some(view::outputs(outputs)), next_token: None })
}

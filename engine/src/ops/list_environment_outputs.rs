//! ListEnvironmentOutputs: of the last succeeded deployment, or of a given one.

use proton_model::{ListEnvironmentOutputsInput, ListEnvironmentOutputsOutput};

use super::get_environment::existing;
use super::{ApiError, Engine, view};

pub(super) async fn handle(
    engine: &Engine,
    input: ListEnvironmentOutputsInput,
) -> Result<ListEnvironmentOutputsOutput, ApiError> {
    let name = input.environment_name.unwrap_or_default();
    let mut reader = engine.store.read().await?;
    let environment = existing(engine, &mut reader, &name).await?;
    let outputs = match input.deployment_id {
        Some(id) => {
            let found = reader.deployment(&id).await?;
            let found = found.filter(|deployment| deployment.target_arn == environment.target.arn);
            let missing = || ApiError::not_found(format!("The environment {name} has no deployment {id}."));
            found.ok_or_else(missing)?.outputs
        }
        None => match &environment.target.succeeded {
            Some(attempt) => reader.deployment(&attempt.id).await?.map(|last| last.outputs).unwrap_or_default(),
            None => Vec::new(),
        },
    };
    Ok(ListEnvironmentOutputsOutput { outputs: Some(view::outputs(outputs)), next_token: None })
}

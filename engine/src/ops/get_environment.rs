//! GetEnvironment.

use proton_model::{GetEnvironmentInput, GetEnvironmentOutput};

use super::{ApiError, Engine, view};
use crate::domain::environment::Environment;
use crate::store::Reader;

pub(super) async fn handle(engine: &Engine, input: GetEnvironmentInput) -> Result<GetEnvironmentOutput, ApiError> {
    let name = input.name.unwrap_or_default();
    let environment = existing(engine, &mut engine.store.read().await?, &name).await?;
    Ok(GetEnvironmentOutput { environment: Some(view::environment(environment)) })
}

/// The environment, or the refusal that names it.
pub(super) async fn existing(engine: &Engine, reader: &mut Reader, name: &str) -> Result<Environment, ApiError> {
    let missing = || ApiError::not_found(format!("The environment does not exist: {}", engine.arns.environment(name)));
    reader.environment(name).await?.ok_or_else(missing)
}

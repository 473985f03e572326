//! GetComponent.

use proton_model::{GetComponentInput, GetComponentOutput};

use super::{ApiError, Engine, component_view as view};
use crate::domain::component::Component;
use crate::store::Reader;

pub(super) async fn handle(engine: &Engine, input: GetComponentInput) -> Result<GetComponentOutput, ApiError> {
    let name = input.name.unwrap_or_default();
    let component = existing(engine, &mut engine.store.read().await?, &name).await?;
    Ok(GetComponentOutput { component: Some(view::component(component)) })
}

/// The component, or the refusal that names it.
pub(super) async fn existing(engine: &Engine, reader: &mut Reader, name: &str) -> Result<Component, ApiError> {
    let missing = || ApiError::not_found(format!("The component does not exist: {}", engine.arns.component(name)));
    reader.component(name).await?.ok_or_else(missing)
}

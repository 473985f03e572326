//! ListComponentProvisionedResources: the stack of the component.

use proton_model::{ListComponentProvisionedResourcesInput, ListComponentProvisionedResourcesOutput};

use super::get_component::existing;
use super::{ApiError, Engine, view};

pub(super) async fn handle(
    engine: &Engine,
    input: ListComponentProvisionedResourcesInput,
) -> Result<ListComponentProvisionedResourcesOutput, ApiError> {
    let name = input.component_name.unwrap_or_default();
    let component = existing(engine, &mut engine.store.read().await?, &name).await?;
    let resources = view::resources(component.target.resources);
    Ok(ListComponentProvisionedResourcesOutput { provisioned_resources: Some(resources), next_token: None })
}

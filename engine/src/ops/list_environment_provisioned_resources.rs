//! ListEnvironmentProvisionedResources: the stack of the environment.

use proton_model::{ListEnvironmentProvisionedResourcesInput, ListEnvironmentProvisionedResourcesOutput};

use super::get_environment::existing;
use super::{ApiError, Engine, view};

pub(super) async fn handle(
    engine: &Engine,
    input: ListEnvironmentProvisionedResourcesInput,
) -> Result<ListEnvironmentProvisionedResourcesOutput, ApiError> {
    let name = input.environment_name.unwrap_or_default();
    let environment = existing(engine, &mut engine.store.read().await?, &name).await?;
    let resources = view::resources(environment.target.resources);
    Ok(ListEnvironmentProvisionedResourcesOutput { provisioned_resources: Some(resources), next_token: None })
}

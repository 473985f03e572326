//! ListServiceInstanceProvisionedResources: the stack of the instance.

use proton_model::{ListServiceInstanceProvisionedResourcesInput, ListServiceInstanceProvisionedResourcesOutput};

use super::service_input::existing_instance;
use super::{ApiError, Engine, view};

pub(super) async fn handle(
    engine: &Engine,
    input: ListServiceInstanceProvisionedResourcesInput,
) -> Result<ListServiceInstanceProvisionedResourcesOutput, ApiError> {
    let (service, name) = (input.service_name.unwrap_or_default(), input.service_instance_name.unwrap_or_default());
    let found = existing_instance(engine, &mut engine.store.read().await?, &service, &name).await?;
    let resources = view::resources(found.target.resources);
    Ok(ListServiceInstanceProvisionedResourcesOutput { provisioned_resources: Some(resources), next_token: None })
}

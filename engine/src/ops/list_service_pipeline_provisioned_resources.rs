//! ListServicePipelineProvisionedResources: the stack of the pipeline.

use proton_model::{ListServicePipelineProvisionedResourcesInput, ListServicePipelineProvisionedResourcesOutput};

use super::service_input::existing_pipeline;
use super::{ApiError, Engine, view};

pub(super) async fn handle(
    engine: &Engine,
    input: ListServicePipelineProvisionedResourcesInput,
) -> Result<ListServicePipelineProvisionedResourcesOutput, ApiError> {
    let service = input.service_name.unwrap_or_default();
    let found = existing_pipeline(engine, &mut engine.store.read().await?, &service).await?;
    let resources = view::resources(found.target.resources);
    Ok(ListServicePipelineProvisionedResourcesOutput { provisioned_resources: Some(resources), next_token: None })
}

//! GetServiceInstance.

use proton_model::{GetServiceInstanceInput, GetServiceInstanceOutput};

use super::service_input::existing_instance;
use super::{ApiError, Engine, service_view};

pub(super) async fn handle(engine: &Engine, input: GetServiceInstanceInput) -> Result<GetServiceInstanceOutput, ApiError> {
    let (service, name) = (input.service_name.unwrap_or_default(), input.name.unwrap_or_default());
    let instance = existing_instance(engine, &mut engine.store.read().await?, &service, &name).await?;
    Ok(GetServiceInstanceOutput { service_instance: Some(service_view::instance(instance)) })
}

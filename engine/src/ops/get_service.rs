//! GetService.

use proton_model::{GetServiceInput, GetServiceOutput};

use super::service_input::existing;
use super::{ApiError, Engine, service_view};

pub(super) async fn handle(engine: &Engine, input: GetServiceInput) -> Result<GetServiceOutput, ApiError> {
    let mut reader = engine.store.read().await?;
    let service = existing(engine, &mut reader, &input.name.unwrap_or_default()).await?;
    Ok(GetServiceOutput { service: Some(service_view::shown(&mut reader, service).await?) })
}

//! CancelComponentDeployment: asks a running creation or update to stop.

use proton_model::{CancelComponentDeploymentInput, CancelComponentDeploymentOutput};

use super::get_component::existing;
use super::{ApiError, Engine, component_view as view};
use crate::domain::deployment::Reason;
use crate::domain::refusal::Refusal;

pub(super) async fn handle(
    engine: &Engine,
    input: CancelComponentDeploymentInput,
) -> Result<CancelComponentDeploymentOutput, ApiError> {
    let name = input.component_name.unwrap_or_default();
    let mut writer = engine.store.write().await?;
    let stored = existing(engine, &mut writer, &name).await?;
    let running = match &stored.target.attempted {
        Some(attempt) => writer.deployment(&attempt.id).await?,
        None => None,
    };
    let running = running.ok_or_else(|| Refusal::of_event(Reason::NothingRunning, &stored.what()))?;
    let now = engine.now();
    writer.apply(&stored.cancel(&running, now)?, now).await?;
    let shown = writer.component(&name).await?.map(view::component);
    engine.commit(writer).await?;
    Ok(CancelComponentDeploymentOutput { component: shown })
}

//! CancelEnvironmentDeployment: asks a running update to stop.

use proton_model::{CancelEnvironmentDeploymentInput, CancelEnvironmentDeploymentOutput};

use super::get_environment::existing;
use super::{ApiError, Engine, view};
use crate::domain::deployment::Reason;
use crate::domain::environment;
use crate::domain::refusal::Refusal;

pub(super) async fn handle(
    engine: &Engine,
    input: CancelEnvironmentDeploymentInput,
) -> Result<CancelEnvironmentDeploymentOutput, ApiError> {
    let name = input.environment_name.unwrap_or_default();
    let mut writer = engine.store.write().await?;
    let stored = existing(engine, &mut writer, &name).await?;
    let running = match &stored.target.attempted {
        Some(attempt) => writer.deployment(&attempt.id).await?,
        None => None,
    };
    let nothing = || Refusal::of_event(Reason::NothingRunning, &environment::what(&stored));
    let running = running.ok_or_else(nothing)?;
    let now = engine.now();
    writer.apply(&environment::cancel(&stored, &running, now)?, now).await?;
    let shown = writer.environment(&name).await?.map(view::environment);
    engine.commit(writer).await?;
    Ok(CancelEnvironmentDeploymentOutput { environment: shown })
}

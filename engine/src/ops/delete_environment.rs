//! DeleteEnvironment: removes what is provisioned, then the environment with its deployments.

use proton_model::{DeleteEnvironmentInput, DeleteEnvironmentOutput};

use super::update_environment::base;
use super::{ApiError, Engine, view};
use crate::domain::environment;

pub(super) async fn handle(engine: &Engine, input: DeleteEnvironmentInput) -> Result<DeleteEnvironmentOutput, ApiError> {
    let name = input.name.unwrap_or_default();
    let mut writer = engine.store.write().await?;
    let Some(stored) = writer.environment(&name).await? else {
        // A retry after the deletion ended is a success (API model, documentation of idempotent deletes).
        return Ok(DeleteEnvironmentOutput::default());
    };
    let base = base(&mut writer, &stored).await?;
    let now = engine.now();
    if let Some(change) = environment::delete(&stored, base, engine.fresh_id(), now)? {
        writer.apply(&change, now).await?;
    }
    let shown = writer.environment(&name).await?.map(view::environment);
    engine.commit(writer).await?;
    Ok(DeleteEnvironmentOutput { environment: shown })
}

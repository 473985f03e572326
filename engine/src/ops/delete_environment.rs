//! DeleteEnvironment: removes what is provisioned, then the environment with its deployments.

use proton_model::{DeleteEnvironmentInput, DeleteEnvironmentOutput};

use super::update_environment::base;
use super::{ApiError, Engine, component_guard, view};
use crate::domain::environment;
use crate::domain::refusal::Refusal;
use crate::store::Writer;

pub(super) async fn handle(engine: &Engine, input: DeleteEnvironmentInput) -> Result<DeleteEnvironmentOutput, ApiError> {
    let name = input.name.unwrap_or_default();
    let mut writer = engine.store.write().await?;
    let Some(stored) = writer.environment(&name).await? else {
        // A retry after the deletion ended is a success (API model, documentation of idempotent deletes).
        return Ok(DeleteEnvironmentOutput::default());
    };
    check_unused(&mut writer, &name).await?;
    component_guard::check_none_in(&mut writer, &name).await?;
    let base = base(&mut writer, &stored).await?;
    let now = engine.now();
    if let Some(change) = environment::delete(&stored, base, engine.fresh_id(), now)? {
        writer.apply(&change, now).await?;
    }
    let shown = writer.environment(&name).await?.map(view::environment);
    engine.commit(writer).await?;
    Ok(DeleteEnvironmentOutput { environment: shown })
}

/// What runs in an environment keeps it (AWS Proton User Guide, page ag-env-delete).
async fn check_unused(writer: &mut Writer, name: &str) -> Result<(), ApiError> {
    let instances = writer.instances_in(name).await?;
    if instances.is_empty() {
        return Ok(());
    }
    let why = format!("The environment {name} is used by {}. Delete what uses it first.", instances.join(", "));
    Err(Refusal::Conflict(why).into())
}

//! DeleteComponent: removes what is provisioned, then the component with its deployments.

use proton_model::{DeleteComponentInput, DeleteComponentOutput};

use super::component_input::base;
use super::{ApiError, Engine, component_view as view};
use crate::domain::target::Operation;

pub(super) async fn handle(engine: &Engine, input: DeleteComponentInput) -> Result<DeleteComponentOutput, ApiError> {
    let name = input.name.unwrap_or_default();
    let mut writer = engine.store.write().await?;
    let Some(stored) = writer.component(&name).await? else {
        // A retry after the deletion ended is a success: the API marks the operation as idempotent.
        return Ok(DeleteComponentOutput::default());
    };
    stored.check_deletable()?;
    let base = base(&mut writer, &stored).await?;
    let now = engine.now();
    if let Some(change) = stored.begin(Operation::Delete, base, engine.fresh_id(), now)? {
        writer.apply(&change, now).await?;
    }
    let shown = writer.component(&name).await?.map(view::component);
    engine.commit(writer).await?;
    Ok(DeleteComponentOutput { component: shown })
}

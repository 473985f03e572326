//! Notes what people do by hand with a service that is to be synced from a repository.

use proton_model::Operation;

use super::{ApiError, Engine};
use crate::domain::sync_blocker::Blocker;
use crate::store::Writer;

/// Blocks the sync of an instance that was created or updated, or without an instance that of the whole service, unless
/// it is blocked already. Nothing to do for a service without a sync configuration.
pub(super) async fn note(
    engine: &Engine,
    writer: &mut Writer,
    operation: Operation,
    service: &str,
    instance: Option<&str>,
) -> Result<(), ApiError> {
    if writer.service_sync(service).await?.is_none() {
        return Ok(());
    }
    let latest = writer.sync_blockers(service, instance, 1).await?;
    if latest.iter().any(|blocker| blocker.resolved.is_none()) {
        return Ok(());
    }
    let blocker = Blocker {
        id: engine.fresh_id(),
        service: service.to_owned(),
        instance: instance.map(str::to_owned),
        created_reason: format!("{} was called.", operation.name()),
        created_at: engine.now(),
        resolved: None,
    };
    Ok(writer.put_sync_blocker(&blocker).await?)
}

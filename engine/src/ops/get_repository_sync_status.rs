//! GetRepositorySyncStatus: of a branch that something is to be synced from.

use proton_model::{GetRepositorySyncStatusInput, GetRepositorySyncStatusOutput};

use super::linked_repository::Named;
use super::list_repository_sync_definitions::syncs;
use super::{ApiError, Engine, sync_view};

pub(super) async fn handle(
    engine: &Engine,
    input: GetRepositorySyncStatusInput,
) -> Result<GetRepositorySyncStatusOutput, ApiError> {
    let named = Named::new(engine, input.repository_provider, input.repository_name);
    let branch = input.branch.unwrap_or_default();
    let mut reader = engine.store.read().await?;
    let linked = named.existing(&mut reader).await?;
    let syncs = syncs(&mut reader, &linked.arn, input.sync_type.as_ref()).await?;
    let since = syncs.into_iter().filter(|sync| sync.source.branch == branch).map(|sync| sync.created_at).max();
    let missing = || ApiError::not_found(format!("Nothing is synced from the branch {branch} of the {}.", linked.what()));
    let attempt = sync_view::repository_attempt(since.ok_or_else(missing)?);
    Ok(GetRepositorySyncStatusOutput { latest_sync: Some(attempt) })
}

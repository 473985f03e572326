//! ListRepositorySyncDefinitions: what is to be synced from a repository, on one page.

use proton_model::{ListRepositorySyncDefinitionsInput, ListRepositorySyncDefinitionsOutput, SyncType};

use super::linked_repository::Named;
use super::{ApiError, Engine, sync_view};
use crate::domain::sync_config::Sync;
use crate::store::Reader;

pub(super) async fn handle(
    engine: &Engine,
    input: ListRepositorySyncDefinitionsInput,
) -> Result<ListRepositorySyncDefinitionsOutput, ApiError> {
    let named = Named::new(engine, input.repository_provider, input.repository_name);
    let syncs = syncs(&mut engine.store.read().await?, &named.arn, input.sync_type.as_ref()).await?;
    let definitions = syncs.into_iter().map(sync_view::definition).collect();
    Ok(ListRepositorySyncDefinitionsOutput { next_token: None, sync_definitions: Some(definitions) })
}

/// The configurations of one type that name a repository; the constraints of requests leave no third type.
pub(super) async fn syncs(reader: &mut Reader, repository_arn: &str, of: Option<&SyncType>) -> Result<Vec<Sync>, ApiError> {
    match of {
        Some(SyncType::ServiceSync) => Ok(reader.service_syncs_of(repository_arn).await?),
        _ => Ok(reader.template_syncs_of(repository_arn).await?),
    }
}

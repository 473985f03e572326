//! DeleteRepository: removes a link that nothing uses. In the repository nothing happens.

use proton_model::{DeleteRepositoryInput, DeleteRepositoryOutput};

use super::get_repository::shown;
use super::linked_repository::Named;
use super::{ApiError, Engine};
use crate::domain::repository::check_unused;
use crate::store::Reader;

pub(super) async fn handle(engine: &Engine, input: DeleteRepositoryInput) -> Result<DeleteRepositoryOutput, ApiError> {
    let mut writer = engine.store.write().await?;
    let found = Named::new(engine, input.provider, input.name).existing(&mut writer).await?;
    check_unused(&found, &users(&mut writer, &found.arn).await?)?;
    writer.delete_repository(&found.arn).await?;
    engine.commit(writer).await?;
    Ok(DeleteRepositoryOutput { repository: Some(shown(found)) })
}

async fn users(reader: &mut Reader, arn: &str) -> Result<Vec<String>, ApiError> {
    let mut users = reader.repository_users(arn).await?;
    let of_pipelines = reader.account_settings().await?.pipeline_repository;
    if of_pipelines.is_some_and(|repository| repository.arn == arn) {
        users.push("the account settings (pipelineProvisioningRepository)".to_owned());
    }
    Ok(users)
}

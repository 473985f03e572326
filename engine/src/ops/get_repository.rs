//! GetRepository.

use proton_model::{GetRepositoryInput, GetRepositoryOutput, Repository as Shown};

use super::linked_repository::Named;
use super::{ApiError, Engine};
use crate::domain::repository::Repository;

pub(super) async fn handle(engine: &Engine, input: GetRepositoryInput) -> Result<GetRepositoryOutput, ApiError> {
    let named = Named::new(engine, input.provider, input.name);
    let found = named.existing(&mut engine.store.read().await?).await?;
    Ok(GetRepositoryOutput { repository: Some(shown(found)) })
}

pub(super) fn shown(repository: Repository) -> Shown {
    Shown {
        arn: Some(repository.arn),
        connection_arn: Some(repository.connection_arn),
        encryption_key: repository.encryption_key,
        name: Some(repository.name),
        provider: Some(repository.provider.as_str().into()),
    }
}

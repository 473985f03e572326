//! CreateRepository: links a repository. Linking it again in the same way changes nothing.

use proton_model::{CreateRepositoryInput, CreateRepositoryOutput};

use super::get_repository::shown;
use super::linked_repository::Named;
use super::tags::given;
use super::{ApiError, Engine};
use crate::domain::idempotency::Verdict;
use crate::domain::quota;
use crate::domain::repository::{self, Repository};
use crate::domain::tags;
use crate::store::Writer;

pub(super) async fn handle(engine: &Engine, input: CreateRepositoryInput) -> Result<CreateRepositoryOutput, ApiError> {
    let Named { arn, provider, name } = Named::new(engine, input.provider, input.name);
    let connection_arn = input.connection_arn.unwrap_or_default();
    let new = Repository { arn, provider, name, connection_arn, encryption_key: input.encryption_key };
    let tags = tags::merged(&tags::of_account(&engine.arns), &given(input.tags.as_deref()))?;
    let mut writer = engine.store.write().await?;
    let stored = writer.repository(&new.arn).await?;
    if repository::create(stored.as_ref(), &new)? == Verdict::Create {
        check_quota(engine, &mut writer).await?;
        writer.put_repository(&new).await?;
        writer.put_tags(&new.arn, &tags).await?;
        engine.commit(writer).await?;
    }
    Ok(CreateRepositoryOutput { repository: Some(shown(new)) })
}

async fn check_quota(engine: &Engine, writer: &mut Writer) -> Result<(), ApiError> {
    let count = writer.count_repositories().await?;
    Ok(quota::check(count, engine.config.quotas.repositories, "linked repositories", "repositories")?)
}

//! UpdateAccountSettings: what pipelines are provisioned with.

use proton_model::{RepositoryBranchInput, UpdateAccountSettingsInput, UpdateAccountSettingsOutput};

use super::environment_input::branch;
use super::get_account_settings::shown;
use super::linked_repository::Named;
use super::{ApiError, Engine};
use crate::domain::account_settings::{Changes, check_quiet, updated};
use crate::domain::environment_members::RepositoryBranch;
use crate::store::Reader;

pub(super) async fn handle(engine: &Engine, input: UpdateAccountSettingsInput) -> Result<UpdateAccountSettingsOutput, ApiError> {
    let mut writer = engine.store.write().await?;
    let changes = Changes {
        pipeline_service_role_arn: input.pipeline_service_role_arn,
        pipeline_codebuild_role_arn: input.pipeline_codebuild_role_arn,
        pipeline_repository: linked(engine, &mut writer, input.pipeline_provisioning_repository).await?,
        delete_repository: input.delete_pipeline_provisioning_repository.unwrap_or(false),
    };
    let now = writer.account_settings().await?;
    let settings = updated(now.clone(), changes)?;
    check_quiet(&now, &settings, &writer.running_pipelines().await?)?;
    writer.put_account_settings(engine.arns.account_id(), &settings).await?;
    engine.commit(writer).await?;
    Ok(UpdateAccountSettingsOutput { account_settings: Some(shown(settings)) })
}

/// The repository for pipelines, if one is given. The API lists no ResourceNotFoundException for this operation.
async fn linked(
    engine: &Engine,
    reader: &mut Reader,
    given: Option<RepositoryBranchInput>,
) -> Result<Option<RepositoryBranch>, ApiError> {
    let Some(given) = given else {
        return Ok(None);
    };
    let linked = Named::new(engine, given.provider, given.name).valid(reader).await?;
    Ok(Some(branch(linked, given.branch)))
}

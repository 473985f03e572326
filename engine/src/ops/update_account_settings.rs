//! UpdateAccountSettings: what pipelines are provisioned with.

use proton_model::{UpdateAccountSettingsInput, UpdateAccountSettingsOutput};

use super::environment_input::repository;
use super::get_account_settings::shown;
use super::{ApiError, Engine};
use crate::domain::account_settings::{Changes, updated};

pub(super) async fn handle(engine: &Engine, input: UpdateAccountSettingsInput) -> Result<UpdateAccountSettingsOutput, ApiError> {
    let changes = Changes {
        pipeline_service_role_arn: input.pipeline_service_role_arn,
        pipeline_codebuild_role_arn: input.pipeline_codebuild_role_arn,
        pipeline_repository: input.pipeline_provisioning_repository.map(|branch| repository(&engine.arns, branch)),
        delete_repository: input.delete_pipeline_provisioning_repository.unwrap_or(false),
    };
    let mut writer = engine.store.write().await?;
    let settings = updated(writer.account_settings().await?, changes)?;
    writer.put_account_settings(engine.arns.account_id(), &settings).await?;
    engine.commit(writer).await?;
    Ok(UpdateAccountSettingsOutput { account_settings: Some(shown(settings)) })
}

//! GetAccountSettings: empty for an account that never set any.

use proton_model::{AccountSettings, GetAccountSettingsInput, GetAccountSettingsOutput};

use super::{ApiError, Engine, view};
use crate::domain::account_settings;

pub(super) async fn handle(engine: &Engine, _input: GetAccountSettingsInput) -> Result<GetAccountSettingsOutput, ApiError> {
    let settings = engine.store.read().await?.account_settings().await?;
    Ok(GetAccountSettingsOutput { account_settings: Some(shown(settings)) })
}

pub(super) fn shown(settings: account_settings::AccountSettings) -> AccountSettings {
    AccountSettings {
        pipeline_codebuild_role_arn: settings.pipeline_codebuild_role_arn,
        pipeline_provisioning_repository: settings.pipeline_repository.map(view::repository),
        pipeline_service_role_arn: settings.pipeline_service_role_arn,
    }
}

//! Table `account_settings`.

use super::decode::{json_or_null, text_or_null, to_json_or_null};
use super::error::StoreError;
use super::transaction::{Reader, Writer};
use crate::domain::account_settings::AccountSettings;

impl Reader {
    /// The settings that pipelines are provisioned with; the default where none were ever set.
    pub async fn account_settings(&mut self) -> Result<AccountSettings, StoreError> {
        let row = sqlx::query("SELECT * FROM account_settings LIMIT 1").fetch_optional(self.connection()).await?;
        let Some(row) = row else {
            return Ok(AccountSettings::default());
        };
        Ok(AccountSettings {
            pipeline_service_role_arn: text_or_null(&row, "pipeline_service_role_arn")?,
            pipeline_codebuild_role_arn: text_or_null(&row, "pipeline_codebuild_role_arn")?,
            pipeline_repository: json_or_null(&row, "pipeline_repository")?,
        })
    }
}

impl Writer {
    /// Writes the settings.
    pub async fn put_account_settings(&mut self, account_id: &str, settings: &AccountSettings) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO account_settings (account_id, pipeline_service_role_arn, pipeline_codebuild_role_arn, \
             pipeline_repository) VALUES ($1, $2, $3, $4) ON CONFLICT (account_id) DO UPDATE SET \
             pipeline_service_role_arn = excluded.pipeline_service_role_arn, \
             pipeline_codebuild_role_arn = excluded.pipeline_codebuild_role_arn, \
             pipeline_repository = excluded.pipeline_repository";
        sqlx::query(SQL)
            .bind(account_id)
            .bind(&settings.pipeline_service_role_arn)
            .bind(&settings.pipeline_codebuild_role_arn)
            .bind(to_json_or_null(settings.pipeline_repository.as_ref(), "pipeline_repository")?)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

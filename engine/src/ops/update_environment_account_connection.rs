//! UpdateEnvironmentAccountConnection: the environment account changes the roles.

use proton_model::{Operation, UpdateEnvironmentAccountConnectionInput, UpdateEnvironmentAccountConnectionOutput};

use super::account_connection::{check_unhurried, existing, shown};
use super::{ApiError, Engine, caller_account};
use crate::domain::account_connection::Roles;
use crate::http::Caller;

pub(super) async fn handle(
    engine: &Engine,
    caller: &Caller,
    input: UpdateEnvironmentAccountConnectionInput,
) -> Result<UpdateEnvironmentAccountConnectionOutput, ApiError> {
    let mut writer = engine.store.write().await?;
    let stored = existing(engine, &mut writer, caller, &input.id.unwrap_or_default()).await?;
    let operation = Operation::UpdateEnvironmentAccountConnection;
    caller_account::check_side(engine, caller, operation, &stored.environment_account_id)?;
    check_unhurried(&mut writer, &stored).await?;
    let roles = Roles {
        role_arn: input.role_arn,
        codebuild_role_arn: input.codebuild_role_arn,
        component_role_arn: input.component_role_arn,
    };
    let updated = stored.with_roles(roles, engine.now())?;
    writer.put_account_connection(&updated).await?;
    engine.commit(writer).await?;
    Ok(UpdateEnvironmentAccountConnectionOutput { environment_account_connection: Some(shown(updated)) })
}

//! DeleteEnvironmentAccountConnection: the environment account's, also while an environment uses the connection. What is
//! provisioned stays, and cannot be changed until another connection for the environment is accepted.

use proton_model::{DeleteEnvironmentAccountConnectionInput, DeleteEnvironmentAccountConnectionOutput, Operation};

use super::account_connection::{check_unhurried, shown};
use super::{ApiError, Engine, caller_account};
use crate::http::Caller;

pub(super) async fn handle(
    engine: &Engine,
    caller: &Caller,
    input: DeleteEnvironmentAccountConnectionInput,
) -> Result<DeleteEnvironmentAccountConnectionOutput, ApiError> {
    let account = caller_account::of(engine, caller);
    let mut writer = engine.store.write().await?;
    let stored = writer.account_connection(&input.id.unwrap_or_default()).await?;
    let Some(stored) = stored.filter(|connection| connection.is_of(account)) else {
        // A retry after the deletion is a success (API model, documentation of idempotent deletes).
        return Ok(DeleteEnvironmentAccountConnectionOutput::default());
    };
    let operation = Operation::DeleteEnvironmentAccountConnection;
    caller_account::check_side(engine, caller, operation, &stored.environment_account_id)?;
    check_unhurried(&mut writer, &stored).await?;
    writer.delete_account_connection(&stored).await?;
    engine.commit(writer).await?;
    Ok(DeleteEnvironmentAccountConnectionOutput { environment_account_connection: Some(shown(stored)) })
}

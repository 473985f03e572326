//! RejectEnvironmentAccountConnection: for good, and not while an environment uses the connection.

use proton_model::{Operation, RejectEnvironmentAccountConnectionInput, RejectEnvironmentAccountConnectionOutput};

use super::account_connection::{existing, shown};
use super::{ApiError, Engine, caller_account};
use crate::domain::account_connection::{Event, check_reject};
use crate::http::Caller;

pub(super) async fn handle(
    engine: &Engine,
    caller: &Caller,
    input: RejectEnvironmentAccountConnectionInput,
) -> Result<RejectEnvironmentAccountConnectionOutput, ApiError> {
    let mut writer = engine.store.write().await?;
    let stored = existing(engine, &mut writer, caller, &input.id.unwrap_or_default()).await?;
    let operation = Operation::RejectEnvironmentAccountConnection;
    caller_account::check_side(engine, caller, operation, &stored.management_account_id)?;
    check_reject(&stored, writer.is_account_connection_used(&stored.id).await?)?;
    let rejected = stored.after(Event::Reject, engine.now())?;
    writer.put_account_connection(&rejected).await?;
    engine.commit(writer).await?;
    Ok(RejectEnvironmentAccountConnectionOutput { environment_account_connection: Some(shown(rejected)) })
}

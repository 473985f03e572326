//! AcceptEnvironmentAccountConnection: the managing account may from now on provision the environment through it.

use proton_model::{AcceptEnvironmentAccountConnectionInput, AcceptEnvironmentAccountConnectionOutput, Operation};

use super::account_connection::{adopt, existing, of_environment, shown};
use super::{ApiError, Engine, caller_account};
use crate::domain::account_connection::{Event, check_accept};
use crate::http::Caller;

pub(super) async fn handle(
    engine: &Engine,
    caller: &Caller,
    input: AcceptEnvironmentAccountConnectionInput,
) -> Result<AcceptEnvironmentAccountConnectionOutput, ApiError> {
    let mut writer = engine.store.write().await?;
    let stored = existing(engine, &mut writer, caller, &input.id.unwrap_or_default()).await?;
    let operation = Operation::AcceptEnvironmentAccountConnection;
    caller_account::check_side(engine, caller, operation, &stored.management_account_id)?;
    check_accept(&stored, &of_environment(&mut writer, &stored.environment_name).await?)?;
    let accepted = stored.after(Event::Accept, engine.now())?;
    writer.put_account_connection(&accepted).await?;
    adopt(&mut writer, &accepted).await?;
    engine.commit(writer).await?;
    Ok(AcceptEnvironmentAccountConnectionOutput { environment_account_connection: Some(shown(accepted)) })
}

//! GetEnvironmentAccountConnection: for both of its accounts.

use proton_model::{GetEnvironmentAccountConnectionInput, GetEnvironmentAccountConnectionOutput};

use super::account_connection::{existing, shown};
use super::{ApiError, Engine};
use crate::http::Caller;

pub(super) async fn handle(
    engine: &Engine,
    caller: &Caller,
    input: GetEnvironmentAccountConnectionInput,
) -> Result<GetEnvironmentAccountConnectionOutput, ApiError> {
    let found = existing(engine, &mut engine.store.read().await?, caller, &input.id.unwrap_or_default()).await?;
    Ok(GetEnvironmentAccountConnectionOutput { environment_account_connection: Some(shown(found)) })
}

//! The account that a caller belongs to: the engine's own, unless the credentials file names another one.
//!
//! Another account's resources are elsewhere, so all that it shares with the engine's account are environment account
//! connections, and their tags.

use proton_model::{ErrorKind, Operation};

use super::{ApiError, Engine};
use crate::http::Caller;

/// The caller's account.
pub(super) fn of<'a>(engine: &'a Engine, caller: &'a Caller) -> &'a str {
    caller.account_id.as_deref().unwrap_or(engine.arns.account_id())
}

/// Refuses to another account what is the engine's account's alone.
pub(super) fn check(engine: &Engine, caller: &Caller, operation: Operation) -> Result<(), ApiError> {
    let own = engine.arns.account_id();
    if of(engine, caller) == own || is_shared(operation) {
        return Ok(());
    }
    Err(denied(caller, operation.name(), &format!("it is for the account {own}, whose resources this engine serves")))
}

/// Refuses the tags of what belongs to an account that is not the caller's.
pub(super) fn check_arn(engine: &Engine, caller: &Caller, operation: Operation, arn: &str) -> Result<(), ApiError> {
    let account = of(engine, caller);
    if account == engine.arns.account_id() || arn.split(':').nth(4) == Some(account) {
        return Ok(());
    }
    Err(denied(caller, operation.name(), &format!("{arn} is of another account")))
}

/// Refuses what only one of a connection's two accounts may do.
pub(super) fn check_side(engine: &Engine, caller: &Caller, operation: Operation, owner: &str) -> Result<(), ApiError> {
    if of(engine, caller) == owner {
        return Ok(());
    }
    Err(denied(caller, operation.name(), &format!("for this connection that is up to the account {owner}")))
}

fn denied(caller: &Caller, operation: &str, why: &str) -> ApiError {
    let message = format!("principal '{}' is not authorized to perform proton:{operation}: {why}", caller.principal);
    ApiError::api(ErrorKind::AccessDenied, message)
}

/// What other accounts may ask for, too; each checks whose it is.
fn is_shared(operation: Operation) -> bool {
    use Operation as Op;
    matches!(
        operation,
        Op::AcceptEnvironmentAccountConnection
            | Op::CreateEnvironmentAccountConnection
            | Op::DeleteEnvironmentAccountConnection
            | Op::GetEnvironmentAccountConnection
            | Op::ListEnvironmentAccountConnections
            | Op::RejectEnvironmentAccountConnection
            | Op::UpdateEnvironmentAccountConnection
            | Op::ListTagsForResource
            | Op::TagResource
            | Op::UntagResource
    )
}

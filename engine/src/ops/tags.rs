//! What the operations on tags have in common.

use proton_model as model;

use super::{ApiError, Engine};
use crate::domain::deployment::State;
use crate::domain::refusal::Refusal;
use crate::domain::tags::Tag;
use crate::http::{Caller, Role};
use crate::store::Reader;

/// The tags of a request.
pub(super) fn given(tags: Option<&[model::Tag]>) -> Vec<Tag> {
    let tag = |tag: &model::Tag| Tag { key: tag.key.clone().unwrap_or_default(), value: tag.value.clone().unwrap_or_default() };
    tags.unwrap_or_default().iter().map(tag).collect()
}

/// Refuses an ARN that names nothing which can have tags.
pub(super) async fn check_resource(engine: &Engine, reader: &mut Reader, arn: &str) -> Result<(), ApiError> {
    let tail = engine.arns.tail(arn).unwrap_or_default();
    // A connection belongs to the environment account, which may be another one than the engine's.
    if let Some((_, id)) = arn.split_once(":environment-account-connection/") {
        let found = reader.account_connection(id).await?.filter(|connection| connection.arn == arn);
        return found.map(|_| ()).ok_or_else(|| missing(arn));
    }
    let exists = match tail.split_once('/') {
        Some(("environment-template" | "service-template", name)) if name.contains(':') => {
            reader.template_version(arn).await?.is_some()
        }
        Some(("environment-template" | "service-template", _)) => reader.template(arn).await?.is_some(),
        Some(("repository", _)) => reader.repository(arn).await?.is_some(),
        Some(("service", name)) if !name.contains('/') => reader.service(name).await?.is_some(),
        _ => reader.target(arn).await?.is_some(),
    };
    exists.then_some(()).ok_or_else(|| missing(arn))
}

fn missing(arn: &str) -> ApiError {
    ApiError::not_found(format!("The resource {arn} does not exist. Check resourceArn, its account and region."))
}

/// Refuses to change the tags of what is being deleted: they would go with it.
pub(super) async fn check_stays(reader: &mut Reader, arn: &str) -> Result<(), ApiError> {
    let target = reader.target(arn).await?;
    if target.is_some_and(|target| target.state == State::DeleteInProgress) {
        return Err(Refusal::Conflict(format!("The resource {arn} is being deleted, so its tags cannot be changed.")).into());
    }
    Ok(())
}

/// Deployers may tag what they may change, and nothing else.
pub(super) fn check_role(caller: &Caller, arn: &str) -> Result<(), ApiError> {
    let of_deployers = [":environment/", ":service/", ":component/"].iter().any(|part| arn.contains(part));
    if caller.role == Role::Admin || of_deployers {
        return Ok(());
    }
    Err(ApiError::api(
        model::ErrorKind::AccessDenied,
        format!(
            "principal '{}' (role {}) is not authorized to change the tags of {arn}: it needs the role {}",
            caller.principal,
            caller.role,
            Role::Admin
        ),
    ))
}

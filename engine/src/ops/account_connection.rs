//! What the operations on environment account connections have in common.

use proton_model as model;

use super::{ApiError, Engine, caller_account};
use crate::domain::account_connection::{Connection, Event, check_quiet, step};
use crate::domain::environment::Environment;
use crate::http::Caller;
use crate::store::{ConnectionFilter, Reader, Writer};

/// A connection that a request names, as one of its two accounts sees it: for all others it is not there.
pub(super) async fn existing(engine: &Engine, reader: &mut Reader, caller: &Caller, id: &str) -> Result<Connection, ApiError> {
    let account = caller_account::of(engine, caller);
    let found = reader.account_connection(id).await?.filter(|connection| connection.is_of(account));
    found.ok_or_else(|| missing(id))
}

fn missing(id: &str) -> ApiError {
    ApiError::not_found(format!("The environment account connection {id} does not exist."))
}

/// All connections for an environment.
pub(super) async fn of_environment(reader: &mut Reader, environment: &str) -> Result<Vec<Connection>, ApiError> {
    let filter = ConnectionFilter { environment: Some(environment.to_owned()), ..ConnectionFilter::default() };
    Ok(reader.account_connections(&filter, None, i64::MAX).await?)
}

/// Refuses to change what a running deployment goes through.
pub(super) async fn check_unhurried(reader: &mut Reader, connection: &Connection) -> Result<(), ApiError> {
    Ok(check_quiet(connection, &reader.deployments_through(&connection.id).await?)?)
}

/// The connection that an environment is to use. `account` is the one in which it is provisioned already.
pub(super) async fn usable(
    reader: &mut Reader,
    id: Option<&str>,
    environment: &str,
    account: Option<&str>,
) -> Result<Option<Connection>, ApiError> {
    let Some(id) = id else {
        return Ok(None);
    };
    let connection = reader.account_connection(id).await?.ok_or_else(|| missing(id))?;
    connection.check_use(environment, account)?;
    Ok(Some(connection))
}

/// An environment whose connection was deleted is provisioned through the next one that is accepted for its name, in the
/// same account (AWS Proton User Guide, page ag-env-account-connections).
pub(super) async fn adopt(writer: &mut Writer, connection: &Connection) -> Result<(), ApiError> {
    let Some(mut environment) = writer.environment(&connection.environment_name).await? else {
        return Ok(());
    };
    if environment.account_id == connection.environment_account_id && is_cut_off(writer, &environment).await? {
        environment.members.connection_id = Some(connection.id.clone());
        writer.put_environment(&environment).await?;
    }
    Ok(())
}

async fn is_cut_off(reader: &mut Reader, environment: &Environment) -> Result<bool, ApiError> {
    let Some(id) = &environment.members.connection_id else {
        return Ok(false);
    };
    let connection = reader.account_connection(id).await?;
    Ok(connection.is_none_or(|connection| step(connection.status, Event::Use).is_err()))
}

/// A connection.
pub(super) fn shown(connection: Connection) -> model::EnvironmentAccountConnection {
    model::EnvironmentAccountConnection {
        arn: Some(connection.arn),
        codebuild_role_arn: connection.roles.codebuild_role_arn,
        component_role_arn: connection.roles.component_role_arn,
        environment_account_id: Some(connection.environment_account_id),
        environment_name: Some(connection.environment_name),
        id: Some(connection.id),
        last_modified_at: Some(connection.modified_at.into()),
        management_account_id: Some(connection.management_account_id),
        requested_at: Some(connection.requested_at.into()),
        role_arn: connection.roles.role_arn,
        status: Some(connection.status.name().into()),
    }
}

/// A connection in a list.
pub(super) fn summary(connection: Connection) -> model::EnvironmentAccountConnectionSummary {
    let full = shown(connection);
    model::EnvironmentAccountConnectionSummary {
        arn: full.arn,
        component_role_arn: full.component_role_arn,
        environment_account_id: full.environment_account_id,
        environment_name: full.environment_name,
        id: full.id,
        last_modified_at: full.last_modified_at,
        management_account_id: full.management_account_id,
        requested_at: full.requested_at,
        role_arn: full.role_arn,
        status: full.status,
    }
}

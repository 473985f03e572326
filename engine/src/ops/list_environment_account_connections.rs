//! ListEnvironmentAccountConnections: those that the caller's account sent, or received, by environment.

use proton_model::{
    EnvironmentAccountConnectionRequesterAccountType as RequestedBy, ListEnvironmentAccountConnectionsInput,
    ListEnvironmentAccountConnectionsOutput,
};

use super::account_connection::summary;
use super::{ApiError, Engine, caller_account};
use crate::domain::paging::Page;
use crate::http::Caller;
use crate::store::ConnectionFilter;

pub(super) async fn handle(
    engine: &Engine,
    caller: &Caller,
    input: ListEnvironmentAccountConnectionsInput,
) -> Result<ListEnvironmentAccountConnectionsOutput, ApiError> {
    let account = caller_account::of(engine, caller).to_owned();
    let what = serde_json::json!([account, input.requested_by, input.environment_name, input.statuses]);
    let (next_token, max_results) = (input.next_token.as_deref(), input.max_results.map(i64::from));
    let page = Page::new("ListEnvironmentAccountConnections", &what, next_token, max_results)?;
    let by_environment_account = input.requested_by == Some(RequestedBy::EnvironmentAccount);
    let filter = ConnectionFilter {
        environment_account: by_environment_account.then(|| account.clone()),
        management_account: (!by_environment_account).then_some(account),
        environment: input.environment_name,
        statuses: input.statuses.iter().flatten().map(|status| status.as_str().to_owned()).collect(),
    };
    // Names of environments have no slash.
    let after = page.after.as_deref().and_then(|after| after.split_once('/'));
    let rows = engine.store.read().await?.account_connections(&filter, after, page.limit()).await?;
    let (rows, next_token) = page.cut(rows, |row| format!("{}/{}", row.environment_name, row.id));
    let connections = rows.into_iter().map(summary).collect();
    Ok(ListEnvironmentAccountConnectionsOutput { environment_account_connections: Some(connections), next_token })
}

//! CreateEnvironmentAccountConnection: the caller's account offers itself for an environment of the managing account.

use proton_model::{CreateEnvironmentAccountConnectionInput, CreateEnvironmentAccountConnectionOutput, Operation, Tag};

use super::account_connection::{of_environment, shown};
use super::tags::given;
use super::{ApiError, Engine, caller_account};
use crate::domain::account_connection::{Connection, Roles, Status, check_new};
use crate::domain::client_token::{self, Remembered};
use crate::domain::idempotency::{self, Verdict};
use crate::domain::quota;
use crate::domain::tags;
use crate::http::Caller;
use crate::store::Writer;

pub(super) async fn handle(
    engine: &Engine,
    caller: &Caller,
    mut input: CreateEnvironmentAccountConnectionInput,
) -> Result<CreateEnvironmentAccountConnectionOutput, ApiError> {
    let account = caller_account::of(engine, caller).to_owned();
    let token = Token::new(&account, &mut input)?;
    check_management(engine, input.management_account_id.as_deref().unwrap_or_default())?;
    let mut writer = engine.store.write().await?;
    if let Some(connection) = token.replayed(engine, &mut writer).await? {
        return Ok(CreateEnvironmentAccountConnectionOutput { environment_account_connection: Some(shown(connection)) });
    }
    let given_tags = input.tags.take();
    let connection = record(engine, account, input);
    create(engine, &mut writer, &connection, given_tags).await?;
    token.remember(engine, &mut writer, &connection.id).await?;
    engine.commit(writer).await?;
    Ok(CreateEnvironmentAccountConnectionOutput { environment_account_connection: Some(shown(connection)) })
}

/// The engine has the environments of one account only, so nobody else could accept.
fn check_management(engine: &Engine, given: &str) -> Result<(), ApiError> {
    let own = engine.arns.account_id();
    if given == own {
        return Ok(());
    }
    Err(ApiError::invalid(format!(
        "managementAccountId must be {own}: this engine manages the environments of that account only."
    )))
}

fn record(engine: &Engine, account: String, input: CreateEnvironmentAccountConnectionInput) -> Connection {
    let (id, now) = (engine.fresh_id(), engine.now());
    Connection {
        arn: engine.arns.account_connection(&account, &id),
        id,
        environment_account_id: account,
        management_account_id: input.management_account_id.unwrap_or_default(),
        environment_name: input.environment_name.unwrap_or_default(),
        status: Status::Pending,
        roles: Roles {
            role_arn: input.role_arn,
            codebuild_role_arn: input.codebuild_role_arn,
            component_role_arn: input.component_role_arn,
        },
        requested_at: now,
        modified_at: now,
    }
}

/// Connections have no AWS-managed tags (AWS Proton User Guide, page resources).
async fn create(engine: &Engine, writer: &mut Writer, new: &Connection, given_tags: Option<Vec<Tag>>) -> Result<(), ApiError> {
    let tags = tags::merged(&[], &given(given_tags.as_deref()))?;
    check_new(new, &of_environment(writer, &new.environment_name).await?)?;
    let count = writer.count_account_connections(&new.environment_account_id).await?;
    let what = format!("environment account connections of the account {}", new.environment_account_id);
    quota::check(count, engine.config.quotas.account_connections, &what, "environment-account-connections")?;
    writer.put_account_connection(new).await?;
    Ok(writer.put_tags(&new.arn, &tags).await?)
}

/// The request's client token, which counts within the caller's account, and the fingerprint of the rest.
struct Token {
    text: Option<String>,
    fingerprint: String,
}

impl Token {
    fn new(account: &str, input: &mut CreateEnvironmentAccountConnectionInput) -> Result<Self, ApiError> {
        let token = input.client_token.take().filter(|token| !token.is_empty());
        let request = serde_json::to_value(&*input).map_err(|error| ApiError::invalid(error.to_string()))?;
        let text = token.map(|token| format!("{account}/{token}"));
        Ok(Self { text, fingerprint: idempotency::fingerprint(&request) })
    }

    async fn replayed(&self, engine: &Engine, writer: &mut Writer) -> Result<Option<Connection>, ApiError> {
        let Some(text) = &self.text else {
            return Ok(None);
        };
        let known = writer.client_token(OPERATION.name(), text).await?;
        let connection = match &known {
            Some(known) => writer.account_connection(&known.resource).await?,
            None => None,
        };
        let verdict = client_token::decide(known.as_ref(), &self.fingerprint, connection.is_some(), engine.now())?;
        Ok(connection.filter(|_| verdict == Verdict::Replay))
    }

    async fn remember(self, engine: &Engine, writer: &mut Writer, id: &str) -> Result<(), ApiError> {
        let Some(text) = &self.text else {
            return Ok(());
        };
        let now = engine.now();
        let remembered = Remembered::new(self.fingerprint, id.to_owned(), now);
        Ok(writer.put_client_token(OPERATION.name(), text, &remembered, now).await?)
    }
}

const OPERATION: Operation = Operation::CreateEnvironmentAccountConnection;

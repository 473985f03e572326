//! CreateEnvironment: a new environment and its first deployment.

use proton_model::{CreateEnvironmentInput, CreateEnvironmentOutput};

use super::environment_input::{TEMPLATE_KIND, check_spec, repository, template, version};
use super::{ApiError, Engine, account_connection, view};
use crate::domain::arn::Arns;
use crate::domain::deployment::State;
use crate::domain::environment::{self, Environment, absent_target};
use crate::domain::environment_members::{self, Members};
use crate::domain::idempotency::{self, Creation, Verdict};
use crate::domain::quota;
use crate::domain::refusal::Refusal;
use crate::domain::resolve::{self, Template, Wanted};
use crate::domain::stack_name;
use crate::domain::state::EnvironmentState;
use crate::domain::tags::{self, Tag};
use crate::store::Writer;

pub(super) async fn handle(engine: &Engine, input: CreateEnvironmentInput) -> Result<CreateEnvironmentOutput, ApiError> {
    let name = input.name.clone().unwrap_or_default();
    let fingerprint = fingerprint(&input)?;
    let mut writer = engine.store.write().await?;
    let stored = writer.environment(&name).await?;
    if verdict(stored.as_ref(), &fingerprint)? == Verdict::Replay {
        return Ok(CreateEnvironmentOutput { environment: stored.map(view::environment) });
    }
    check_quota(engine, &mut writer).await?;
    create(engine, &mut writer, input, fingerprint).await?;
    let created = writer.environment(&name).await?.map(view::environment);
    engine.commit(writer).await?;
    Ok(CreateEnvironmentOutput { environment: created })
}

fn fingerprint(input: &CreateEnvironmentInput) -> Result<String, ApiError> {
    let request = serde_json::to_value(input).map_err(|error| ApiError::invalid(error.to_string()))?;
    Ok(idempotency::fingerprint(&request))
}

fn verdict(stored: Option<&Environment>, fingerprint: &str) -> Result<Verdict, Refusal> {
    let Some(stored) = stored else {
        return Ok(Verdict::Create);
    };
    let what = environment::what(stored);
    if matches!(stored.target.state, State::DeleteInProgress | State::DeleteFailed) {
        return Err(Refusal::Conflict(format!("The {what} is being deleted. Create it again when it is gone.")));
    }
    idempotency::decide(Some(&stored.creation), fingerprint, &what)
}

async fn check_quota(engine: &Engine, writer: &mut Writer) -> Result<(), ApiError> {
    let count = writer.count_environments().await?;
    Ok(quota::check(count, engine.config.quotas.environments, "environments", "environments")?)
}

/// Loads the template, decides, and writes the environment with its first deployment.
async fn create(
    engine: &Engine,
    writer: &mut Writer,
    mut input: CreateEnvironmentInput,
    fingerprint: String,
) -> Result<(), ApiError> {
    let template_name = input.template_name.clone().unwrap_or_default();
    let (found, offers) = template(writer, &engine.arns, &template_name).await?;
    let asked = Wanted { major: input.template_major_version.as_deref(), minor: input.template_minor_version.as_deref() };
    let offered = Template { kind: TEMPLATE_KIND, arn: &found.arn, offers: &offers };
    let number = resolve::for_create(&offered, asked)?;
    let spec = input.spec.take().map(String::from).unwrap_or_default();
    check_spec(&version(writer, &found.arn, number).await?, &spec)?;
    let tags = all_tags(&engine.arns, &input)?;
    let now = engine.now();
    let creation = Creation { fingerprint, modified: false };
    let environment = new_environment(engine, writer, input, found.customer_managed, creation).await?;
    let wanted = EnvironmentState { template_name, version: number, spec };
    let change = environment::create(&environment, wanted, engine.fresh_id(), now)?;
    writer.apply(&change, now).await?;
    writer.put_environment(&environment).await?;
    writer.put_tags(&environment.target.arn, &tags).await?;
    Ok(())
}

/// The customer's tags after the managed ones.
fn all_tags(arns: &Arns, input: &CreateEnvironmentInput) -> Result<Vec<Tag>, Refusal> {
    let managed =
        tags::of_environment(arns, input.template_name.as_deref().unwrap_or_default(), input.name.as_deref().unwrap_or_default());
    let given: Vec<Tag> = input
        .tags
        .iter()
        .flatten()
        .map(|tag| Tag { key: tag.key.clone().unwrap_or_default(), value: tag.value.clone().unwrap_or_default() })
        .collect();
    tags::merged(&managed, &given)
}

async fn new_environment(
    engine: &Engine,
    writer: &mut Writer,
    input: CreateEnvironmentInput,
    customer_managed: bool,
    creation: Creation,
) -> Result<Environment, ApiError> {
    let members = environment_members::for_create(Members {
        service_role_arn: input.proton_service_role_arn,
        codebuild_role_arn: input.codebuild_role_arn,
        component_role_arn: input.component_role_arn,
        connection_id: input.environment_account_connection_id,
        repository: repository(engine, writer, input.provisioning_repository).await?,
    })?;
    let name = input.name.unwrap_or_default();
    let connection = account_connection::usable(writer, members.connection_id.as_deref(), &name, None).await?;
    let account = connection.map(|connection| connection.environment_account_id);
    let stack = stack_name::environment(&name, engine.entropy());
    Ok(Environment {
        target: absent_target(engine.arns.environment(&name), stack, engine.now()),
        name,
        template_name: input.template_name.unwrap_or_default(),
        customer_managed,
        description: input.description.map(String::from),
        members,
        account_id: account.unwrap_or_else(|| engine.arns.account_id().to_owned()),
        creation,
        deployed: None,
    })
}

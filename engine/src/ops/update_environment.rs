//! UpdateEnvironment: metadata, and unless deploymentType is NONE a deployment.

use proton_model::{DeploymentUpdateType, UpdateEnvironmentInput, UpdateEnvironmentOutput};

use super::environment_input::{TEMPLATE_KIND, check_spec, repository, template, version};
use super::get_environment::existing;
use super::{ApiError, Engine, account_connection, view};
use crate::domain::environment::{self, Base, Environment};
use crate::domain::environment_members::{self, Members};
use crate::domain::resolve::{self, DeploymentType, Template, Wanted};
use crate::store::{Reader, Writer};

pub(super) async fn handle(engine: &Engine, input: UpdateEnvironmentInput) -> Result<UpdateEnvironmentOutput, ApiError> {
    let name = input.name.clone().unwrap_or_default();
    let mut writer = engine.store.write().await?;
    let stored = existing(engine, &mut writer, &name).await?;
    environment::check_quiet(&stored)?;
    let updated = with_metadata(engine, &mut writer, stored, &input).await?;
    deploy(engine, &mut writer, &updated, input).await?;
    writer.put_environment(&updated).await?;
    let shown = writer.environment(&name).await?.map(view::environment);
    engine.commit(writer).await?;
    Ok(UpdateEnvironmentOutput { environment: shown })
}

/// The environment with the members that the request gives; they hold whatever becomes of the deployment.
async fn with_metadata(
    engine: &Engine,
    reader: &mut Reader,
    stored: Environment,
    input: &UpdateEnvironmentInput,
) -> Result<Environment, ApiError> {
    let given = Members {
        service_role_arn: input.proton_service_role_arn.clone(),
        codebuild_role_arn: input.codebuild_role_arn.clone(),
        component_role_arn: input.component_role_arn.clone(),
        connection_id: input.environment_account_connection_id.clone(),
        repository: repository(engine, reader, input.provisioning_repository.clone()).await?,
    };
    let members = environment_members::for_update(&stored.members, given)?;
    let given = input.environment_account_connection_id.as_deref();
    account_connection::usable(reader, given, &stored.name, Some(&stored.account_id)).await?;
    let mut updated = stored;
    updated.members = members;
    if let Some(description) = &input.description {
        updated.description = Some(description.as_str().to_owned());
    }
    updated.creation.modified = true;
    Ok(updated)
}

/// Begins the deployment that the request asks for, if it asks for one.
async fn deploy(
    engine: &Engine,
    writer: &mut Writer,
    environment: &Environment,
    input: UpdateEnvironmentInput,
) -> Result<(), ApiError> {
    let base = base(writer, environment).await?;
    let kind = deployment_type(input.deployment_type.as_ref());
    let spec = input.spec.map(String::from);
    if kind == DeploymentType::None {
        environment::check_spec_unchanged(base.as_ref(), spec.as_deref())?;
    }
    let base = base.ok_or_else(|| ApiError::invalid("The environment was never deployed: delete it and create it again."))?;
    let (found, offers) = template(writer, &engine.arns, &environment.template_name).await?;
    let asked = Wanted { major: input.template_major_version.as_deref(), minor: input.template_minor_version.as_deref() };
    let offered = Template { kind: TEMPLATE_KIND, arn: &found.arn, offers: &offers };
    let Some(number) = resolve::for_update(&offered, kind, asked, base.now())? else {
        return Ok(());
    };
    let wanted_spec = spec.as_deref().unwrap_or(&base.state.spec);
    check_spec(&version(writer, &found.arn, number).await?, wanted_spec)?;
    let now = engine.now();
    let change = environment::update(environment, &base, number, spec, engine.fresh_id(), now)?;
    Ok(writer.apply(&change, now).await?)
}

/// What an update, or a deletion, starts from.
pub(super) async fn base(reader: &mut Reader, environment: &Environment) -> Result<Option<Base>, ApiError> {
    let mut attempted = None;
    if environment.deployed.is_none()
        && let Some(attempt) = &environment.target.attempted
    {
        attempted = reader.deployment(&attempt.id).await?;
    }
    Ok(Base::of(environment, attempted.as_ref()))
}

/// The constraints of the request leave no other value.
fn deployment_type(given: Option<&DeploymentUpdateType>) -> DeploymentType {
    match given {
        Some(DeploymentUpdateType::CurrentVersion) => DeploymentType::CurrentVersion,
        Some(DeploymentUpdateType::MinorVersion) => DeploymentType::MinorVersion,
        Some(DeploymentUpdateType::MajorVersion) => DeploymentType::MajorVersion,
        Some(DeploymentUpdateType::None | DeploymentUpdateType::Unknown(_)) | None => DeploymentType::None,
    }
}

//! What a deployment is about: its records, whatever the kind of its target, out of one snapshot of the store.

use crate::domain::account_connection::Connection;
use crate::domain::tags::Tag;
use crate::domain::target::{Deployment, Target, TargetKind};
use crate::store::{Reader, StoreError};

/// A deployment and what provisions it.
pub(super) struct Subject {
    /// The deployment.
    pub deployment: Deployment,
    /// Its target.
    pub target: Target,
    /// What it is provisioned with, or why it cannot be.
    pub access: Result<Access, String>,
    /// The tags of the target.
    pub tags: Vec<Tag>,
}

/// What a deployment is provisioned with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Access {
    /// The role that provisions; absent: the engine's own credentials.
    pub role_arn: Option<String>,
    /// The account in which it is provisioned.
    pub account_id: String,
}

/// None when the deployment or its target is gone.
pub(super) async fn load(reader: &mut Reader, id: &str) -> Result<Option<Subject>, StoreError> {
    let Some(deployment) = reader.deployment(id).await? else {
        return Ok(None);
    };
    let Some(target) = reader.target(&deployment.target_arn).await? else {
        return Ok(None);
    };
    let access = access(reader, &deployment).await?;
    let tags = reader.tags(&target.arn).await?;
    Ok(Some(Subject { deployment, target, access, tags }))
}

/// The role and the account (AWS Proton User Guide, pages ag-environment-roles and ag-environments-pipeline): a pipeline
/// belongs to no environment, so it is provisioned in the engine's own account with the role of the account settings.
async fn access(reader: &mut Reader, deployment: &Deployment) -> Result<Result<Access, String>, StoreError> {
    if deployment.kind == TargetKind::ServicePipeline {
        let account_id = deployment.target_arn.split(':').nth(4).unwrap_or_default().to_owned();
        return Ok(Ok(Access { role_arn: reader.account_settings().await?.pipeline_service_role_arn, account_id }));
    }
    let environment = reader.environment(&deployment.names.environment).await?;
    let Some(environment) = environment else {
        return Ok(Ok(Access::default()));
    };
    if let Some(id) = &environment.members.connection_id {
        let connection = reader.account_connection(id).await?;
        return Ok(through(connection, id, &environment.name, deployment.kind));
    }
    let role_arn = match deployment.kind {
        TargetKind::Component => environment.members.component_role_arn,
        _ => environment.members.service_role_arn,
    };
    Ok(Ok(Access { role_arn, account_id: environment.account_id }))
}

/// The other account and the role that lets the engine in. Its own credentials are for its own account, so without a role
/// nothing may be tried.
fn through(connection: Option<Connection>, id: &str, environment: &str, kind: TargetKind) -> Result<Access, String> {
    let connection = connection.ok_or_else(|| {
        format!("The environment account connection {id} was deleted. Create another one for the environment {environment} in the same account and accept it.")
    })?;
    connection.check_use(environment, None).map_err(|refusal| refusal.to_string())?;
    let (member, role_arn) = match kind {
        TargetKind::Component => ("componentRoleArn", connection.roles.component_role_arn.clone()),
        _ => ("roleArn", connection.roles.role_arn.clone()),
    };
    if role_arn.is_none() {
        return Err(format!(
            "The {} has no {member}, which the engine would assume. Set it with UpdateEnvironmentAccountConnection.",
            connection.what()
        ));
    }
    Ok(Access { role_arn, account_id: connection.environment_account_id })
}

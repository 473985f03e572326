//! What a deployment is about: its records, whatever the kind of its target, out of one snapshot of the store.

use crate::domain::tags::Tag;
use crate::domain::target::{Deployment, Target, TargetKind};
use crate::store::{Reader, StoreError};

/// A deployment and what provisions it.
pub(super) struct Subject {
    /// The deployment.
    pub deployment: Deployment,
    /// Its target.
    pub target: Target,
    /// The role that provisions; absent: the engine's own credentials.
    pub role_arn: Option<String>,
    /// The account in which it is provisioned.
    pub account_id: String,
    /// The tags of the target.
    pub tags: Vec<Tag>,
}

/// None when the deployment or its target is gone.
pub(super) async fn load(reader: &mut Reader, id: &str) -> Result<Option<Subject>, StoreError> {
    let Some(deployment) = reader.deployment(id).await? else {
        return Ok(None);
    };
    let Some(target) = reader.target(&deployment.target_arn).await? else {
        return Ok(None);
    };
    let (role_arn, account_id) = provisioned_by(reader, &deployment).await?;
    let tags = reader.tags(&target.arn).await?;
    Ok(Some(Subject { deployment, target, role_arn, account_id, tags }))
}

/// The role and the account (AWS Proton User Guide, pages ag-environment-roles and ag-environments-pipeline): a pipeline
/// belongs to no environment, so it is provisioned in the engine's own account with the role of the account settings.
async fn provisioned_by(reader: &mut Reader, deployment: &Deployment) -> Result<(Option<String>, String), StoreError> {
    if deployment.kind == TargetKind::ServicePipeline {
        let account = deployment.target_arn.split(':').nth(4).unwrap_or_default();
        return Ok((reader.account_settings().await?.pipeline_service_role_arn, account.to_owned()));
    }
    let environment = reader.environment(&deployment.names.environment).await?;
    let Some(environment) = environment else {
        return Ok((None, String::new()));
    };
    let role = match deployment.kind {
        TargetKind::Component => environment.members.component_role_arn,
        _ => environment.members.service_role_arn,
    };
    Ok((role, environment.account_id))
}

//! DeleteDeployment: removes the record of a deployment that is neither running nor one of its target's current two.

use proton_model::{DeleteDeploymentInput, DeleteDeploymentOutput};

use super::{ApiError, Engine, view};
use crate::domain::lifecycle;

pub(super) async fn handle(engine: &Engine, input: DeleteDeploymentInput) -> Result<DeleteDeploymentOutput, ApiError> {
    let id = input.id.unwrap_or_default();
    let mut writer = engine.store.write().await?;
    let Some(deployment) = writer.deployment(&id).await? else {
        return Ok(DeleteDeploymentOutput::default());
    };
    let target = writer.target(&deployment.target_arn).await?;
    lifecycle::check_deletable(target.as_ref(), &deployment)?;
    writer.delete_deployment(&id).await?;
    engine.commit(writer).await?;
    Ok(DeleteDeploymentOutput { deployment: Some(view::deployment(&engine.arns, deployment)) })
}

//! NotifyResourceDeploymentStatusChange: a customer's automation tells how a deployment stands.

use proton_model::{
    NotifyResourceDeploymentStatusChangeInput, NotifyResourceDeploymentStatusChangeOutput, Output, ResourceDeploymentStatus,
};

use super::{ApiError, Engine};
use crate::domain::deployment::Reason;
use crate::domain::notify::{Notice, Status, notified};
use crate::domain::refusal::Refusal;
use crate::domain::target::{Deployment, Target};
use crate::sequence;
use crate::store::Reader;

pub(super) async fn handle(
    engine: &Engine,
    input: NotifyResourceDeploymentStatusChangeInput,
) -> Result<NotifyResourceDeploymentStatusChangeOutput, ApiError> {
    let arn = input.resource_arn.unwrap_or_default();
    let mut writer = engine.store.write().await?;
    let missing =
        || ApiError::not_found(format!("The resource {arn} does not exist. Check resourceArn, its account and region."));
    let target = writer.target(&arn).await?.ok_or_else(missing)?;
    let deployment = deployment(&mut writer, &target, input.deployment_id).await?;
    let notice = Notice {
        status: status(input.status.as_ref()),
        outputs: input.outputs.map(outputs),
        message: input.status_message.map(String::from),
    };
    let now = engine.now();
    let change = notified(&target, &deployment, notice, now)?;
    writer.apply(&change, now).await?;
    if change.deployment.completed_at.is_some() {
        sequence::ended(&mut writer, &change, engine.ids(), now).await?;
    }
    engine.commit(writer).await?;
    Ok(NotifyResourceDeploymentStatusChangeOutput::default())
}

/// The deployment that is named, or else the running one.
async fn deployment(reader: &mut Reader, target: &Target, id: Option<String>) -> Result<Deployment, ApiError> {
    if let Some(id) = id {
        let found = reader.deployment(&id).await?.filter(|deployment| deployment.target_arn == target.arn);
        return found.ok_or_else(|| ApiError::not_found(format!("The resource {} has no deployment {id}.", target.arn)));
    }
    let last = match &target.attempted {
        Some(attempt) => reader.deployment(&attempt.id).await?,
        None => None,
    };
    Ok(last.ok_or_else(|| Refusal::of_event(Reason::Settled, &format!("resource {}", target.arn)))?)
}

fn status(given: Option<&ResourceDeploymentStatus>) -> Status {
    match given {
        Some(ResourceDeploymentStatus::Succeeded) => Status::Succeeded,
        Some(ResourceDeploymentStatus::Failed) => Status::Failed,
        Some(ResourceDeploymentStatus::InProgress | ResourceDeploymentStatus::Unknown(_)) | None => Status::InProgress,
    }
}

fn outputs(given: Vec<Output>) -> Vec<(String, String)> {
    given.into_iter().map(|output| (output.key.unwrap_or_default(), output.value_string.unwrap_or_default())).collect()
}

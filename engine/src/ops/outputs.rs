//! Outputs of a target: of its last succeeded deployment, or of a given one.

use super::ApiError;
use crate::domain::target::Target;
use crate::store::Reader;

/// `what` names the target in the refusal of a deployment that is not its own.
pub(super) async fn of(
    reader: &mut Reader,
    target: &Target,
    deployment_id: Option<String>,
    what: &str,
) -> Result<Vec<(String, String)>, ApiError> {
    let Some(id) = deployment_id else {
        return match &target.succeeded {
            Some(attempt) => Ok(reader.deployment(&attempt.id).await?.map(|last| last.outputs).unwrap_or_default()),
            None => Ok(Vec::new()),
        };
    };
    let found = reader.deployment(&id).await?.filter(|deployment| deployment.target_arn == target.arn);
    found.map(|deployment| deployment.outputs).ok_or_else(|| ApiError::not_found(format!("The {what} has no deployment {id}.")))
}

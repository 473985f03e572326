//! GetDeployment: by id; names that are given as well must be those of its target.

use proton_model::{GetDeploymentInput, GetDeploymentOutput};

use super::{ApiError, Engine, view};
use crate::domain::target::Deployment;

pub(super) async fn handle(engine: &Engine, input: GetDeploymentInput) -> Result<GetDeploymentOutput, ApiError> {
    if input.service_instance_name.is_some() && input.service_name.is_none() {
        return Err(ApiError::invalid("serviceInstanceName needs serviceName, because it is unique in its service only."));
    }
    let id = input.id.clone().unwrap_or_default();
    let found = engine.store.read().await?.deployment(&id).await?;
    let found = found.filter(|deployment| has_names(deployment, &input));
    let missing = || ApiError::not_found(format!("The deployment does not exist: {}", engine.arns.deployment(&id)));
    let deployment = view::deployment(&engine.arns, found.ok_or_else(missing)?);
    Ok(GetDeploymentOutput { deployment: Some(deployment) })
}

fn has_names(deployment: &Deployment, input: &GetDeploymentInput) -> bool {
    let same = |given: &Option<String>, name: Option<&String>| given.is_none() || given.as_ref() == name;
    let names = &deployment.names;
    same(&input.environment_name, Some(&names.environment))
        && same(&input.service_name, names.service.as_ref())
        && same(&input.service_instance_name, names.service_instance.as_ref())
        && same(&input.component_name, names.component.as_ref())
}

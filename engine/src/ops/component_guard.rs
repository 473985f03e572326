//! What an attached component keeps from happening to its instance, and any component to its environment (AWS Proton User
//! Guide, pages ag-components-states, ag-svc-delete and ag-env-delete; API model, UpdateServiceInstance).

use super::ApiError;
use crate::domain::refusal::Refusal;
use crate::store::Reader;

/// Refuses to remove an instance that a component is attached to.
pub(super) async fn check_detached(reader: &mut Reader, service: &str, instance: &str) -> Result<(), ApiError> {
    match reader.component_of_instance(service, instance).await? {
        None => Ok(()),
        Some(component) => Err(Refusal::Conflict(format!(
            "The {} is attached to the instance {instance} of the service {service}, which therefore cannot be removed. Detach it first: UpdateComponent with an empty serviceName and serviceInstanceName.",
            component.what()
        ))
        .into()),
    }
}

/// Refuses to deploy an instance while the component that is attached to it is deployed.
pub(super) async fn check_quiet(reader: &mut Reader, service: &str, instance: &str) -> Result<(), ApiError> {
    let component = reader.component_of_instance(service, instance).await?;
    match component.filter(|component| component.target.state.is_running()) {
        None => Ok(()),
        Some(component) => Err(Refusal::Conflict(format!(
            "A deployment of the {}, which is attached to the instance {instance}, is in progress. Wait until it has ended.",
            component.what()
        ))
        .into()),
    }
}

/// Refuses to delete an environment that has components.
pub(super) async fn check_none_in(reader: &mut Reader, environment: &str) -> Result<(), ApiError> {
    let names = reader.components_in(environment).await?;
    if names.is_empty() {
        return Ok(());
    }
    let why = format!("The environment {environment} has the components {}. Delete them first.", names.join(", "));
    Err(Refusal::Conflict(why).into())
}

//! What is read before a service is rewritten, and how a change that comes in between is noticed.
//!
//! UpdateService removes what its document lacks, so its document is made out of what is there just before the call, and says out of
//! which (see [`UpdateService::read`]).

use super::act::ActError;
use crate::plan::service_document::{Entry, ServiceDocument};
use crate::proton::error::optional;
use crate::proton::{DeploymentStatus, ErrorClass, InstanceSummary, Proton, Result, ServiceView, UpdateService};

/// The service's current document.
pub(super) fn document(service: Option<&ServiceView>) -> ServiceDocument {
    let spec = service.and_then(|service| service.spec.as_ref());
    spec.and_then(|spec| ServiceDocument::parse(spec.as_str()).ok()).unwrap_or_default()
}

/// The document that removes an instance, out of what is there just now. Instances that the service's document lacks are put into it, so that
/// they are not dropped.
pub(super) async fn removal(proton: &dyn Proton, service: &str, name: &str) -> Result<UpdateService> {
    let view = proton.get_service(service).await?;
    let current = whole_document(proton, &view).await?;
    let spec = Some(current.without(name).compose().into());
    Ok(UpdateService { name: service.to_owned(), description: None, spec, read: view.spec })
}

/// A conflict, after which the service's document is no longer the one that was read, is no failure: what came in between is looked at.
pub(super) async fn unless_outdated(
    proton: &dyn Proton,
    request: &UpdateService,
    sent: std::result::Result<(), ActError>,
) -> std::result::Result<(), ActError> {
    let Err(ActError::Proton(error)) = &sent else {
        return sent;
    };
    if error.class == ErrorClass::Conflict && proton.get_service(&request.name).await?.spec != request.read {
        return Err(ActError::Outdated);
    }
    sent
}

/// The service's document with an entry for every instance that there is.
///
/// # Errors
/// When one of the calls fails.
pub(super) async fn whole_document(proton: &dyn Proton, service: &ServiceView) -> Result<ServiceDocument> {
    let document = document(Some(service));
    let mut others = Vec::new();
    for row in all_instances(proton, &service.name).await? {
        if document.entry(&row.name).is_none() && !is_going(&row) {
            others.push(entry(proton, row).await?);
        }
    }
    Ok(document.completed(others))
}

/// Whether its removal was asked for: a document with an entry for it would ask for it back.
fn is_going(row: &InstanceSummary) -> bool {
    matches!(row.deployment_status, DeploymentStatus::DeleteInProgress | DeploymentStatus::DeleteFailed)
}

/// The entry of an instance, out of its own document.
async fn entry(proton: &dyn Proton, row: InstanceSummary) -> Result<Entry> {
    let view = optional(proton.get_service_instance(&row.service_name, &row.name).await)?;
    let own = view.and_then(|view| view.spec).and_then(|spec| ServiceDocument::parse(spec.as_str()).ok());
    let found = own.and_then(|document| document.entry(&row.name).cloned());
    Ok(found.unwrap_or(Entry { name: row.name, environment: row.environment_name, inputs: Default::default() }))
}

/// Every instance of a service.
///
/// # Errors
/// When a call fails.
pub(super) async fn all_instances(proton: &dyn Proton, service: &str) -> Result<Vec<InstanceSummary>> {
    let (mut rows, mut token) = (Vec::new(), None::<String>);
    loop {
        let page = proton.list_service_instances(Some(service), token.as_deref()).await?;
        rows.extend(page.items);
        token = page.next_token;
        if token.is_none() {
            return Ok(rows);
        }
    }
}

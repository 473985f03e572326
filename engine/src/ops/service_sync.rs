//! What the operations on service sync configurations have in common.

use super::{ApiError, Engine};
use crate::domain::refusal::Refusal;
use crate::domain::service::{self, Service};
use crate::domain::service_sequence::{Reason, Stage};
use crate::domain::sync_config::{Sync, absent};
use crate::store::Reader;

/// The configuration, or ResourceNotFoundException.
pub(super) async fn existing(engine: &Engine, reader: &mut Reader, service: &str) -> Result<Sync, ApiError> {
    reader.service_sync(service).await?.ok_or_else(|| ApiError::not_found(absent(&engine.arns.service(service))))
}

/// Refuses to change the configuration of a service that is being deleted: it goes with it.
pub(super) fn check_stays(service: &Service) -> Result<(), Refusal> {
    match service.stage {
        Stage::Deleting => Err(service::refusal(Reason::Deleting, &service.name)),
        _ => Ok(()),
    }
}

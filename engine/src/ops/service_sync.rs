//! What the operations on service sync configurations have in common.

use proton_model::RepositoryProvider;

use super::linked_repository::Named;
use super::{ApiError, Engine};
use crate::domain::refusal::Refusal;
use crate::domain::repository::Repository;
use crate::domain::service::{self, Service};
use crate::domain::service_sequence::{Reason, Stage};
use crate::domain::sync_config::{Source, Sync, absent};
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

/// Where a request wants a service synced from.
pub(super) struct Wanted {
    pub(super) repository: Named,
    branch: String,
    file_path: Option<String>,
}

impl Wanted {
    pub(super) fn new(
        engine: &Engine,
        provider: Option<RepositoryProvider>,
        name: Option<String>,
        branch: Option<String>,
        file_path: Option<String>,
    ) -> Self {
        let repository = Named::new(engine, provider, name);
        Self { repository, branch: branch.unwrap_or_default(), file_path }
    }

    /// The configuration, once the repository is known to be linked.
    pub(super) fn of(self, engine: &Engine, service: &Service, linked: Repository) -> Sync {
        Sync {
            target_arn: service.arn.clone(),
            name: service.name.clone(),
            source: Source {
                repository_arn: linked.arn,
                provider: linked.provider,
                repository: linked.name,
                branch: self.branch,
            },
            path: self.file_path,
            created_at: engine.now(),
        }
    }
}

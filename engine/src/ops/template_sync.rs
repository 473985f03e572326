//! What the operations on template sync configurations have in common.

use proton_model::{RepositoryProvider, TemplateType};

use super::linked_repository::Named;
use super::{ApiError, Engine};
use crate::bundle::TemplateKind;
use crate::domain::repository::Repository;
use crate::domain::sync_config::{Source, Sync, absent};
use crate::domain::template;
use crate::store::Reader;

/// The template that a request names.
pub(super) struct Of {
    pub(super) kind: Option<TemplateType>,
    pub(super) name: String,
    pub(super) arn: String,
}

impl Of {
    pub(super) fn new(engine: &Engine, kind: Option<TemplateType>, name: Option<String>) -> Self {
        let of = match kind {
            Some(TemplateType::Service) => TemplateKind::Service,
            _ => TemplateKind::Environment,
        };
        let name = name.unwrap_or_default();
        Self { kind, arn: template::arn(&engine.arns, of, &name), name }
    }

    /// The configuration, or ResourceNotFoundException.
    pub(super) async fn existing(&self, reader: &mut Reader) -> Result<Sync, ApiError> {
        reader.template_sync(&self.arn).await?.ok_or_else(|| ApiError::not_found(absent(&self.arn)))
    }
}

/// Where a request wants a template synced from.
pub(super) struct Wanted {
    pub(super) repository: Named,
    pub(super) branch: String,
    pub(super) subdirectory: Option<String>,
}

impl Wanted {
    pub(super) fn new(
        engine: &Engine,
        provider: Option<RepositoryProvider>,
        name: Option<String>,
        branch: Option<String>,
        subdirectory: Option<String>,
    ) -> Self {
        let repository = Named::new(engine, provider, name);
        Self { repository, branch: branch.unwrap_or_default(), subdirectory }
    }

    /// The configuration, once the repository is known to be linked.
    pub(super) fn of(self, engine: &Engine, of: &Of, linked: Repository) -> Sync {
        Sync {
            target_arn: of.arn.clone(),
            name: of.name.clone(),
            source: Source {
                repository_arn: linked.arn,
                provider: linked.provider,
                repository: linked.name,
                branch: self.branch,
            },
            path: self.subdirectory,
            created_at: engine.now(),
        }
    }
}

//! Where a request wants a template or a service synced from.

use proton_model::RepositoryProvider;

use super::Engine;
use super::linked_repository::Named;
use crate::domain::repository::Repository;
use crate::domain::sync_config::{Source, Sync};

/// The members of a request.
pub(super) struct Wanted {
    /// The repository, linked or not.
    pub(super) repository: Named,
    branch: String,
    path: Option<String>,
}

impl Wanted {
    /// `path` is a template's subdirectory or a service's OPS file.
    pub(super) fn new(
        engine: &Engine,
        provider: Option<RepositoryProvider>,
        name: Option<String>,
        branch: Option<String>,
        path: Option<String>,
    ) -> Self {
        Self { repository: Named::new(engine, provider, name), branch: branch.unwrap_or_default(), path }
    }

    /// The configuration of a target, once the repository is known to be linked.
    pub(super) fn of(self, engine: &Engine, target_arn: &str, name: &str, linked: Repository) -> Sync {
        let source =
            Source { repository_arn: linked.arn, provider: linked.provider, repository: linked.name, branch: self.branch };
        Sync { target_arn: target_arn.to_owned(), name: name.to_owned(), source, path: self.path, created_at: engine.now() }
    }
}

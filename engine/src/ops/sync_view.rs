//! From sync configurations to the shapes of the API. Nothing watches a repository yet, so every attempt that is shown
//! has failed and says why: a success, or a status that pollers wait on, would not be true.

use jiff::Timestamp;
use proton_model as model;

use crate::domain::sync_blocker::Blocker;
use crate::domain::sync_config::{NOT_WATCHED, NOT_WATCHED_TYPE, Sync};

/// What a template is synced from.
pub(super) fn template(sync: Sync, kind: Option<model::TemplateType>) -> model::TemplateSyncConfig {
    model::TemplateSyncConfig {
        branch: Some(sync.source.branch),
        repository_name: Some(sync.source.repository),
        repository_provider: Some(sync.source.provider.as_str().into()),
        subdirectory: sync.path,
        template_name: Some(sync.name),
        template_type: kind,
    }
}

/// What a service is synced from.
pub(super) fn service(sync: Sync) -> model::ServiceSyncConfig {
    model::ServiceSyncConfig {
        branch: Some(sync.source.branch),
        file_path: sync.path,
        repository_name: Some(sync.source.repository),
        repository_provider: Some(sync.source.provider.as_str().into()),
        service_name: Some(sync.name),
    }
}

/// The latest attempt to bring `target` to what the repository has.
pub(super) fn resource_attempt(sync: &Sync, target: String) -> model::ResourceSyncAttempt {
    let event = model::ResourceSyncEvent {
        event: Some(NOT_WATCHED.to_owned()),
        external_id: None,
        time: Some(sync.created_at.into()),
        r#type: Some(NOT_WATCHED_TYPE.to_owned()),
    };
    model::ResourceSyncAttempt {
        events: Some(vec![event]),
        initial_revision: Some(revision(sync)),
        started_at: Some(sync.created_at.into()),
        status: Some(model::ResourceSyncStatus::Failed),
        target: Some(target),
        target_revision: Some(revision(sync)),
    }
}

/// The latest attempt to read a repository that is configured since an instant.
pub(super) fn repository_attempt(since: Timestamp) -> model::RepositorySyncAttempt {
    let event = model::RepositorySyncEvent {
        event: Some(NOT_WATCHED.to_owned()),
        external_id: None,
        time: Some(since.into()),
        r#type: Some(NOT_WATCHED_TYPE.to_owned()),
    };
    model::RepositorySyncAttempt {
        events: Some(vec![event]),
        started_at: Some(since.into()),
        status: Some(model::RepositorySyncStatus::Failed),
    }
}

/// What is known of a revision: everything but its commit, which nobody has read.
fn revision(sync: &Sync) -> model::Revision {
    model::Revision {
        branch: Some(sync.source.branch.clone()),
        directory: Some(sync.path.clone().unwrap_or_else(|| "/".to_owned())),
        repository_name: Some(sync.source.repository.clone()),
        repository_provider: Some(sync.source.provider.as_str().into()),
        sha: None,
    }
}

/// A place in a repository that something is synced from.
pub(super) fn definition(sync: Sync) -> model::RepositorySyncDefinition {
    model::RepositorySyncDefinition {
        branch: Some(sync.source.branch),
        directory: Some(sync.path.unwrap_or_else(|| "/".to_owned())),
        parent: Some(sync.source.repository_arn),
        target: Some(sync.target_arn),
    }
}

/// A blocker.
pub(super) fn blocker(blocker: Blocker) -> model::SyncBlocker {
    let status = if blocker.resolved.is_none() { model::BlockerStatus::Active } else { model::BlockerStatus::Resolved };
    let (resolved_reason, resolved_at) = blocker.resolved.unzip();
    model::SyncBlocker {
        contexts: None,
        created_at: Some(blocker.created_at.into()),
        created_reason: Some(blocker.created_reason),
        id: Some(blocker.id),
        resolved_at: resolved_at.map(Into::into),
        resolved_reason,
        status: Some(status),
        r#type: Some(model::BlockerType::Automated),
    }
}

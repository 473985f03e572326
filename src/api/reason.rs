//! Every reason that a condition or an event can carry. Each has a page in `docs/reasons/`.

/// Why a condition is as it is. The names are part of the contract: tools match on them.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::EnumMessage,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
pub enum Reason {
    // At rest.
    /// The wanted state is deployed.
    Deployed,
    /// The remote resource is only observed, and its last deployment succeeded.
    Observed,
    /// The object is suspended: nothing remote is changed.
    Suspended,
    /// The API accepted the spec, or nothing had to be sent.
    Accepted,
    /// Nobody else deployed anything that is not wanted.
    InSync,

    // Working.
    /// A call is about to be made or has just been made.
    Progressing,
    /// A deployment of this object runs.
    Deploying,
    /// A deployment of this object is being cancelled because it is no longer wanted.
    Superseding,
    /// A deployment is being cancelled on request.
    Cancelling,
    /// Someone else's deployment runs; it is waited for.
    ForeignDeployment,
    /// A failed deployment will be tried again.
    RetryScheduled,
    /// The state of the last succeeded deployment is being deployed again.
    RollingBack,
    /// An existing remote resource is being taken up.
    Adopting,
    /// The remote resource is being deleted, or what runs is waited for before.
    Deleting,
    /// Something that the spec refers to is not there or not ready yet.
    WaitingForDependency,
    /// The service has a pipeline and is created together with its first instance.
    WaitingForInstances,
    /// The API asks for fewer calls.
    Throttled,
    /// The endpoint cannot be reached or answers with an internal error.
    EndpointUnavailable,
    /// Another operation on the remote resource is in the way.
    Conflict,

    // Stalled.
    /// The deployment failed.
    DeploymentFailed,
    /// The deployment was cancelled by someone else or on request.
    DeploymentCancelled,
    /// The deployment or deletion runs for longer than `timeout`.
    DeploymentTimedOut,
    /// The change needs a deployment that `deploymentType` does not allow.
    DeploymentNotAllowed,
    /// All retries of `onFailure: Retry` failed.
    RetriesExhausted,
    /// The deployment failed, and the last succeeded state was deployed again.
    RolledBack,
    /// The deployment failed, and so did the one that should have restored the last succeeded state.
    RollbackFailed,
    /// `rollbackTo` names a deployment that cannot be deployed again.
    RollbackTargetInvalid,
    /// The spec cannot be sent: it is broken in itself.
    InvalidSpec,
    /// The API refused the spec.
    SpecRefused,
    /// The template, the version or something else that the spec names does not exist on the remote side.
    ReferenceNotFound,
    /// The spec asks for something that the API cannot change on an existing resource.
    NotChangeable,
    /// A change was accepted but the API shows something else afterwards.
    NotConverging,
    /// Someone else's owner tag is on the remote resource.
    OwnedElsewhere,
    /// A remote resource without an owner has this name.
    AlreadyExists,
    /// There is no remote resource to adopt or to observe.
    RemoteNotFound,
    /// The remote resource was known and is not there any more.
    RemoteMissing,
    /// Another account or region answers than the one in which the resource was known.
    RemoteElsewhere,
    /// Someone else deployed a state that this object does not want.
    DriftDetected,
    /// The keys may not make this call.
    AccessDenied,
    /// The endpoint does not accept the keys, or there are none.
    CredentialsRefused,
    /// There is no usable connection for this object.
    ConnectionInvalid,
    /// The ConfigMap or Secret of `writeOutputsTo` belongs to someone else.
    OutputsNotWritten,
    /// A quota of the account is used up.
    QuotaExceeded,
    /// The endpoint does not know the operation or answers in a way that is not understood.
    EndpointIncompatible,
    /// Something else still needs the remote resource, so it cannot be deleted.
    DeletionBlocked,
    /// The remote deletion failed.
    DeleteFailed,
    /// The object is suspended, so its remote resource is not deleted.
    DeletionSuspended,
}

impl Reason {
    /// The word in `conditions[].reason` and in events.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::PathBuf;
    use strum::VariantArray;

    /// `docs/reasons` beside the source tree. It is found from this file, because the crate may be built elsewhere.
    fn pages() -> PathBuf {
        let here = PathBuf::from(file!());
        let root = if here.is_absolute() { here } else { PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(here) };
        root.ancestors().nth(3).expect("src/api/reason.rs lies three levels deep").join("docs/reasons")
    }

    #[test]
    fn every_reason_has_its_page_and_every_page_its_reason() {
        let reasons: BTreeSet<String> = Reason::VARIANTS.iter().map(|reason| reason.name().to_owned()).collect();
        let files: BTreeSet<String> = std::fs::read_dir(pages())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.file_name().is_some_and(|name| name != "README.md"))
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(files, reasons);
    }

    #[test]
    fn pages_are_short_and_say_what_to_do() {
        for reason in Reason::VARIANTS {
            let text = std::fs::read_to_string(pages().join(format!("{}.md", reason.name()))).unwrap();
            assert!(text.starts_with(&format!("# {}\n", reason.name())), "{}", reason.name());
            for section in ["## Cause", "## What you see", "## What to do"] {
                assert!(text.contains(section), "{} lacks {section}", reason.name());
            }
            assert!(text.lines().count() <= 25, "{} is too long", reason.name());
        }
    }

    #[test]
    fn names_are_read_back() {
        for reason in Reason::VARIANTS {
            assert_eq!(reason.name().parse(), Ok(*reason));
        }
    }
}

//! The reason pages of `docs/reasons`, built in: `why` says what they say.

use crate::api::Reason;

/// Pairs every reason with its page; the compiler refuses a reason without one.
macro_rules! pages {
    ($($reason:ident)*) => {
        /// The page of a reason, in Markdown.
        fn page(reason: Reason) -> &'static str {
            match reason {
                $(Reason::$reason => include_str!(concat!("../../docs/reasons/", stringify!($reason), ".md")),)*
            }
        }
    };
}

pages! {
    Deployed Observed Suspended Accepted InSync Progressing Deploying Superseding Cancelling ForeignDeployment
    RetryScheduled RollingBack Adopting Deleting WaitingForDependency WaitingForInstances Throttled
    EndpointUnavailable Conflict DeploymentFailed DeploymentCancelled DeploymentTimedOut DeploymentNotAllowed
    RetriesExhausted RolledBack RollbackFailed RollbackTargetInvalid InvalidSpec SpecRefused ReferenceNotFound
    NotChangeable NotConverging OwnedElsewhere AlreadyExists RemoteNotFound RemoteMissing RemoteElsewhere
    DriftDetected AccessDenied CredentialsRefused ConnectionInvalid OutputsNotWritten QuotaExceeded
    EndpointIncompatible DeletionBlocked DeleteFailed DeletionSuspended
}

/// The section "What to do" of a reason's page.
pub(super) fn advice(reason: Reason) -> &'static str {
    section(page(reason), "## What to do").unwrap_or_default()
}

/// The section "Cause" of a reason's page.
pub(super) fn cause(reason: Reason) -> &'static str {
    section(page(reason), "## Cause").unwrap_or_default()
}

fn section<'a>(page: &'a str, title: &str) -> Option<&'a str> {
    let (_, text) = page.split_once(title)?;
    Some(text.split_once("\n## ").map_or(text, |(text, _)| text).trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray as _;

    #[test]
    fn every_page_says_what_to_do() {
        for reason in Reason::VARIANTS {
            assert!(page(*reason).starts_with(&format!("# {}\n", reason.name())));
            for text in [advice(*reason), cause(*reason)] {
                assert!(!text.is_empty() && !text.contains("## "), "{}: {text}", reason.name());
            }
        }
    }
}

//! Errors of a pass, classed by what the worker should do about them.

/// Why a pass gave no step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ProvisionError {
    /// What to do about it.
    pub class: ErrorClass,
    /// What went wrong and what to do, for the deployment's status message.
    pub message: String,
}

/// What the worker should do about a [`ProvisionError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// Calls come too fast: make the pass again, with growing waits.
    Throttled,
    /// It may pass by itself (network, a 5xx answer): make the pass again, with growing waits.
    Transient,
    /// A permission or a credential is missing: the deployment has failed.
    Denied,
    /// Repeating cannot help: the deployment has failed.
    Permanent,
}

impl ProvisionError {
    /// An error that repeating cannot help.
    pub fn permanent(message: impl Into<String>) -> Self {
        Self { class: ErrorClass::Permanent, message: message.into() }
    }

    /// True when the same pass should be made again later.
    pub fn is_retryable(&self) -> bool {
        matches!(self.class, ErrorClass::Throttled | ErrorClass::Transient)
    }
}

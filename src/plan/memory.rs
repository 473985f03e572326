//! What is remembered between passes: the recorded status, and within one process what came of the last act.

use jiff::Timestamp;

use crate::api::ProtonEnvironmentStatus;
use crate::proton::{ErrorClass, ProtonError};

use super::decision::ActKey;
use super::desired::Desired;

/// Everything remembered. Only `status` survives a restart; `last` prevents repetitions while the process lives, and its loss costs at
/// most one superfluous call that the API refuses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    /// The status as it was read with the object.
    pub status: ProtonEnvironmentStatus,
    /// What came of the last act (or of observing, if that failed).
    pub last: Option<LastAct>,
}

/// A call that did not work.
#[derive(Clone, PartialEq)]
pub struct Failure {
    /// What it means.
    pub class: ErrorClass,
    /// The endpoint's text with its code and request id. It goes into conditions, never into a log.
    pub message: String,
}

impl std::fmt::Debug for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Failure").field("class", &self.class).finish_non_exhaustive()
    }
}

impl From<&ProtonError> for Failure {
    fn from(error: &ProtonError) -> Self {
        Self { class: error.class, message: error.to_string() }
    }
}

/// The last act and its outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct LastAct {
    /// Which.
    pub key: ActKey,
    /// What came of it.
    pub result: Result<(), Failure>,
    /// How many times in a row the same act had the same kind of outcome, this one included.
    pub consecutive: u32,
    /// Generation it was done for.
    pub generation: i64,
    /// Annotations that ask for something; a change of them ends a pause.
    pub requests: (Option<String>, Option<String>),
    /// When.
    pub at: Timestamp,
}

impl LastAct {
    /// What to remember after an act (or after observing, with [`ActKey::observe`]).
    pub fn after(
        previous: Option<&LastAct>,
        key: ActKey,
        result: Result<(), Failure>,
        desired: &Desired,
        now: Timestamp,
    ) -> Self {
        let mut next = Self {
            key,
            result,
            consecutive: 1,
            generation: desired.identity.generation,
            requests: (desired.requests.reconcile.clone(), desired.requests.retry.clone()),
            at: now,
        };
        if let Some(previous) = previous.filter(|previous| previous.continues(&next)) {
            next.consecutive = previous.consecutive.saturating_add(1);
        }
        next
    }

    fn continues(&self, next: &LastAct) -> bool {
        self.key == next.key
            && self.generation == next.generation
            && self.requests == next.requests
            && self.result.is_ok() == next.result.is_ok()
    }
}

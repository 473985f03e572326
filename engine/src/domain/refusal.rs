//! Why a request is refused, by the class that decides the API's exception.

use super::deployment::Reason;

/// A refused request. The message is for the client: it names what is wrong and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// ValidationException: the request itself is wrong.
    #[error("{0}")]
    Invalid(String),
    /// ConflictException: the request clashes with the resource's state.
    #[error("{0}")]
    Conflict(String),
    /// ResourceNotFoundException: something that the request names does not exist.
    #[error("{0}")]
    NotFound(String),
    /// ServiceQuotaExceededException.
    #[error("{0}")]
    Quota(String),
}

impl Refusal {
    /// The refusal of an event on a target, in a sentence. `what` names the target, e.g. `environment prod`.
    pub fn of_event(reason: Reason, what: &str) -> Self {
        match reason {
            Reason::Gone => Self::NotFound(format!("The {what} does not exist.")),
            Reason::Exists => Self::Conflict(format!("The {what} exists already.")),
            Reason::Running => Self::Conflict(format!(
                "A deployment of the {what} is in progress. Wait until it has ended, or cancel it if it is an update."
            )),
            Reason::Cancelling => Self::Conflict(format!(
                "The deployment of the {what} is being cancelled. Wait until its status is CANCELLED, FAILED or SUCCEEDED."
            )),
            Reason::CreateNotCancellable => Self::Conflict(format!(
                "The first deployment of the {what} cannot be cancelled, only updates can. Wait until it has ended."
            )),
            Reason::NothingRunning => {
                Self::Conflict(format!("There is no deployment of the {what} in progress that could be cancelled."))
            }
            Reason::Deleting => Self::Conflict(format!("The {what} is being deleted.")),
            Reason::DeleteFailed => Self::Conflict(format!(
                "The deletion of the {what} failed. Remove the cause that its status message names and delete it again."
            )),
            Reason::Settled => Self::Conflict(format!("The deployment of the {what} has already ended.")),
        }
    }
}

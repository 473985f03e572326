//! Errors of operations, before the wire gives them their form.

use proton_model::ErrorKind;

use crate::domain::refusal::Refusal;
use crate::store::StoreError;

/// The class of an error: which exception the client gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// One of the API's exceptions.
    Api(ErrorKind),
    /// SerializationException: the body is not a JSON document of the request's shape.
    Serialization,
    /// UnknownOperationException: the API has no such operation.
    UnknownOperation,
}

/// A refused or failed operation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// Its class.
    pub code: ErrorCode,
    /// For the client: what is wrong and what to do.
    pub message: String,
}

impl ApiError {
    /// An exception of the API.
    pub fn api(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { code: ErrorCode::Api(kind), message: message.into() }
    }

    /// ValidationException.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::api(ErrorKind::Validation, message)
    }

    /// ResourceNotFoundException.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::api(ErrorKind::ResourceNotFound, message)
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let kind = match refusal {
            Refusal::Invalid(_) => ErrorKind::Validation,
            Refusal::Conflict(_) => ErrorKind::Conflict,
            Refusal::NotFound(_) => ErrorKind::ResourceNotFound,
            Refusal::Quota(_) => ErrorKind::ServiceQuotaExceeded,
        };
        Self::api(kind, refusal.to_string())
    }
}

impl From<StoreError> for ApiError {
    /// The cause goes to the log and not to the client.
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store failed");
        Self::api(ErrorKind::InternalServer, "The engine's store failed; its log says why. Try again.")
    }
}

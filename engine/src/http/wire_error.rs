//! An error in the form that goes over the wire.

use crate::http::credentials::Caller;
use crate::http::sigv4::AuthError;
use crate::http::throttle::TooFast;
use crate::ops::{ApiError, ErrorCode};

/// Status, exception name and message of a response that reports an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireError {
    /// The HTTP status.
    pub status: u16,
    /// The exception's name without its namespace, as SDKs match it.
    pub exception: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

impl WireError {
    /// An error of this listener.
    pub fn new(status: u16, exception: &'static str, message: impl Into<String>) -> Self {
        Self { status, exception, message: message.into() }
    }

    /// The request names no operation of the API.
    pub fn unknown_operation(message: impl Into<String>) -> Self {
        Self::new(400, "UnknownOperationException", message)
    }

    /// The caller's key pair is disabled.
    pub fn disabled(caller: &Caller) -> Self {
        Self::new(
            400,
            "AccessDeniedException",
            format!(
                "the access key {} of principal '{}' is disabled in the engine's credentials file; sign with another key \
                 pair, or have `disabled` removed there and the engine restarted",
                caller.access_key_id, caller.principal
            ),
        )
    }

    /// The caller's key pair is used more often than `--request-rate` allows.
    pub fn too_fast(caller: &Caller, refused: TooFast) -> Self {
        Self::new(
            400,
            "ThrottlingException",
            format!(
                "Rate exceeded: the access key {} may send {} per second (--request-rate). Try again in {} ms, and \
                 slow down",
                caller.access_key_id,
                refused.rate,
                refused.wait.as_millis().saturating_add(1)
            ),
        )
    }

    /// The body is larger than the route takes.
    pub fn too_large(limit: usize) -> Self {
        Self::new(
            413,
            "RequestEntityTooLargeException",
            format!("the request body is larger than the {limit} bytes that this route takes"),
        )
    }

    /// The handler ended without an answer; the log has the cause.
    pub fn internal() -> Self {
        Self::new(
            500,
            "InternalServerException",
            "an internal error occurred; the engine's log has the cause under this request id",
        )
    }
}

impl From<AuthError> for WireError {
    fn from(error: AuthError) -> Self {
        Self::new(error.http_status(), error.exception_name(), error.to_string())
    }
}

impl From<ApiError> for WireError {
    fn from(error: ApiError) -> Self {
        let (status, exception) = match error.code {
            ErrorCode::Api(kind) => (kind.http_status(), kind.exception_name()),
            ErrorCode::Serialization => (400, "SerializationException"),
            ErrorCode::UnknownOperation => (400, "UnknownOperationException"),
        };
        Self::new(status, exception, error.message)
    }
}

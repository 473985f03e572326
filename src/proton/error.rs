//! One classification of everything that can go wrong with a call, whatever the operation.

use std::fmt;

/// What an error means for the one who called. Source: the API model's exceptions, and what the SDK adds below them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// ValidationException: the request is wrong and stays wrong until the spec or the remote side changes. An idempotency
    /// mismatch is one of these.
    Validation,
    /// AccessDeniedException: the keys may not do this.
    AccessDenied,
    /// ConflictException: another operation is in progress, or another resource is in the way.
    Conflict,
    /// ResourceNotFoundException.
    NotFound,
    /// ServiceQuotaExceededException.
    QuotaExceeded,
    /// ThrottlingException and its relatives: the call was not performed.
    Throttled,
    /// InternalServerException or any other answer of 500 and above.
    Internal,
    /// No usable answer: not connected, timed out, cut off.
    Unreachable,
    /// The endpoint does not accept the keys, or there are none.
    Credentials,
    /// The endpoint does not know the operation, or the code is none of the above.
    Unsupported,
}

impl ErrorClass {
    /// Every class, for tables.
    pub const ALL: [ErrorClass; 10] = [
        Self::Validation,
        Self::AccessDenied,
        Self::Conflict,
        Self::NotFound,
        Self::QuotaExceeded,
        Self::Throttled,
        Self::Internal,
        Self::Unreachable,
        Self::Credentials,
        Self::Unsupported,
    ];

    /// Whether a mutating call that gave this error may have been performed all the same.
    pub fn leaves_outcome_open(self) -> bool {
        matches!(self, Self::Internal | Self::Unreachable)
    }

    /// Whether waiting alone may cure it.
    pub fn is_transient(self) -> bool {
        matches!(self, Self::Throttled | Self::Internal | Self::Unreachable)
    }

    /// The label of metrics and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Validation => "validation",
            Self::AccessDenied => "access_denied",
            Self::Conflict => "conflict",
            Self::NotFound => "not_found",
            Self::QuotaExceeded => "quota_exceeded",
            Self::Throttled => "throttled",
            Self::Internal => "internal",
            Self::Unreachable => "unreachable",
            Self::Credentials => "credentials",
            Self::Unsupported => "unsupported",
        }
    }

    /// The class of an error code as the wire carries it, namespace prefix already gone.
    pub fn of_code(code: &str) -> Self {
        match code {
            "ValidationException" | "SerializationException" => Self::Validation,
            "AccessDeniedException" => Self::AccessDenied,
            "ConflictException" => Self::Conflict,
            "ResourceNotFoundException" => Self::NotFound,
            "ServiceQuotaExceededException" => Self::QuotaExceeded,
            "ThrottlingException" | "Throttling" | "TooManyRequestsException" | "RequestLimitExceeded" | "SlowDown" => {
                Self::Throttled
            }
            "InternalServerException" | "InternalFailure" | "InternalError" | "ServiceUnavailable" => Self::Internal,
            "UnrecognizedClientException"
            | "InvalidSignatureException"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException"
            | "IncompleteSignatureException"
            | "InvalidClientTokenId"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "RequestExpired"
            | "OptInRequired" => Self::Credentials,
            _ => Self::Unsupported,
        }
    }
}

/// A call that failed.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({code}{})", RequestId(request_id.as_deref()))]
pub struct ProtonError {
    /// What it means.
    pub class: ErrorClass,
    /// The exception's name, or a word for what the SDK reports (`Timeout`, `Dispatch`).
    pub code: String,
    /// The endpoint's own text. It may quote the request, so it goes into status (cut) and never into a log.
    pub message: String,
    /// The id by which the other side finds the call in its log.
    pub request_id: Option<String>,
}

impl ProtonError {
    /// An error without a request id.
    pub fn new(class: ErrorClass, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { class, code: code.into(), message: message.into(), request_id: None }
    }
}

impl fmt::Debug for ProtonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProtonError")
            .field("class", &self.class)
            .field("code", &self.code)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

/// Renders the request id behind the code, if there is one.
struct RequestId<'a>(Option<&'a str>);

impl fmt::Display for RequestId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |id| write!(f, ", request {id}"))
    }
}

/// Turns "not found" into `None`; every other error stays one.
pub fn optional<T>(result: Result<T, ProtonError>) -> Result<Option<T>, ProtonError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.class == ErrorClass::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("ConflictException", ErrorClass::Conflict)]
    #[case("ThrottlingException", ErrorClass::Throttled)]
    #[case("ExpiredTokenException", ErrorClass::Credentials)]
    #[case("UnknownOperationException", ErrorClass::Unsupported)]
    fn codes_have_classes(#[case] code: &str, #[case] class: ErrorClass) {
        assert_eq!(ErrorClass::of_code(code), class);
    }

    #[test]
    fn only_errors_without_an_answer_leave_the_outcome_open() {
        let open: Vec<_> = ErrorClass::ALL.into_iter().filter(|class| class.leaves_outcome_open()).collect();
        assert_eq!(open, [ErrorClass::Internal, ErrorClass::Unreachable]);
    }

    #[test]
    fn display_names_the_request_and_debug_hides_the_message() {
        let mut error = ProtonError::new(ErrorClass::Validation, "ValidationException", "spec: secret=1 is wrong");
        error.request_id = Some("r-1".into());
        assert_eq!(error.to_string(), "spec: secret=1 is wrong (ValidationException, request r-1)");
        assert!(!format!("{error:?}").contains("secret"));
    }

    #[test]
    fn absence_is_no_error() {
        let absent: Result<(), _> = Err(ProtonError::new(ErrorClass::NotFound, "ResourceNotFoundException", ""));
        assert_eq!(optional(absent), Ok(None));
        let denied: Result<(), _> = Err(ProtonError::new(ErrorClass::AccessDenied, "AccessDeniedException", ""));
        assert!(optional(denied).is_err());
    }
}

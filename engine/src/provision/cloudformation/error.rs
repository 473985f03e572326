//! The SDK's errors, classed for the worker, in words that name the action, the stack and the role.

use std::error::Error;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::provision::{ErrorClass, ProvisionError};

/// Error codes that ask for a slower pace, of CloudFormation, STS and S3.
const THROTTLED: [&str; 7] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "TooManyRequestsException",
    "SlowDown",
];

/// Error codes that speak of a missing permission or a bad credential.
const DENIED: [&str; 8] = [
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
    "AuthFailure",
];

/// Error codes that may pass by themselves, beside every 5xx answer.
const TRANSIENT: [&str; 6] =
    ["ExpiredToken", "ExpiredTokenException", "InternalFailure", "InternalError", "ServiceUnavailable", "RequestTimeout"];

/// A call, for messages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'a> {
    /// The IAM action, for example `cloudformation:CreateChangeSet`.
    pub(super) action: &'static str,
    /// What it is made on.
    pub(super) resource: &'a str,
    /// The role that makes it; absent: the engine itself.
    pub(super) role: Option<&'a str>,
}

impl fmt::Display for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = self.role.unwrap_or("the engine's own credentials");
        write!(f, "{} on {} as {by}", self.action, self.resource)
    }
}

/// The service's error code, if the service answered with one.
pub(super) fn code<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Option<&str> {
    error.as_service_error().and_then(ProvideErrorMetadata::code)
}

/// The service's message, if it answered with one.
pub(super) fn message<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Option<&str> {
    error.as_service_error().and_then(ProvideErrorMetadata::message)
}

/// Classes an error and says what failed.
pub(super) fn classify<E>(call: Call<'_>, error: &SdkError<E, HttpResponse>) -> ProvisionError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    match (error, code(error)) {
        (SdkError::ServiceError(_), Some(code)) => service(call, class(code, status), code, message(error)),
        (SdkError::ServiceError(_), None) => service(call, class("", status), "an error without a code", None),
        (SdkError::ConstructionFailure(_), _) => failed(call, ErrorClass::Permanent, &chain(error)),
        _ => unanswered(call, error),
    }
}

fn class(code: &str, status: Option<u16>) -> ErrorClass {
    match status {
        _ if THROTTLED.contains(&code) => ErrorClass::Throttled,
        _ if DENIED.contains(&code) => ErrorClass::Denied,
        _ if TRANSIENT.contains(&code) => ErrorClass::Transient,
        Some(429) => ErrorClass::Throttled,
        Some(401 | 403) => ErrorClass::Denied,
        Some(500..=599) => ErrorClass::Transient,
        _ => ErrorClass::Permanent,
    }
}

fn service(call: Call<'_>, class: ErrorClass, code: &str, message: Option<&str>) -> ProvisionError {
    let detail = format!("{code}: {}", message.unwrap_or("no message"));
    failed(call, class, &detail)
}

fn failed(call: Call<'_>, class: ErrorClass, detail: &str) -> ProvisionError {
    let message = match class {
        ErrorClass::Denied => format!("not allowed: {call}: {detail} Grant the action, then deploy again."),
        _ => format!("{call}: {detail}"),
    };
    ProvisionError { class, message }
}

/// No answer: the network, or credentials that could not be had.
fn unanswered<E>(call: Call<'_>, error: &SdkError<E, HttpResponse>) -> ProvisionError
where
    E: Error + 'static,
{
    let detail = chain(error);
    match find::<CredentialsError>(error) {
        None => failed(call, ErrorClass::Transient, &detail),
        Some(CredentialsError::ProviderTimedOut(_)) => failed(call, ErrorClass::Transient, &detail),
        Some(credentials) => no_credentials(call, credentials),
    }
}

fn no_credentials(call: Call<'_>, error: &CredentialsError) -> ProvisionError {
    let Some(role) = call.role else {
        let advice = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or an instance role for the engine.";
        let message = format!("no AWS credentials for {}: {}. {advice}", call.action, chain(error));
        return ProvisionError { class: ErrorClass::Denied, message };
    };
    let assume = Call { action: "sts:AssumeRole", resource: role, role: None };
    match find::<SdkError<aws_sdk_sts::operation::assume_role::AssumeRoleError, HttpResponse>>(error) {
        Some(refusal) => classify(assume, refusal),
        None => failed(assume, ErrorClass::Denied, &chain(error)),
    }
}

/// An error and its sources in one line, without the words that a source repeats.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let part = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        if !parts.iter().any(|known| known.contains(&part)) {
            parts.push(part);
        }
        next = error.source();
    }
    parts.join(": ")
}

/// The first error of type `T` among an error and its sources.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("Throttling", Some(400), ErrorClass::Throttled)]
    #[case("SlowDown", Some(503), ErrorClass::Throttled)]
    #[case("AccessDenied", Some(403), ErrorClass::Denied)]
    #[case("AccessDenied", Some(400), ErrorClass::Denied)]
    #[case("ExpiredToken", Some(403), ErrorClass::Transient)]
    #[case("Whatever", Some(403), ErrorClass::Denied)]
    #[case("Whatever", Some(500), ErrorClass::Transient)]
    #[case("", Some(429), ErrorClass::Throttled)]
    #[case("ValidationError", Some(400), ErrorClass::Permanent)]
    #[case("LimitExceededException", Some(400), ErrorClass::Permanent)]
    fn classes(#[case] code: &str, #[case] status: Option<u16>, #[case] expected: ErrorClass) {
        assert_eq!(class(code, status), expected);
    }

    #[test]
    fn an_error_is_told_with_its_sources_and_in_one_line() {
        let source = CredentialsError::not_loaded("no\n  file");
        let error = SdkError::<std::io::Error, HttpResponse>::construction_failure(source);
        let told = chain(&error);
        assert!(told.starts_with("failed to construct request: "), "{told}");
        assert!(told.ends_with("no file"), "{told}");
    }

    #[test]
    fn a_denial_names_action_resource_and_role() {
        let role = Some("arn:aws:iam::123456789012:role/proton");
        let call = Call { action: "cloudformation:CreateChangeSet", resource: "stack AWSProton-x", role };
        let error = service(call, ErrorClass::Denied, "AccessDenied", Some("no."));
        for part in ["cloudformation:CreateChangeSet", "AWSProton-x", "role/proton", "Grant the action"] {
            assert!(error.message.contains(part), "{error}");
        }
    }
}

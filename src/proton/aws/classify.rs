//! From the SDK's errors to the operator's, for every operation alike.

use std::error::Error as StdError;
use std::fmt::Debug;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;

use super::sdk::error::ProvideErrorMetadata;
use super::sdk::operation::RequestId;
use crate::proton::{ErrorClass, ProtonError};

/// What a failed call means, its code and text.
pub(super) fn classify<E>(error: SdkError<E, HttpResponse>) -> ProtonError
where
    E: ProvideErrorMetadata + StdError + Debug + 'static,
{
    let request_id = error.request_id().map(str::to_owned);
    let mut classified = match &error {
        SdkError::ServiceError(failure) => of_answer(failure.err(), failure.raw().status().as_u16()),
        _ if caused_by::<CredentialsError>(&error) => credentials(&error),
        SdkError::TimeoutError(_) => unreachable("Timeout", &error),
        SdkError::DispatchFailure(_) => unreachable("Dispatch", &error),
        SdkError::ResponseError(_) => local(ErrorClass::Unreachable, "UnreadableAnswer", &error),
        SdkError::ConstructionFailure(_) => local(ErrorClass::Validation, "ConstructionFailure", &error),
        _ => local(ErrorClass::Unreachable, "Unknown", &error),
    };
    classified.request_id = request_id;
    classified
}

/// The code decides where the endpoint sent one, else the HTTP status.
fn of_answer(error: &impl ProvideErrorMetadata, status: u16) -> ProtonError {
    let Some(code) = error.code() else {
        let message = format!("the endpoint answered with HTTP status {status} and no error code; is it a Proton endpoint?");
        return ProtonError::new(of_status(status), format!("HTTP{status}"), message);
    };
    let class = match ErrorClass::of_code(code) {
        ErrorClass::Unsupported if status >= 500 => ErrorClass::Internal,
        class => class,
    };
    ProtonError::new(class, code, error.message().unwrap_or("no message"))
}

fn of_status(status: u16) -> ErrorClass {
    match status {
        401 | 403 => ErrorClass::Credentials,
        429 => ErrorClass::Throttled,
        500.. => ErrorClass::Internal,
        _ => ErrorClass::Unsupported,
    }
}

/// The provider's own text says which source of keys failed, and why; it holds no key.
fn credentials<E>(error: &SdkError<E, HttpResponse>) -> ProtonError
where
    E: StdError + 'static,
{
    local(ErrorClass::Credentials, "NoCredentials", error)
}

fn unreachable<E>(code: &str, error: &SdkError<E, HttpResponse>) -> ProtonError
where
    E: StdError + 'static,
{
    let advice = "the Proton endpoint does not answer; check that it runs and that AWS_ENDPOINT_URL_PROTON, or the \
                  connection's Secret, names it";
    ProtonError::new(ErrorClass::Unreachable, code, format!("{advice} ({})", causes(error)))
}

fn local<E>(class: ErrorClass, code: &str, error: &SdkError<E, HttpResponse>) -> ProtonError
where
    E: StdError + 'static,
{
    ProtonError::new(class, code, causes(error))
}

/// The messages of the error and of what caused it, without repetitions and without the SDK's debug output.
fn causes(error: &dyn StdError) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        let text = cause.to_string();
        if parts.last() != Some(&text) {
            parts.push(text);
        }
        next = cause.source();
    }
    parts.join(": ")
}

fn caused_by<C: StdError + 'static>(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(cause) = next {
        if cause.is::<C>() {
            return true;
        }
        next = cause.source();
    }
    false
}

//! What a real client got: pairs of operation and outcome.
//!
//! Neither half is claimed by the test that makes the call. The operation is the one whose SDK type the result has, and
//! the outcome is what came over the wire, so a pair stands for an answer that this operation really gave.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Mutex;

use aws_sdk_proton::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use proton_model::{ErrorKind, Operation};

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Success,
    Refused(ErrorKind),
}

impl Outcome {
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Refused(kind) => kind.exception_name(),
        }
    }
}

/// All pairs that were seen.
#[derive(Debug, Default)]
pub struct Record(Mutex<BTreeSet<(Operation, Outcome)>>);

impl Record {
    /// Notes a call that must have succeeded, and gives its output.
    pub fn success<O: Debug, E>(&self, result: Result<O, SdkError<E>>) -> O
    where
        E: std::error::Error + 'static,
    {
        let operation = operation_of::<O>("Output");
        let output = result.unwrap_or_else(|error| panic!("{operation} failed: {}", DisplayErrorContext(error)));
        self.note(operation, Outcome::Success);
        output
    }

    /// Notes a call that must have been refused so, and gives the message.
    pub fn refusal<O: Debug, E>(&self, kind: ErrorKind, result: Result<O, SdkError<E>>) -> String
    where
        E: ProvideErrorMetadata + Debug,
    {
        let operation = operation_of::<E>("Error");
        let Err(SdkError::ServiceError(refused)) = result else {
            panic!("{operation} must be refused with {}, but: {result:?}", kind.exception_name());
        };
        let (status, error) = (refused.raw().status().as_u16(), refused.err());
        assert_eq!((error.code(), status), (Some(kind.exception_name()), kind.http_status()), "{operation}: {error:?}");
        assert!(operation.errors().contains(&kind), "the model lists no {} for {operation}", kind.exception_name());
        let message = error.message().unwrap_or_default().to_owned();
        assert!(message.len() > 10, "{operation}: {} needs a message: {message:?}", kind.exception_name());
        self.note(operation, Outcome::Refused(kind));
        message
    }

    /// The outcomes that were seen of an operation.
    pub fn of(&self, operation: Operation) -> BTreeSet<Outcome> {
        let seen = self.0.lock().unwrap();
        seen.iter().filter(|(of, _)| *of == operation).map(|(_, outcome)| *outcome).collect()
    }

    fn note(&self, operation: Operation, outcome: Outcome) {
        self.0.lock().unwrap().insert((operation, outcome));
    }
}

/// Whether a call was refused so.
pub fn is_refused<O, E: ProvideErrorMetadata>(kind: ErrorKind, result: &Result<O, SdkError<E>>) -> bool {
    let error = result.as_ref().err().and_then(SdkError::as_service_error);
    error.and_then(ProvideErrorMetadata::code) == Some(kind.exception_name())
}

/// The operation of `…::GetEnvironmentOutput` or `…::GetEnvironmentError`.
fn operation_of<T>(suffix: &str) -> Operation {
    let path = std::any::type_name::<T>();
    let name = path.rsplit("::").next().and_then(|name| name.strip_suffix(suffix));
    name.and_then(Operation::from_name).unwrap_or_else(|| panic!("{path} is of no operation"))
}

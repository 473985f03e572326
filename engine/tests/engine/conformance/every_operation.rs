//! All 87 operations over the bare protocol.

use proton_model::{Operation, Request, RequestVisitor, describe};
use serde_json::Value;

use super::record::{Outcome, Record};
use super::requests::smallest;
use super::stage::Stage;

/// Calls each operation once. What it answers is its output or an error that the API model lists for it, and there is a
/// recorded success.
pub async fn run(stage: &Stage, record: &Record) {
    let raw = stage.raw();
    for operation in Operation::ALL.iter().copied() {
        let answer = raw.call(operation, &smallest(operation)).await;
        let listed = |name: &str| operation.errors().iter().any(|kind| kind.exception_name() == name);
        assert!(answer.exception().is_none_or(listed), "{operation}: {answer:?}");
        assert!(record.of(operation).contains(&Outcome::Success), "{operation} was never seen to succeed");
    }
}

/// Reads a request as the operation's input and gives what is wrong with it.
struct Violations<'a>(&'a Value);

impl RequestVisitor for Violations<'_> {
    type Output = String;

    fn visit<R: Request>(self) -> String {
        match serde_json::from_value::<R>(self.0.clone()) {
            Ok(request) if request.violations().is_empty() => every_member_is_known(&request, self.0),
            Ok(request) => describe(&request.violations()),
            Err(error) => error.to_string(),
        }
    }
}

/// Unknown members are ignored, so a misspelt one would be lost on the way.
fn every_member_is_known<R: Request>(request: &R, sent: &Value) -> String {
    let read = serde_json::to_value(request).unwrap();
    if read == *sent { String::new() } else { format!("{sent} was read as {read}") }
}

#[test]
fn the_smallest_requests_are_valid() {
    for operation in Operation::ALL.iter().copied() {
        let request = smallest(operation);
        assert_eq!(operation.visit(Violations(&request)), "", "{operation}: {request}");
    }
}

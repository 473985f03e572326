//! Text of sensitive members never appears in a Debug print, whatever the operation.

use std::{collections::BTreeSet, fmt::Debug};

use serde::Serialize;

use super::filler::{Seen, fill, text_of};
use crate::{Operation, Output, Request, RequestVisitor};

/// Members that are sensitive wherever they occur; `valueString` is part of the sensitive `Output`.
const SENSITIVE: [&str; 10] = [
    "deploymentStatusMessage",
    "description",
    "displayName",
    "manifest",
    "schema",
    "serviceSpec",
    "spec",
    "statusMessage",
    "templateFile",
    "valueString",
];

/// The Debug prints of an operation's input and output, and their JSON.
struct Prints;

impl RequestVisitor for Prints {
    type Output = Vec<(String, String)>;

    fn visit<R: Request>(self) -> Vec<(String, String)> {
        let seen = Seen::default();
        let each = |choice| [print(&fill::<R>(choice, &seen)), print(&fill::<R::Response>(choice, &seen))];
        (0..4).flat_map(each).collect()
    }
}

fn print<T: Debug + Serialize>(value: &T) -> (String, String) {
    (format!("{value:?} {value:#?}"), serde_json::to_string(value).unwrap())
}

#[test]
fn no_sensitive_text_is_printed() {
    let mut written: BTreeSet<&str> = BTreeSet::new();
    for operation in Operation::ALL {
        for (print, json) in operation.visit(Prints) {
            for member in SENSITIVE {
                assert!(!print.contains(&text_of(member)), "{operation} prints {member}: {print}");
                written.extend(json.contains(&text_of(member)).then_some(member));
            }
        }
    }
    assert_eq!(written.len(), SENSITIVE.len(), "every one must have been there: {written:?}");
}

#[test]
fn other_text_is_printed() {
    let prints: String = Operation::CreateEnvironment.visit(Prints).into_iter().map(|(print, _)| print).collect();
    for member in ["name", "templateName", "arn", "protonServiceRoleArn"] {
        assert!(prints.contains(&text_of(member)), "{member}: {prints}");
    }
    assert!(prints.contains("spec: Some(<redacted>)"), "{prints}");
}

#[test]
fn outputs_print_nothing_of_themselves() {
    let output = Output { key: Some("DatabasePassword".into()), value_string: Some("hunter2".into()) };
    assert_eq!(format!("{output:?}"), "Output(<redacted>)");
}

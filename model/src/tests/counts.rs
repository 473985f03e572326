//! Nothing of the model got lost: 337 shapes are 234 structures (7 exceptions, 2 unions), 71 strings,
//! 28 lists, 2 integers, a boolean and a timestamp.

use super::filler::{Seen, fill};
use crate::{ErrorKind, Operation, Request, RequestVisitor};

struct Fill<'s>(&'s Seen);

impl RequestVisitor for Fill<'_> {
    type Output = ();

    fn visit<R: Request>(self) {
        for choice in 0..4 {
            fill::<R>(choice, self.0);
            fill::<R::Response>(choice, self.0);
        }
    }
}

#[test]
fn operations_and_errors() {
    assert_eq!(Operation::ALL.len(), 87);
    assert_eq!(ErrorKind::ALL.len(), 7);
}

#[test]
fn every_structure_is_part_of_some_operation() {
    let seen = Seen::default();
    for operation in Operation::ALL {
        operation.visit(Fill(&seen));
    }
    assert_eq!(seen.borrow().len(), 234 - ErrorKind::ALL.len(), "{:?}", seen.borrow());
}

#[test]
fn enumerations_and_text_rules() {
    let enums = include_str!("../generated/enums.rs");
    let constraints = include_str!("../generated/constraints.rs");
    assert_eq!(enums.matches("\nenumeration! {").count(), 22);
    assert_eq!(constraints.matches("\npub static ").count(), 34);
    assert_eq!(constraints.matches("r#\"").count(), 14, "patterns");
}

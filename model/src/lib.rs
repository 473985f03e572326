//! Wire types of the AWS Proton API (version 2020-07-20) and the checks of its constraints.
//!
//! Everything under `generated/` is written by `cargo run -p xtask -- codegen` from the API model:
//! the input and output of each of the 87 operations, the shapes they use, the enumerations, the
//! errors, and one [`Constrained`] implementation for each shape that a request can contain. The
//! other modules are the small runtime those files rest on.
//!
//! Rules of the wire form (AWS JSON 1.0): an absent member and a `null` one are both `None`; a
//! `None` is not written; members that are not known are ignored; a value of the wrong JSON type is
//! an error of `serde`, which names the member. Constraints are not looked at while parsing: ask
//! [`Constrained::violations`] for all of them at once.

mod check;
mod enumeration;
mod generated;
mod operation;
mod sensitive;
mod structure;
mod text_rule;
mod timestamp;
mod union;
mod violation;

#[cfg(test)]
mod tests;

pub use enumeration::Enumeration;
pub use generated::*;
pub use operation::{Request, RequestVisitor};
pub use sensitive::Sensitive;
pub use text_rule::TextRule;
pub use timestamp::Timestamp;
pub use violation::{Constrained, Violation, describe};

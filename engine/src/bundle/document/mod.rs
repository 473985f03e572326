//! YAML documents that people write for Proton: strict, small, and with the line of every complaint.
//!
//! One document, no duplicate keys, no tags, no merge keys, bounded depth and size. Scalars follow the YAML 1.2 core
//! schema, so `yes`, `off`, `010` and dates are text. The result keeps the order of keys and the type of numbers.

mod cursor;
mod locate;
mod parse;
mod visit;

pub use cursor::{Cursor, Document};
pub use parse::{DocumentError, DocumentLimits};

//! `schema/schema.yaml`: which inputs a template takes.
//!
//! Source: AWS Proton User Guide, page "Schema file". The dialect is the Schema Object of OpenAPI 3.0. What the user
//! supplies is validated; defaults are not, so a default may break its own constraint, as in schemas that AWS
//! Proton accepted. References stay inside the file (`#/schema/types/Name`); nothing is ever fetched.

mod compatible;
mod customer_managed;
mod defaults;
mod grammar;
mod keywords;
mod kind;
mod model;
mod references;
mod translate;
mod violation;

pub use compatible::compatible;
pub use model::{InputKind, InputType, Schema};
pub use violation::InputViolation;

/// Largest schema in bytes (AWS Proton User Guide, page "AWS Proton quotas": 50 KB).
pub const SIZE_LIMIT: usize = 50 << 10;

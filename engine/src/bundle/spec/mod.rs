//! Specs: the documents in which developers write a resource's inputs.
//!
//! Source: AWS Proton User Guide, pages "Create an environment" and "Create a service". A spec is one YAML document
//! (JSON is YAML) of at most 51,200 characters. It has no template language: `{{ … }}` in it is plain text.

mod environment;
mod error;
mod service;

pub use environment::EnvironmentSpec;
pub use error::{LENGTH_LIMIT, SpecError};
pub use service::{InstanceEntry, ServiceSpec};

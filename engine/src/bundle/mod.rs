//! Template bundles: what a platform team uploads, and what registration checks about it.
//!
//! A bundle is a gzip-compressed tar archive with a schema (`schema/schema.yaml`) and, per provisioned resource, a
//! folder with a manifest and infrastructure-as-code files (AWS Proton User Guide, page "Template bundles"). This
//! room unpacks ([`archive`]), checks the folders ([`layout`]), reads manifests ([`manifest`]) and the schema
//! ([`schema`]), and reads the specs that developers write against it ([`spec`]). Everything but
//! [`archive::read_folder`] is a pure function of its arguments.

pub mod archive;
mod checked;
pub mod document;
mod error;
mod files;
pub mod layout;
pub mod manifest;
pub mod schema;
pub mod spec;

pub use checked::{Bundle, Part, Source};
pub use error::{BundleError, Fault};
pub use files::Files;
pub use layout::TemplateKind;
pub use manifest::{EngineKind, Manifest};
pub use schema::{InputKind, InputType, InputViolation, Schema};

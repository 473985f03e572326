//! A whole bundle: everything that registration checks, in one call.

use super::archive::SCHEMA_FILE;
use super::error::{BundleError, Fault};
use super::files::Files;
use super::layout::{self, TemplateKind};
use super::manifest::{self, EngineKind, Manifest};
use super::schema::{self, Schema};

/// A bundle that may be registered.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// What it describes.
    pub kind: TemplateKind,
    /// The input types.
    pub schema: Schema,
    /// The environment's or the instance's part; `None` for a customer-managed environment.
    pub infrastructure: Option<Part>,
    /// The pipeline's part; `None` without a pipeline that Proton provisions.
    pub pipeline: Option<Part>,
    /// What is accepted but probably not meant, for `proton-engine check`.
    pub warnings: Vec<String>,
    /// All files.
    pub files: Files,
}

/// One folder with a manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The folder's name, for example `infrastructure`.
    pub folder: String,
    /// What it says about provisioning.
    pub manifest: Manifest,
}

/// A text to be rendered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Source<'a> {
    /// The file inside the bundle, for messages.
    pub file: &'a str,
    /// Its text, before rendering.
    pub text: &'a str,
}

impl Bundle {
    /// Checks layout, schema and manifests, in this order, and gives what was read.
    ///
    /// `customer_managed`: the template was created with `provisioning` or `pipelineProvisioning`
    /// `CUSTOMER_MANAGED`. Infrastructure as code is not looked into (as with AWS Proton: User Guide, page "Register
    /// and publish templates").
    pub fn check(kind: TemplateKind, customer_managed: bool, files: Files) -> Result<Self, BundleError> {
        let layout = layout::check(kind, customer_managed, &files)?;
        let text = files.text(SCHEMA_FILE, Fault::Schema, schema::SIZE_LIMIT)?;
        let (schema, mut warnings) = Schema::parse_with_warnings(text)?;
        schema.check_kind(kind, customer_managed)?;
        let infrastructure = layout.infrastructure.map(|folder| part(folder, &files, &mut warnings)).transpose()?;
        let pipeline = layout.pipeline.map(|folder| part(folder, &files, &mut warnings)).transpose()?;
        Ok(Self { kind, schema, infrastructure, pipeline, warnings, files })
    }

    /// The CloudFormation text of `part` before rendering; `None` if the part is provisioned in another way.
    pub fn cloudformation(&self, part: &Part) -> Option<Source<'_>> {
        let EngineKind::CloudFormation { file } = part.manifest.engine() else {
            return None;
        };
        let path = format!("{}/{file}", part.folder);
        let (file, bytes) = self.files.0.get_key_value(&path)?;
        Some(Source { file, text: std::str::from_utf8(bytes).ok()? })
    }
}

fn part(folder: &str, files: &Files, warnings: &mut Vec<String>) -> Result<Part, BundleError> {
    let (manifest, said) = manifest::read(folder, files)?;
    warnings.extend(said);
    Ok(Part { folder: folder.to_owned(), manifest })
}

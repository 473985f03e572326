//! What a manifest says.

use super::codebuild::CodeBuildSettings;
use crate::bundle::document::DocumentError;

/// A manifest that keeps the grammar.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    pub(super) engine: EngineKind,
}

/// How the files of a folder become infrastructure.
#[derive(Clone, Debug, PartialEq)]
pub enum EngineKind {
    /// `jinja` + `cloudformation`: one file, rendered, then a CloudFormation stack.
    CloudFormation {
        /// The file's name in the folder.
        file: String,
    },
    /// `hcl` + `terraform`: files for a pull request.
    Terraform {
        /// Which files of the folder.
        files: TerraformFiles,
    },
    /// `codebuild`: commands.
    CodeBuild(Box<CodeBuildSettings>),
}

/// Which files a Terraform manifest takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerraformFiles {
    /// `"*"`: every name in the folder (not below it) that ends in `.tf`.
    All,
    /// The listed names, in order.
    Named(Vec<String>),
}

impl Manifest {
    /// How the folder is provisioned.
    pub fn engine(&self) -> &EngineKind {
        &self.engine
    }

    /// Parses the text of a `manifest.yaml`; does not look for the files that it lists.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        super::grammar::parse(text).map(|(manifest, _)| manifest)
    }
}

impl EngineKind {
    /// The value of `rendering_engine`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::CloudFormation { .. } => "jinja",
            Self::Terraform { .. } => "hcl",
            Self::CodeBuild(_) => "codebuild",
        }
    }
}

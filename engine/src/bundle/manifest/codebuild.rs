//! The `settings` of a CodeBuild manifest.

use std::fmt;

use serde_json::{Map, Value};

use crate::bundle::document::{Cursor, DocumentError};

/// Commands and the project they run in (AWS Proton User Guide, page "CodeBuild provisioning template bundle").
///
/// `Debug` shows counts only: commands are template text.
#[derive(Clone, PartialEq)]
pub struct CodeBuildSettings {
    /// CodeBuild image name; absent: the engine's default.
    pub image: Option<String>,
    /// Runtime → version, for the buildspec.
    pub runtimes: Map<String, Value>,
    /// The buildspec's `env`: `variables`, `secrets_manager`, `parameter_store`, each a mapping.
    pub env: Map<String, Value>,
    /// Commands for create and update.
    pub provision: Vec<String>,
    /// Commands for delete; empty if the manifest has none.
    pub deprovision: Vec<String>,
    /// Format of the input file.
    pub input_type: InputFormat,
    /// Properties merged into the `AWS::CodeBuild::Project`.
    pub project_properties: Map<String, Value>,
}

/// Format of the file that carries the inputs to the commands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputFormat {
    /// `JSON`, the default.
    #[default]
    Json,
    /// `HCL`: Terraform variables.
    Hcl,
}

impl fmt::Debug for CodeBuildSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeBuildSettings")
            .field("provision", &self.provision.len())
            .field("deprovision", &self.deprovision.len())
            .finish_non_exhaustive()
    }
}

const SETTINGS: &str = "write `settings:` with `image`, `runtimes`, `provision` and `deprovision`";
const COMMANDS: &str = "write a list of shell commands, each as text (quote a command that has `: ` in it)";

pub(super) fn settings(entry: &Cursor<'_>) -> Result<CodeBuildSettings, DocumentError> {
    let settings = entry.required("settings", SETTINGS)?;
    let image = settings.member("image").map(|image| image.text("write an image name").map(str::to_owned)).transpose()?;
    Ok(CodeBuildSettings {
        image,
        runtimes: mapping(&settings, "runtimes")?,
        env: env(&settings)?,
        provision: commands(&settings.required("provision", COMMANDS)?)?,
        deprovision: settings.member("deprovision").map_or(Ok(Vec::new()), |list| commands(&list))?,
        input_type: input_type(&settings)?,
        project_properties: mapping(&settings, "project_properties")?,
    })
}

fn commands(commands: &Cursor<'_>) -> Result<Vec<String>, DocumentError> {
    let list = commands.list(COMMANDS)?;
    list.iter().map(|command| command.text(COMMANDS).map(str::to_owned)).collect()
}

fn mapping(settings: &Cursor<'_>, key: &str) -> Result<Map<String, Value>, DocumentError> {
    let found = settings.member(key).map(|cursor| cursor.mapping("write names and values").cloned());
    Ok(found.transpose()?.unwrap_or_default())
}

fn env(settings: &Cursor<'_>) -> Result<Map<String, Value>, DocumentError> {
    if let Some(env) = settings.member("env") {
        for (_, group) in env.members() {
            group.mapping("write `variables:`, `secrets_manager:` or `parameter_store:` with names and values below it")?;
        }
    }
    mapping(settings, "env")
}

fn input_type(settings: &Cursor<'_>) -> Result<InputFormat, DocumentError> {
    let fix = "write `JSON` or `HCL`";
    let Some(cursor) = settings.member("input_type") else {
        return Ok(InputFormat::default());
    };
    match cursor.text(fix)? {
        "JSON" => Ok(InputFormat::Json),
        "HCL" => Ok(InputFormat::Hcl),
        _ => Err(cursor.complain(format!("this format is not known: {fix}"))),
    }
}

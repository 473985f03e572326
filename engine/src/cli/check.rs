//! `check`: a bundle, verified offline.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use super::local_bundle::{LocalBundle, load};
use crate::bundle::{Bundle, EngineKind, InputKind, Part, TemplateKind};
use crate::render::{Cause, Limits, render};

/// Verifies a bundle folder as registration would, and the Jinja syntax of its templates besides
#[derive(Args, Clone, Debug)]
pub struct CheckOptions {
    /// Folder with the bundle (schema/schema.yaml and the infrastructure folders)
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,

    /// Kind of the template; without it the folders decide
    #[arg(long, value_enum)]
    pub kind: Option<TemplateKind>,
}

/// Runs the command: prints what was found, or fails with what to mend.
pub fn check(options: &CheckOptions) -> anyhow::Result<()> {
    for line in report(options)? {
        println!("{line}");
    }
    Ok(())
}

/// The lines that [`check`] prints.
pub fn report(options: &CheckOptions) -> anyhow::Result<Vec<String>> {
    let local = load(&options.dir, options.kind)?;
    let bundle = &local.bundle;
    let mut lines: Vec<String> = bundle.warnings.iter().map(|warning| format!("warning: {warning}")).collect();
    for part in parts(bundle) {
        check_syntax(bundle, part)?;
        lines.push(format!("{}: {}", part.folder, describe(part)));
    }
    for kind in InputKind::ALL {
        if let Some(input) = bundle.schema.inputs(kind) {
            lines.push(format!("{}: {}", kind.key(), input.name()));
        }
    }
    lines.push(format!("ok: {}", title(&local)));
    Ok(lines)
}

/// The parts that are provisioned.
pub(super) fn parts(bundle: &Bundle) -> impl Iterator<Item = &Part> {
    bundle.infrastructure.iter().chain(&bundle.pipeline)
}

/// Parses by rendering without any names: what fails afterwards, an undefined name, is no fault of syntax.
fn check_syntax(bundle: &Bundle, part: &Part) -> anyhow::Result<()> {
    let Some(source) = bundle.cloudformation(part) else {
        return Ok(());
    };
    let outcome = render(source.text, source.file, &serde_json::json!({}), &Limits::default());
    match outcome {
        Err(error) if is_syntax(&error.cause) => bail!("{error}"),
        _ => Ok(()),
    }
}

fn is_syntax(cause: &Cause) -> bool {
    matches!(cause, Cause::Syntax { .. } | Cause::SourceTooLong { .. } | Cause::TooDeep { .. } | Cause::Internal)
}

fn describe(part: &Part) -> String {
    match part.manifest.engine() {
        EngineKind::CloudFormation { file } => format!("CloudFormation, {file}"),
        EngineKind::Terraform { .. } => "Terraform (registers; this engine does not provision it)".to_owned(),
        EngineKind::CodeBuild(_) => "CodeBuild (registers; this engine does not provision it)".to_owned(),
    }
}

fn title(local: &LocalBundle) -> &'static str {
    match (local.bundle.kind, local.customer_managed) {
        (TemplateKind::Environment, false) => "environment template",
        (TemplateKind::Environment, true) => "environment template for provisioning CUSTOMER_MANAGED",
        (TemplateKind::Service, false) => "service template with a pipeline",
        (TemplateKind::Service, true) => "service template for pipelineProvisioning CUSTOMER_MANAGED",
    }
}

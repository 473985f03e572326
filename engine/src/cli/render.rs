//! `render`: bundle and spec to files, offline.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::Value;

use super::local_bundle::load;
use super::render_service::service;
use crate::bundle::spec::EnvironmentSpec;
use crate::bundle::{Bundle, InputKind, InputViolation, Part, TemplateKind};
use crate::render::{Limits, namespace, render as jinja};

/// Stands for a connection where the command line names none.
const EXAMPLE_CONNECTION: &str =
    "arn:aws:codestar-connections:us-east-1:123456789012:connection/00000000-0000-0000-0000-000000000000";

/// Renders a bundle with a spec as a deployment would, without an engine or an account
#[derive(Args, Clone, Debug)]
pub struct RenderOptions {
    /// Folder with the bundle (schema/schema.yaml and the infrastructure folders)
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,

    /// File with the spec (`proton: EnvironmentSpec` or `proton: ServiceSpec`)
    #[arg(long, value_name = "FILE")]
    pub spec: PathBuf,

    /// Kind of the template; without it the folders decide
    #[arg(long, value_enum)]
    pub kind: Option<TemplateKind>,

    /// Name of the environment, or of the service
    #[arg(long, value_name = "NAME", default_value = "example")]
    pub name: String,

    /// Service only: the instance of the spec to render; without it, all
    #[arg(long, value_name = "NAME")]
    pub instance: Option<String>,

    /// Service only: YAML file with `environment:` (outputs of the environment) and `service:` (outputs of each instance)
    #[arg(long, value_name = "FILE")]
    pub outputs: Option<PathBuf>,

    /// Service only: account in which the environment provisions
    #[arg(long, value_name = "ID", default_value = "123456789012")]
    pub account_id: String,

    /// Service with a pipeline only: repository, as `owner/name`
    #[arg(long, value_name = "ID", default_value = "example/repository")]
    pub repository_id: String,

    /// Service with a pipeline only: ARN of the connection to the repository
    #[arg(long, value_name = "ARN", default_value = EXAMPLE_CONNECTION)]
    pub connection_arn: String,

    /// Service with a pipeline only: branch of the repository
    #[arg(long, value_name = "NAME", default_value = "main")]
    pub branch: String,

    /// Folder to write the files to; without it they are printed
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// A rendered template.
#[derive(Clone, PartialEq, Eq)]
pub struct RenderedFile {
    /// Its path: the file inside the bundle; for an instance below a folder with the instance's name.
    pub path: String,
    /// The CloudFormation text.
    pub text: String,
}

/// Runs the command.
pub fn render(options: &RenderOptions) -> anyhow::Result<()> {
    let files = files(options)?;
    match &options.out {
        Some(dir) => files.iter().try_for_each(|file| write(dir, file)),
        None => {
            print(&files);
            Ok(())
        }
    }
}

/// The files that [`render`] prints or writes.
pub fn files(options: &RenderOptions) -> anyhow::Result<Vec<RenderedFile>> {
    let bundle = load(&options.dir, options.kind)?.bundle;
    let spec = read(&options.spec)?;
    match bundle.kind {
        TemplateKind::Environment => environment(&bundle, &spec, options),
        TemplateKind::Service => service(&bundle, &spec, options),
    }
}

fn environment(bundle: &Bundle, spec: &str, options: &RenderOptions) -> anyhow::Result<Vec<RenderedFile>> {
    let part = bundle.infrastructure.as_ref();
    let part = part.context("a customer managed environment has nothing to render: its inputs are its outputs")?;
    let spec = EnvironmentSpec::parse(spec).with_context(|| options.spec.display().to_string())?;
    let inputs = inputs(bundle, InputKind::Environment, "spec", Value::Object(spec.inputs))?;
    let context = namespace::environment(&options.name, inputs);
    Ok(vec![one(bundle, part, &context, "")?])
}

/// The supplied inputs, validated, with defaults. `place` names them in messages.
pub(super) fn inputs(bundle: &Bundle, kind: InputKind, place: &str, supplied: Value) -> anyhow::Result<Value> {
    let input = bundle.schema.inputs(kind).with_context(|| format!("the schema has no {}", kind.key()))?;
    if let Err(violations) = input.validate(&supplied) {
        let texts: Vec<String> = violations.iter().map(InputViolation::to_string).collect();
        bail!("{place} does not satisfy the schema: {}", texts.join("; "));
    }
    Ok(input.with_defaults(supplied))
}

/// Renders one part; `below` is the folder for the result, or empty.
pub(super) fn one(bundle: &Bundle, part: &Part, context: &Value, below: &str) -> anyhow::Result<RenderedFile> {
    let source = bundle.cloudformation(part).with_context(|| {
        format!("{}/ uses rendering_engine {}, which is not rendered; only jinja is", part.folder, part.manifest.engine().name())
    })?;
    let text = jinja(source.text, source.file, context, &Limits::default())?;
    let path = if below.is_empty() { source.file.to_owned() } else { format!("{below}/{}", source.file) };
    Ok(RenderedFile { path, text })
}

pub(super) fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

fn write(dir: &Path, file: &RenderedFile) -> anyhow::Result<()> {
    let path = dir.join(&file.path);
    let failed = || format!("{} cannot be written", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(failed)?;
    }
    fs::write(&path, &file.text).with_context(failed)?;
    println!("{}", path.display());
    Ok(())
}

/// One file is printed as it is, several each after a line with its path.
fn print(files: &[RenderedFile]) {
    for file in files {
        if files.len() > 1 {
            println!("# ==> {}", file.path);
        }
        print!("{}", file.text);
        if !file.text.ends_with('\n') {
            println!();
        }
    }
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;

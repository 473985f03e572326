//! The grammar of a manifest.

use super::TEMPLATE_COUNT_LIMIT;
use super::codebuild;
use super::engine::{EngineKind, Manifest, TerraformFiles};
use crate::bundle::document::{Cursor, Document, DocumentError, DocumentLimits};

const SHAPE: &str = "write `infrastructure:` with `templates:` below it, and one list entry per file";
const ENGINE: &str = "write `jinja`, `hcl` or `codebuild`";
const KNOWN: [&str; 5] = ["file", "rendering_engine", "engine", "template_language", "settings"];

/// The manifest, and warnings about what it says in vain.
pub(super) fn parse(text: &str) -> Result<(Manifest, Vec<String>), DocumentError> {
    let document = Document::parse(text, DocumentLimits::default())?;
    let templates = document.root().required("infrastructure", SHAPE)?.required("templates", SHAPE)?;
    let entries = templates.list(SHAPE)?;
    let first = entries.first().ok_or_else(|| templates.complain(format!("the list is empty: {SHAPE}")))?;
    if entries.len() > TEMPLATE_COUNT_LIMIT {
        return Err(templates.complain(format!(
            "more than {TEMPLATE_COUNT_LIMIT} entries are listed; at most {TEMPLATE_COUNT_LIMIT} are allowed"
        )));
    }
    let mut warnings = Vec::new();
    let name = rendering_engine(first, &mut warnings)?;
    for entry in &entries {
        let other = rendering_engine(entry, &mut Vec::new())?;
        if other != name {
            return Err(
                entry.complain(format!("`{other}` and `{name}` cannot be mixed in one manifest; use one rendering_engine"))
            );
        }
        warn_unknown(entry, &mut warnings);
    }
    let engine = match name {
        "jinja" => cloudformation(&templates, &entries)?,
        "hcl" => terraform(&entries)?,
        _ => codebuild(&templates, &entries)?,
    };
    Ok((Manifest { engine }, warnings))
}

/// The entry's engine; `engine` is the name that the key had before general availability and still has in samples.
fn rendering_engine<'d>(entry: &Cursor<'d>, warnings: &mut Vec<String>) -> Result<&'d str, DocumentError> {
    entry.mapping(SHAPE)?;
    let current = entry.member("rendering_engine");
    if current.is_none() && entry.member("engine").is_some() {
        warnings.push("`engine` is an old name; write `rendering_engine`".to_owned());
    }
    let cursor = match current.or_else(|| entry.member("engine")) {
        Some(cursor) => cursor,
        None => entry.required("rendering_engine", ENGINE)?,
    };
    match cursor.text(ENGINE)? {
        name @ ("jinja" | "hcl" | "codebuild") => Ok(name),
        _ => Err(cursor.complain(format!("this rendering engine is not known: {ENGINE}"))),
    }
}

fn warn_unknown(entry: &Cursor<'_>, warnings: &mut Vec<String>) {
    for (key, _) in entry.members().filter(|(key, _)| !KNOWN.contains(key)) {
        warnings.push(format!("`{key}` has no meaning in a manifest and is ignored"));
    }
}

fn cloudformation(templates: &Cursor<'_>, entries: &[Cursor<'_>]) -> Result<EngineKind, DocumentError> {
    let [entry] = entries else {
        return Err(templates.complain(
            "with `rendering_engine: jinja` exactly one file is allowed; put everything into one CloudFormation file",
        ));
    };
    language(entry, "cloudformation", "jinja")?;
    let file = entry.required("file", "name the CloudFormation file in this folder, e.g. `file: cloudformation.yaml`")?;
    Ok(EngineKind::CloudFormation { file: file_name(&file)?.to_owned() })
}

fn terraform(entries: &[Cursor<'_>]) -> Result<EngineKind, DocumentError> {
    let mut names: Vec<String> = Vec::new();
    let mut all = false;
    for entry in entries {
        language(entry, "terraform", "hcl")?;
        let file = entry.required("file", "name a .tf file of this folder, or write `file: \"*\"` for all of them")?;
        match file_name(&file)? {
            "*" => all = true,
            name if !name.ends_with(".tf") => {
                return Err(file.complain("only names that end in `.tf` can be listed for Terraform"));
            }
            name if names.iter().any(|taken| taken == name) => {
                return Err(file.complain("this file is listed twice; keep one entry"));
            }
            name => names.push(name.to_owned()),
        }
    }
    let files = if all { TerraformFiles::All } else { TerraformFiles::Named(names) };
    Ok(EngineKind::Terraform { files })
}

fn codebuild(templates: &Cursor<'_>, entries: &[Cursor<'_>]) -> Result<EngineKind, DocumentError> {
    let [entry] = entries else {
        return Err(templates.complain("with `rendering_engine: codebuild` exactly one entry is allowed; merge the settings"));
    };
    for key in ["file", "template_language"] {
        if let Some(cursor) = entry.member(key) {
            return Err(cursor.complain(format!("`{key}` has no place beside `rendering_engine: codebuild`; remove it")));
        }
    }
    codebuild::settings(entry).map(|settings| EngineKind::CodeBuild(Box::new(settings)))
}

fn language(entry: &Cursor<'_>, wanted: &str, engine: &str) -> Result<(), DocumentError> {
    let fix = format!("with `rendering_engine: {engine}` write `template_language: {wanted}`");
    let cursor = entry.required("template_language", &fix)?;
    if cursor.text(&fix)? != wanted {
        return Err(cursor.complain(format!("this language does not go with the engine: {fix}")));
    }
    Ok(())
}

fn file_name<'d>(cursor: &Cursor<'d>) -> Result<&'d str, DocumentError> {
    let name = cursor.text("write a file name")?;
    if name.is_empty() || name.contains(['/', '\\']) || name == ".." {
        return Err(cursor.complain("must be the name of a file in the manifest's own folder, without a path"));
    }
    Ok(name)
}

#[cfg(test)]
#[path = "grammar_tests.rs"]
mod tests;

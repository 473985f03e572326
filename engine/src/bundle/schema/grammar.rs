//! The grammar of the schema file.

use std::sync::Arc;

use super::model::{InputKind, InputType, Schema, Types};
use super::{keywords, references, translate, violation};
use crate::bundle::document::{Cursor, Document, DocumentError, DocumentLimits};

const FORMAT: &str = "write `format:` with `openapi: \"3.0.0\"` below it";
const TYPES: &str = "write `types:` with one entry per type below it";

/// The schema, and warnings.
pub(super) fn parse(text: &str) -> Result<(Schema, Vec<String>), DocumentError> {
    let document = Document::parse(text, DocumentLimits::default())?;
    let schema = document.root().required("schema", "write `schema:` at the top of the file")?;
    check_format(&schema)?;
    let types = schema.required("types", TYPES)?;
    let all = types.mapping(TYPES)?;
    let mut warnings = Vec::new();
    for (_, definition) in types.members() {
        keywords::check(&definition, &mut warnings)?;
    }
    references::check(&types, all)?;
    let all = Arc::new(all.clone());
    let mut inputs = Vec::new();
    for kind in InputKind::ALL {
        if let Some(cursor) = schema.member(kind.key()) {
            inputs.push((kind, input_type(&cursor, &types, &all, &mut warnings)?));
        }
    }
    Ok((Schema { text: text.to_owned(), inputs }, warnings))
}

fn check_format(schema: &Cursor<'_>) -> Result<(), DocumentError> {
    let version = schema.required("format", FORMAT)?.required("openapi", FORMAT)?;
    if version.text(FORMAT)?.starts_with("3.0.") {
        return Ok(());
    }
    Err(version.complain(format!("this version of OpenAPI is not supported: {FORMAT}")))
}

fn input_type(
    cursor: &Cursor<'_>,
    types: &Cursor<'_>,
    all: &Arc<Types>,
    warnings: &mut Vec<String>,
) -> Result<InputType, DocumentError> {
    let name = cursor.text("write the name of a type under schema.types")?;
    let definition = types
        .member(name)
        .ok_or_else(|| cursor.complain(format!("there is no type `{name}` under schema.types; add it, or correct the name")))?;
    let resolved = references::resolve(definition.value(), all);
    let kind = resolved.and_then(|schema| schema.get("type")).and_then(serde_json::Value::as_str);
    if kind.is_some_and(|kind| kind != "object") {
        return Err(definition.complain("an input type must have `type: object`, with the inputs as its properties"));
    }
    let validator = translate::validator(name, all)
        .ok_or_else(|| definition.complain("the schema cannot be used for validation; check its keywords"))?;
    let input = InputType { name: name.to_owned(), types: Arc::clone(all), validator: Arc::new(validator) };
    check_defaults(&input, &definition, warnings)?;
    Ok(input)
}

/// Defaults that never end are refused; defaults that break their own constraints are warned of.
fn check_defaults(input: &InputType, definition: &Cursor<'_>, warnings: &mut Vec<String>) -> Result<(), DocumentError> {
    let (defaults, complete) = input.filled(serde_json::json!({}));
    if !complete {
        return Err(definition.complain("the defaults contain themselves without end; remove one of them"));
    }
    for broken in violation::collect(&input.validator, &defaults) {
        if !broken.rule.starts_with("is required") {
            warnings.push(format!(
                "the default of {} {} (accepted, since only supplied inputs are validated)",
                broken.path, broken.rule
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "grammar_tests.rs"]
mod tests;

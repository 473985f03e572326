//! `$ref`: only to a type of the same file, and never round in circles.

use serde_json::Value;

use super::model::Types;
use crate::bundle::document::{Cursor, DocumentError};

const PREFIX: &str = "#/schema/types/";

/// The name of the type that a `$ref` leads to; other references are refused.
pub(super) fn type_name(reference: &Cursor<'_>) -> Result<String, DocumentError> {
    let fix = "refer to a type of this file, as in `$ref: '#/schema/types/Name'`";
    named(reference.text(fix)?).ok_or_else(|| reference.complain(format!("this reference is not supported: {fix}")))
}

/// The type name in `#/schema/types/Name`, JSON pointer escapes undone.
fn named(reference: &str) -> Option<String> {
    let name = reference.strip_prefix(PREFIX).filter(|name| !name.is_empty() && !name.contains('/'))?;
    Some(name.replace("~1", "/").replace("~0", "~"))
}

/// The name that `schema` refers to, if it is a reference.
pub(super) fn target(schema: &Value) -> Option<String> {
    named(schema.get("$ref")?.as_str()?)
}

/// Follows references to the schema itself. `None` for a name that does not exist, or a circle.
pub(super) fn resolve<'t>(schema: &'t Value, types: &'t Types) -> Option<&'t Value> {
    let mut current = schema;
    for _ in 0..=types.len() {
        match target(current) {
            None => return Some(current),
            Some(name) => current = types.get(&name)?,
        }
    }
    None
}

/// Most schemas that may apply to one and the same value through `allOf`, `anyOf`, `oneOf`, `not` and `$ref`.
const COMBINED: usize = 1000;

/// Checks that every reference below `types` leads to a type, and that no type combines too many: one that is part
/// of itself without a property or item between could never be validated.
pub(super) fn check(types: &Cursor<'_>, all: &Types) -> Result<(), DocumentError> {
    for (_, definition) in types.members() {
        exist(&definition, all)?;
        if combined(definition.value(), all, COMBINED).is_none() {
            let cause = format!(
                "the type contains itself without a property between, or combines more than {COMBINED} schemas; remove a `$ref`"
            );
            return Err(definition.complain(cause));
        }
    }
    Ok(())
}

fn exist(schema: &Cursor<'_>, all: &Types) -> Result<(), DocumentError> {
    if let Some(reference) = schema.member("$ref").filter(|reference| reference.value().is_string()) {
        let known = target(schema.value()).is_some_and(|name| all.contains_key(&name));
        return if known { Ok(()) } else { Err(reference.complain("there is no such type under schema.types")) };
    }
    for key in ["items", "not", "additionalProperties"] {
        schema.member(key).map_or(Ok(()), |inner| exist(&inner, all))?;
    }
    for key in ["allOf", "anyOf", "oneOf", "properties"] {
        let Some(group) = schema.member(key) else { continue };
        if group.value().is_array() {
            group.list("")?.iter().try_for_each(|inner| exist(inner, all))?;
        }
        group.members().try_for_each(|(_, inner)| exist(&inner, all))?;
    }
    Ok(())
}

/// What is left of `budget` after counting the schemas that apply to the same value as `schema`; `None`: too many.
fn combined(schema: &Value, types: &Types, budget: usize) -> Option<usize> {
    let budget = budget.checked_sub(1)?;
    if let Some(name) = target(schema) {
        return types.get(&name).map_or(Some(budget), |next| combined(next, types, budget));
    }
    let groups = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
    let mut applied = groups.chain(schema.get("not"));
    applied.try_fold(budget, |left, inner| combined(inner, types, left))
}

//! The schema of a customer-managed environment: its input type describes outputs.

use super::defaults::properties;
use super::model::{InputKind, Schema};
use super::references::resolve;
use crate::bundle::document::{Cursor, DocumentError};

/// Outputs are text and must be supplied: properties are strings without defaults (AWS Proton User Guide, page
/// "Customer managed environments"). `place` is the mapping below `schema:`.
pub(super) fn check(schema: &Schema, place: &Cursor<'_>) -> Result<(), DocumentError> {
    let Some(input) = schema.inputs(InputKind::Environment) else {
        return Ok(());
    };
    let definition = resolve(input.definition(), &input.types).unwrap_or_else(|| input.definition());
    for (name, property) in properties(definition, &input.types) {
        let property = resolve(property, &input.types).unwrap_or(property);
        let complain =
            |cause: &str| at(place, input.name(), name).complain(format!("in a customer managed environment template {cause}"));
        if property.get("type").and_then(serde_json::Value::as_str) != Some("string") {
            return Err(complain("every property is an output and must have `type: string`"));
        }
        if property.get("default").is_some() {
            return Err(complain("a property is an output and cannot have a default; remove it"));
        }
    }
    Ok(())
}

/// The property where it is written out under the type; else the type.
fn at<'d>(place: &Cursor<'d>, type_name: &str, property: &str) -> Cursor<'d> {
    let definition = place.member("types").and_then(|types| types.member(type_name));
    let exact = definition.as_ref().and_then(|definition| definition.member("properties")?.member(property));
    exact.or(definition).unwrap_or_else(|| place.clone())
}

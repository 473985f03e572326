//! OpenAPI 3.0 Schema Objects to JSON Schema 2020-12.
//!
//! Only what constrains a value is carried over; titles, defaults, formats and extensions are not.

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

use super::keywords::limits;
use super::model::Types;
use super::references::{resolve, target};

/// The validator of the type `name`. Fails for a definition that is no schema, which the grammar has ruled out.
pub(super) fn validator(name: &str, types: &Types) -> Option<Validator> {
    let definitions: Map<String, Value> =
        types.iter().enumerate().map(|(index, (_, schema))| (format!("t{index}"), schema_of(schema, types))).collect();
    let root = json!({ "$ref": reference(name, types)?, "$defs": definitions });
    let options = jsonschema::options().with_draft(Draft::Draft202012).offline();
    options.should_validate_formats(false).with_pattern_options(limits()).build(&root).ok()
}

/// Definitions are numbered, so that any name of a type works in a URI.
fn reference(name: &str, types: &Types) -> Option<String> {
    types.keys().position(|key| key == name).map(|index| format!("#/$defs/t{index}"))
}

fn schema_of(schema: &Value, types: &Types) -> Value {
    let Some(members) = schema.as_object() else {
        return schema.clone();
    };
    if let Some(reference) = target(schema).and_then(|name| reference(&name, types)) {
        return json!({ "$ref": reference });
    }
    let mut out = Map::new();
    for (key, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        if let Some(value) = keyword(key, value, schema, types) {
            out.insert(key.clone(), value);
        }
    }
    Value::Object(bounds(out))
}

/// The translated value of a keyword; `None` drops it.
fn keyword(key: &str, value: &Value, schema: &Value, types: &Types) -> Option<Value> {
    let nullable = schema.get("nullable") == Some(&Value::Bool(true));
    match key {
        "type" if nullable => Some(json!([value, "null"])),
        "enum" if nullable => Some(with_null(value)),
        "required" => needed(value, schema, types),
        "items" | "not" | "additionalProperties" => Some(schema_of(value, types)),
        "allOf" | "anyOf" | "oneOf" => Some(value.as_array()?.iter().map(|inner| schema_of(inner, types)).collect()),
        "properties" => {
            let properties = value.as_object()?.iter();
            Some(Value::Object(properties.map(|(name, inner)| (name.clone(), schema_of(inner, types))).collect()))
        }
        "type" | "enum" | "pattern" | "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf"
        | "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "uniqueItems" => {
            Some(value.clone())
        }
        _ => None,
    }
}

fn with_null(options: &Value) -> Value {
    let mut options = options.as_array().cloned().unwrap_or_default();
    options.push(Value::Null);
    Value::Array(options)
}

/// Required names without those that have a default.
fn needed(names: &Value, schema: &Value, types: &Types) -> Option<Value> {
    let has_default = |name: &str| {
        let property = schema.get("properties").and_then(|properties| properties.get(name));
        property.and_then(|property| resolve(property, types)).is_some_and(|property| property.get("default").is_some())
    };
    let names = names.as_array()?.iter().filter(|name| !name.as_str().is_some_and(has_default));
    let mut distinct: Vec<&Value> = Vec::new();
    for name in names {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    Some(json!(distinct))
}

/// `minimum: 1, exclusiveMinimum: true` becomes `exclusiveMinimum: 1`; a false or lonely flag goes.
fn bounds(mut schema: Map<String, Value>) -> Map<String, Value> {
    for (bound, flag) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        if schema.shift_remove(flag) == Some(Value::Bool(true))
            && let Some(limit) = schema.shift_remove(bound)
        {
            schema.insert(flag.to_owned(), limit);
        }
    }
    schema
}

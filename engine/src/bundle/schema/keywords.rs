//! The keywords of an OpenAPI 3.0 Schema Object, and what each must hold.

use jsonschema::PatternOptions;
use serde_json::json;

use super::references::type_name;
use crate::bundle::document::{Cursor, DocumentError};

/// What a keyword must hold.
#[derive(Clone, Copy)]
enum Shape {
    Anything,
    Text,
    Boolean,
    Number,
    Count,
    List,
    Names,
    Type,
    Pattern,
    Schema,
    SchemaOrBoolean,
    Schemas,
    Properties,
}

/// OpenAPI 3.0.3, section "Schema Object".
const KEYWORDS: [(&str, Shape); 37] = [
    ("$ref", Shape::Text),
    ("additionalProperties", Shape::SchemaOrBoolean),
    ("allOf", Shape::Schemas),
    ("anyOf", Shape::Schemas),
    ("default", Shape::Anything),
    ("deprecated", Shape::Anything),
    ("description", Shape::Anything),
    ("discriminator", Shape::Anything),
    ("enum", Shape::List),
    ("example", Shape::Anything),
    ("exclusiveMaximum", Shape::Boolean),
    ("exclusiveMinimum", Shape::Boolean),
    ("externalDocs", Shape::Anything),
    ("format", Shape::Text),
    ("items", Shape::Schema),
    ("maxItems", Shape::Count),
    ("maxLength", Shape::Count),
    ("maxProperties", Shape::Count),
    ("maximum", Shape::Number),
    ("minItems", Shape::Count),
    ("minLength", Shape::Count),
    ("minProperties", Shape::Count),
    ("minimum", Shape::Number),
    ("multipleOf", Shape::Number),
    ("not", Shape::Schema),
    ("nullable", Shape::Boolean),
    ("oneOf", Shape::Schemas),
    ("pattern", Shape::Pattern),
    ("properties", Shape::Properties),
    ("readOnly", Shape::Anything),
    ("required", Shape::Names),
    ("title", Shape::Anything),
    ("type", Shape::Type),
    ("uniqueItems", Shape::Boolean),
    ("writeOnly", Shape::Anything),
    ("xml", Shape::Anything),
    ("x-", Shape::Anything),
];

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// Checks one Schema Object and those inside it. Unknown keywords become warnings.
pub(super) fn check(schema: &Cursor<'_>, warnings: &mut Vec<String>) -> Result<(), DocumentError> {
    schema.mapping("describe the value with `type:` and further keywords")?;
    if let Some(reference) = schema.member("$ref") {
        // OpenAPI 3.0: whatever stands beside a reference is ignored.
        return type_name(&reference).map(|_| ());
    }
    for (key, member) in schema.members().filter(|(_, member)| !member.value().is_null()) {
        match KEYWORDS.iter().find(|(name, _)| *name == key) {
            Some((_, shape)) => keyword(*shape, &member, warnings)?,
            None if key.starts_with("x-") => {}
            None => warnings.push(member.complain("this keyword is not of OpenAPI 3.0 and is ignored").to_string()),
        }
    }
    Ok(())
}

fn keyword(shape: Shape, member: &Cursor<'_>, warnings: &mut Vec<String>) -> Result<(), DocumentError> {
    let value = member.value();
    let expected = match shape {
        Shape::Anything => return Ok(()),
        Shape::Text => member.text("write a text").map(|_| None)?,
        Shape::Boolean => (!value.is_boolean()).then_some("must be true or false"),
        Shape::Number => (!value.is_number()).then_some("must be a number, without quotes"),
        Shape::Count => (!value.is_u64()).then_some("must be a whole number, 0 or more, without quotes"),
        Shape::List => member.list("write the allowed values").map(|_| None)?,
        Shape::Names => return names(member, warnings),
        Shape::Type => (!value.as_str().is_some_and(|name| TYPES.contains(&name)))
            .then_some("must be one of array, boolean, integer, number, object, string"),
        Shape::Pattern => return pattern(member),
        Shape::SchemaOrBoolean if value.is_boolean() => None,
        Shape::Schema | Shape::SchemaOrBoolean => return check(member, warnings),
        Shape::Schemas => {
            return member.list("write a list of schemas")?.iter().try_for_each(|item| check(item, warnings));
        }
        Shape::Properties => return properties(member, warnings),
    };
    expected.map_or(Ok(()), |cause| Err(member.complain(cause)))
}

fn properties(member: &Cursor<'_>, warnings: &mut Vec<String>) -> Result<(), DocumentError> {
    member.mapping("write one entry per input")?;
    for (name, property) in member.members() {
        if name.chars().count() > 100 {
            return Err(property.complain("a parameter name can have at most 100 characters"));
        }
        check(&property, warnings)?;
    }
    Ok(())
}

/// `required: true` inside a property is a frequent slip; it never had an effect.
fn names(member: &Cursor<'_>, warnings: &mut Vec<String>) -> Result<(), DocumentError> {
    if member.value().is_boolean() {
        let cause = "has no effect inside a property; list the name under `required:` of the type";
        warnings.push(member.complain(cause).to_string());
        return Ok(());
    }
    let fix = "write the names of required properties";
    member.list(fix)?.iter().try_for_each(|name| name.text(fix).map(|_| ()))
}

fn pattern(member: &Cursor<'_>) -> Result<(), DocumentError> {
    let text = member.text("write a regular expression")?;
    let built = jsonschema::options().offline().with_pattern_options(limits()).build(&json!({ "pattern": text }));
    built.map(|_| ()).map_err(|_| member.complain("is not a valid regular expression (ECMA 262); correct it"))
}

/// Bounds the time that one match can take.
pub(super) fn limits() -> PatternOptions<jsonschema::FancyRegex> {
    PatternOptions::fancy_regex().backtrack_limit(100_000).size_limit(1 << 20)
}

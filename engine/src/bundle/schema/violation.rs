//! What is wrong with the inputs that a user supplied, without repeating them.

use std::fmt;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

/// Most violations that are told at once.
const LIMIT: usize = 20;

/// An input that the schema does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputViolation {
    /// Where, as a JSON pointer into the inputs: `/vpc_cidr`, `/subnets/0`; empty: the inputs as a whole.
    pub path: String,
    /// What is allowed there. Never holds the value that was given.
    pub rule: String,
}

impl fmt::Display for InputViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "the inputs: {}", self.rule)
        } else {
            write!(f, "input {}: {}", self.path, self.rule)
        }
    }
}

impl InputViolation {
    pub(super) fn too_many() -> Self {
        Self { path: String::new(), rule: "with their defaults they have too many values; supply less".to_owned() }
    }
}

/// The first violations in the order of the validator.
pub(super) fn collect(validator: &Validator, inputs: &Value) -> Vec<InputViolation> {
    validator.iter_errors(inputs).flat_map(|error| violations_of(&error)).take(LIMIT).collect()
}

fn violations_of(error: &ValidationError<'_>) -> Vec<InputViolation> {
    let path = error.instance_path().as_str();
    let below = |name: &str| format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let path = below(property.as_str().unwrap_or_default());
            vec![InputViolation { path, rule: "is required and has no default; supply it".to_owned() }]
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let rule = "is not known to the schema, which allows no others; remove it";
            unexpected.iter().map(|name| InputViolation { path: below(name), rule: rule.to_owned() }).collect()
        }
        kind => vec![InputViolation { path: path.to_owned(), rule: rule(kind, error.instance()) }],
    }
}

fn rule(kind: &ValidationErrorKind, instance: &Value) -> String {
    use ValidationErrorKind as Kind;
    match kind {
        Kind::Type { kind } => wrong_type(kind, instance),
        Kind::Enum { options } => format!("must be one of {}", listed(options)),
        Kind::Pattern { pattern } => format!("must match the pattern {pattern}"),
        Kind::Minimum { limit } => format!("must be at least {limit}"),
        Kind::Maximum { limit } => format!("must be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("must be greater than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("must be a multiple of {multiple_of}"),
        Kind::MinLength { limit } => format!("must have at least {limit} characters"),
        Kind::MaxLength { limit } => format!("must have at most {limit} characters"),
        Kind::MinItems { limit } => format!("must have at least {limit} items"),
        Kind::MaxItems { limit } => format!("must have at most {limit} items"),
        Kind::MinProperties { limit } => format!("must have at least {limit} members"),
        Kind::MaxProperties { limit } => format!("must have at most {limit} members"),
        Kind::UniqueItems => "must not have the same item twice".to_owned(),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => "must match one of the alternatives in the schema".to_owned(),
        Kind::OneOfMultipleValid { .. } => "must match only one of the alternatives in the schema".to_owned(),
        Kind::Not { .. } => "has a form that the schema rules out".to_owned(),
        Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } => {
            "could not be matched against the schema's pattern in reasonable time; simplify the pattern".to_owned()
        }
        _ => "does not satisfy the schema".to_owned(),
    }
}

fn wrong_type(kind: &TypeKind, instance: &Value) -> String {
    let wanted = match kind {
        TypeKind::Single(wanted) => wanted.to_string(),
        TypeKind::Multiple(several) => several.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(" or "),
    };
    let (given, fix) = match instance {
        Value::Null => ("empty", ""),
        Value::Bool(_) => ("a boolean", quote(&wanted)),
        Value::Number(_) => ("a number", quote(&wanted)),
        Value::String(_) if wanted.contains("string") => ("text", ""),
        Value::String(_) => ("text", "; remove quotes around it if there are any"),
        Value::Array(_) => ("a list", ""),
        Value::Object(_) => ("a mapping", ""),
    };
    format!("must be of type {wanted}, not {given}{fix}")
}

fn quote(wanted: &str) -> &'static str {
    if wanted.contains("string") { "; put it in quotes" } else { "" }
}

fn listed(options: &Value) -> String {
    let options = options.as_array().into_iter().flatten();
    options.map(Value::to_string).collect::<Vec<_>>().join(", ")
}

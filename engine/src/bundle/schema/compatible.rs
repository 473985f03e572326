//! Whether a minor version can follow another of the same major version.
//!
//! AWS Proton tested new minor versions for backward compatibility (User Guide, page "Versioned templates") and did
//! not document how. Here a spec that was valid must stay valid and keep its meaning. Refused are: a new required
//! input without a default, a removed input, a changed type, a removed enum value, a new or tighter bound or pattern,
//! and an input type that has gone. Everything else is allowed.

use serde_json::Value;

use super::defaults::properties;
use super::model::{InputKind, InputType, Schema, Types};
use super::references::{resolve, target};

/// Compares `next` with `previous`. The errors name the input and say what to do.
pub fn compatible(previous: &Schema, next: &Schema) -> Result<(), Vec<String>> {
    let mut complaints = Vec::new();
    for kind in InputKind::ALL {
        match (previous.inputs(kind), next.inputs(kind)) {
            (Some(old), Some(new)) => compare_inputs(old, new, &mut complaints),
            (Some(_), None) => complaints.push(format!("{} was removed; {REGISTER}", kind.key())),
            (None, _) => {}
        }
    }
    if complaints.is_empty() { Ok(()) } else { Err(complaints) }
}

const REGISTER: &str = "keep it, or register a new major version";

fn compare_inputs(old: &InputType, new: &InputType, complaints: &mut Vec<String>) {
    let mut compare = Compare { old: &old.types, new: &new.types, seen: Vec::new(), complaints };
    compare.schema(&old.name, old.definition(), new.definition());
}

struct Compare<'a> {
    old: &'a Types,
    new: &'a Types,
    /// Pairs of named types that were compared already: types may contain themselves.
    seen: Vec<(String, String)>,
    complaints: &'a mut Vec<String>,
}

impl Compare<'_> {
    fn refuse(&mut self, path: &str, what: &str) {
        self.complaints.push(format!("{path}: {what}; {REGISTER}"));
    }

    fn schema(&mut self, path: &str, old: &Value, new: &Value) {
        if let (Some(old), Some(new)) = (target(old), target(new)) {
            let pair = (old, new);
            if self.seen.contains(&pair) {
                return;
            }
            self.seen.push(pair);
        }
        let (Some(old), Some(new)) = (resolve(old, self.old), resolve(new, self.new)) else {
            return;
        };
        self.kind(path, old, new);
        self.values(path, old, new);
        self.bounds(path, old, new);
        self.members(path, old, new);
        if let (Some(old), Some(new)) = (old.get("items"), new.get("items")) {
            self.schema(&format!("{path}[]"), old, new);
        }
    }

    fn kind(&mut self, path: &str, old: &Value, new: &Value) {
        if new.get("type").is_some() && old.get("type") != new.get("type") {
            self.refuse(path, "its type was changed");
        }
        if flag(old, "nullable") && !flag(new, "nullable") {
            self.refuse(path, "it is no longer nullable");
        }
    }

    fn values(&mut self, path: &str, old: &Value, new: &Value) {
        let Some(allowed) = new.get("enum").and_then(Value::as_array) else {
            return;
        };
        let Some(before) = old.get("enum").and_then(Value::as_array) else {
            return self.refuse(path, "an enum was added");
        };
        if before.iter().any(|value| !allowed.contains(value)) {
            self.refuse(path, "a value was removed from its enum");
        }
    }

    fn bounds(&mut self, path: &str, old: &Value, new: &Value) {
        for key in ["minimum", "minLength", "minItems", "minProperties"] {
            if tighter(old.get(key), new.get(key), |old, new| new > old) {
                self.refuse(path, &format!("its {key} was raised"));
            }
        }
        for key in ["maximum", "maxLength", "maxItems", "maxProperties"] {
            if tighter(old.get(key), new.get(key), |old, new| new < old) {
                self.refuse(path, &format!("its {key} was lowered"));
            }
        }
        for key in ["pattern", "multipleOf", "not", "allOf", "anyOf", "oneOf"] {
            if new.get(key).is_some() && new.get(key) != old.get(key) {
                self.refuse(path, &format!("its {key} was changed"));
            }
        }
        for (key, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"), ("uniqueItems", "")] {
            let same_bound = bound.is_empty() || old.get(bound) == new.get(bound);
            if same_bound && flag(new, key) && !flag(old, key) {
                self.refuse(path, &format!("{key} was added"));
            }
        }
    }

    fn members(&mut self, path: &str, old: &Value, new: &Value) {
        let (before, after) = (properties(old, self.old), properties(new, self.new));
        for (name, property) in &before {
            let inner = format!("{path}.{name}");
            match after.iter().find(|(found, _)| found == name) {
                Some((_, next)) => self.schema(&inner, property, next),
                None => self.refuse(&inner, "the input was removed"),
            }
        }
        let (had, has) = (demanded(old, self.old), demanded(new, self.new));
        for name in has.iter().filter(|name| !had.contains(name)) {
            self.refuse(&format!("{path}.{name}"), "it became required and has no default; give it a default");
        }
        let closed = |schema: &Value| schema.get("additionalProperties") == Some(&Value::Bool(false));
        if closed(new) && !closed(old) {
            self.refuse(path, "additionalProperties became false");
        }
    }
}

fn flag(schema: &Value, key: &str) -> bool {
    schema.get(key) == Some(&Value::Bool(true))
}

fn tighter(old: Option<&Value>, new: Option<&Value>, worse: fn(f64, f64) -> bool) -> bool {
    match (old.and_then(Value::as_f64), new.and_then(Value::as_f64)) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(old), Some(new)) => worse(old, new),
    }
}

/// Required properties without a default.
fn demanded(schema: &Value, types: &Types) -> Vec<String> {
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    let all = properties(schema, types);
    let has_default = |name: &str| {
        let property = all.iter().find(|(found, _)| *found == name).and_then(|(_, property)| resolve(property, types));
        property.is_some_and(|property| property.get("default").is_some())
    };
    required.filter_map(Value::as_str).filter(|name| !has_default(name)).map(str::to_owned).collect()
}

#[cfg(test)]
#[path = "compatible_tests.rs"]
mod tests;

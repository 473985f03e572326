//! The values of a rendering, from JSON.
//!
//! Converted by hand: a conversion through serde would turn numbers into maps as soon as any crate of the build
//! switched on serde_json's `arbitrary_precision`.

use minijinja::Value;

use super::containers::{Dict, List};
use super::error::Cause;

/// Deepest nesting of lists and maps in a context.
const DEEPEST: usize = 128;

/// How lists and maps are represented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Containers {
    /// As minijinja's own; enough for nearly every template.
    Fixed,
    /// As objects that `append`, `update`, `pop` … can change in place.
    Mutable,
}

/// Converts a whole context. Fails where it nests too deeply.
pub(super) fn convert(json: &serde_json::Value, containers: Containers) -> Result<Value, Cause> {
    let serde_json::Value::Object(members) = json else {
        return Err(Cause::ContextNotAMap);
    };
    let pairs = pairs(members, containers, 1)?;
    Ok(Value::from_pairs(pairs))
}

fn convert_value(json: &serde_json::Value, containers: Containers, depth: usize) -> Result<Value, Cause> {
    if depth > DEEPEST {
        return Err(Cause::ContextTooDeep { limit: DEEPEST });
    }
    Ok(match json {
        serde_json::Value::Null => Value::from(()),
        serde_json::Value::Bool(flag) => Value::from(*flag),
        serde_json::Value::Number(number) => convert_number(number),
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(items) => {
            let items: Result<Vec<Value>, Cause> = items.iter().map(|item| convert_value(item, containers, depth + 1)).collect();
            match containers {
                Containers::Fixed => Value::from(items?),
                Containers::Mutable => List::value(items?),
            }
        }
        serde_json::Value::Object(members) => {
            let pairs = pairs(members, containers, depth + 1)?;
            match containers {
                Containers::Fixed => Value::from_pairs(pairs),
                Containers::Mutable => Dict::value(pairs),
            }
        }
    })
}

fn pairs(
    members: &serde_json::Map<String, serde_json::Value>,
    containers: Containers,
    depth: usize,
) -> Result<Vec<(Value, Value)>, Cause> {
    let convert = |(name, member): (&String, &serde_json::Value)| {
        Ok((Value::from(name.as_str()), convert_value(member, containers, depth)?))
    };
    members.iter().map(convert).collect()
}

fn convert_number(number: &serde_json::Number) -> Value {
    if let Some(number) = number.as_i64() {
        Value::from(number)
    } else if let Some(number) = number.as_u64() {
        Value::from(number)
    } else {
        Value::from(number.as_f64().unwrap_or(f64::NAN))
    }
}

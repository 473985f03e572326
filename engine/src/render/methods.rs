//! Methods of Python's str, list, tuple, dict and int that minijinja-contrib's `pycompat` lacks or does
//! otherwise.

use minijinja::value::{Tuple, ValueKind};
use minijinja::{Error, ErrorKind, State, Value};
use minijinja_contrib::pycompat::unknown_method_callback;

use super::arguments::{Call, whole_number};
use super::containers::{MUTATORS, pairs_of};
use super::error::refuse;
use super::proton_filters::Block;
use super::sequences::{Generator, View};
use super::string_methods::string_method;

/// Calls a method that minijinja does not know.
pub(super) fn call(state: &mut State<'_, '_>, value: &Value, method: &str, args: &[Value]) -> Result<Value, Error> {
    if let Some(block) = value.downcast_object_ref::<Block>() {
        let text = Value::from(block.text());
        return text.call_method(state, method, args);
    }
    let call = Call::new(args);
    let found = match value.kind() {
        ValueKind::String => string_method(state, value.as_str().unwrap_or(""), method, &call)?,
        ValueKind::Map => dict_method(state, value, method, &call)?,
        ValueKind::Seq => list_method(value, method, &call)?,
        ValueKind::Number if value.is_integer() => int_method(value, method)?,
        _ => None,
    };
    match found {
        Some(found) => Ok(found),
        None if value.downcast_object_ref::<Generator>().is_some() => Err(Error::from(ErrorKind::UnknownMethod)),
        None => unknown_method_callback(state, value, method, args),
    }
}

fn dict_method(state: &State<'_, '_>, value: &Value, method: &str, call: &Call) -> Result<Option<Value>, Error> {
    if !matches!(method, "keys" | "values" | "items" | "copy") || !call.positional.is_empty() {
        return refuse_mutation(method);
    }
    let pairs = pairs_of(state, value)?;
    Ok(Some(match method {
        "keys" => View::value("dict_keys", pairs.into_iter().map(|(key, _)| key).collect()),
        "values" => View::value("dict_values", pairs.into_iter().map(|(_, value)| value).collect()),
        "items" => {
            let pair = |(key, value)| Value::from(Tuple::from([key, value]));
            View::value("dict_items", pairs.into_iter().map(pair).collect())
        }
        _ => Value::from_pairs(pairs),
    }))
}

/// Lists and dicts that the rewriter did not reach cannot change.
fn refuse_mutation(method: &str) -> Result<Option<Value>, Error> {
    if MUTATORS.contains(&method) {
        return Err(refuse(format!("`{method}` cannot change this value; use `+`, dict(...) or a namespace")));
    }
    Ok(None)
}

fn list_method(value: &Value, method: &str, call: &Call) -> Result<Option<Value>, Error> {
    match (method, call.positional.as_slice()) {
        ("index", [wanted]) => {
            for (position, item) in value.try_iter()?.enumerate() {
                if item == *wanted {
                    return Ok(Some(Value::from(position)));
                }
            }
            Err(refuse("`index` got an item that is not in the list; ask `in` first"))
        }
        ("copy", []) if !value.is_tuple() => Ok(Some(Value::from(value.try_iter()?.collect::<Vec<Value>>()))),
        ("count", [wanted]) => Ok(Some(Value::from(value.try_iter()?.filter(|item| item == wanted).count()))),
        _ => refuse_mutation(method),
    }
}

fn int_method(value: &Value, method: &str) -> Result<Option<Value>, Error> {
    let Some(number) = whole_number(value) else { return Ok(None) };
    Ok(match method {
        "bit_length" => Some(Value::from(u64::BITS - number.unsigned_abs().leading_zeros())),
        "bit_count" => Some(Value::from(number.unsigned_abs().count_ones())),
        _ => None,
    })
}

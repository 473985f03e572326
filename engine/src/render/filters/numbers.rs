//! Filters on numbers: int, float, sum, filesizeformat.

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, State, Value};

use super::selecting::attribute_of;
use crate::render::arguments::{Arguments, Signature, add_filter, ensure_defined, items_of};
use crate::render::error::refuse;
use crate::render::operators::{integer_value, number, truncate_float};

const INT: Signature = Signature { name: "int", required: 1, parameters: &["value", "default", "base"] };
const FLOAT: Signature = Signature { name: "float", required: 1, parameters: &["value", "default"] };
const SUM: Signature = Signature { name: "sum", required: 1, parameters: &["iterable", "attribute", "start"] };
const SIZE: Signature = Signature { name: "filesizeformat", required: 1, parameters: &["value", "binary"] };

/// Adds the filters.
pub(super) fn install(environment: &mut Environment<'_>) {
    add_filter(environment, &INT, int);
    add_filter(environment, &FLOAT, float);
    add_filter(environment, &SUM, sum);
    add_filter(environment, &SIZE, file_size);
}

fn int(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.defined(state)?;
    let base = arguments.integer(state, 2, 10)?;
    let found = match value.kind() {
        ValueKind::Bool => Some(Value::from(i64::from(value.is_true()))),
        ValueKind::Number if value.is_integer() => Some(value),
        ValueKind::Number => Some(truncate_float(&value)?),
        ValueKind::String => int_of_text(value.as_str().unwrap_or(""), base)?,
        _ => None,
    };
    Ok(found.or_else(|| arguments.get(1).cloned()).unwrap_or_else(|| Value::from(0)))
}

/// `int(text, base)`, else `int(float(text))`.
fn int_of_text(text: &str, base: i64) -> Result<Option<Value>, Error> {
    let base = u32::try_from(base).ok().filter(|base| *base == 0 || (2..=36).contains(base));
    let base = base.ok_or_else(|| refuse("the `base` of `int` must be 0 or 2 to 36"))?;
    if let Some(number) = parse_integer(text.trim(), base) {
        return Ok(Some(integer_value(number)));
    }
    match parse_float(text) {
        Some(number) if number.is_finite() => truncate_float(&Value::from(number)).map(Some),
        _ => Ok(None),
    }
}

fn parse_integer(text: &str, base: u32) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (base, digits) = without_prefix(digits, base);
    let digits = without_underscores(digits)?;
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    let number = i128::from_str_radix(&digits, base).ok()?;
    Some(if negative { -number } else { number })
}

fn without_prefix(digits: &str, base: u32) -> (u32, &str) {
    let lower = digits.get(..2).unwrap_or("").to_ascii_lowercase();
    let prefixed = match lower.as_str() {
        "0x" => 16,
        "0o" => 8,
        "0b" => 2,
        _ => 0,
    };
    match base {
        0 if prefixed == 0 => (10, digits),
        _ if prefixed != 0 && (base == 0 || base == prefixed) => (prefixed, digits.get(2..).unwrap_or("")),
        _ => (base, digits),
    }
}

/// Digits without Python's separators; none if one stands at an end or beside another.
fn without_underscores(digits: &str) -> Option<String> {
    let bad = digits.starts_with('_') || digits.ends_with('_') || digits.contains("__");
    (!bad).then(|| digits.replace('_', ""))
}

/// Python's `float(text)`.
fn parse_float(text: &str) -> Option<f64> {
    let text = without_underscores(text.trim())?;
    let body = text.trim_start_matches(['-', '+']).to_ascii_lowercase();
    let known = matches!(body.as_str(), "inf" | "infinity" | "nan");
    let numeric = body.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    (known || numeric).then(|| text.parse().ok()).flatten()
}

fn float(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.defined(state)?;
    let found = match value.kind() {
        ValueKind::Bool | ValueKind::Number => Some(number(&value)?),
        ValueKind::String => parse_float(value.as_str().unwrap_or("")),
        _ => None,
    };
    Ok(match found {
        Some(found) => Value::from(found),
        None => arguments.get(1).cloned().unwrap_or_else(|| Value::from(0.0)),
    })
}

fn sum(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let attribute = arguments.some(1).cloned();
    let start = arguments.get(2).cloned().unwrap_or_else(|| Value::from(0));
    let mut total = start;
    for item in items_of(state, &arguments.defined(state)?)? {
        let item = match &attribute {
            Some(attribute) => attribute_of(&item, attribute)?,
            None => item,
        };
        ensure_defined(state, &item)?;
        total = add(&total, &item)?;
    }
    Ok(total)
}

fn add(left: &Value, right: &Value) -> Result<Value, Error> {
    let whole = |value: &Value| match value.kind() {
        ValueKind::Bool => Some(i128::from(value.is_true())),
        ValueKind::Number if value.is_integer() => i128::try_from(value.clone()).ok(),
        _ => None,
    };
    if let (Some(left), Some(right)) = (whole(left), whole(right)) {
        let sum = left.checked_add(right).ok_or_else(|| refuse("a sum needs more than 128 bits"))?;
        return Ok(integer_value(sum));
    }
    Ok(Value::from(number(left)? + number(right)?))
}

fn file_size(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.defined(state)?;
    let bytes = match value.as_str() {
        Some(text) => parse_float(text).ok_or_else(|| arguments.wrong(0, "a number"))?,
        None => number(&value)?,
    };
    let binary = arguments.flag(state, 1, false)?;
    Ok(Value::from(size_text(bytes, binary)))
}

fn size_text(bytes: f64, binary: bool) -> String {
    let base: f64 = if binary { 1024.0 } else { 1000.0 };
    if bytes == 1.0 {
        return "1 Byte".to_owned();
    }
    if bytes < base {
        return format!("{} Bytes", bytes.trunc());
    }
    let mut unit = base;
    let mut text = String::new();
    for prefix in ["k", "M", "G", "T", "P", "E", "Z", "Y"] {
        let prefix = if binary { format!("{}iB", prefix.to_uppercase()) } else { format!("{prefix}B") };
        text = format!("{:.1} {prefix}", bytes / unit);
        unit *= base;
        if bytes < unit {
            break;
        }
    }
    text
}

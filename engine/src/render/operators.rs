//! The operators `%` and `~`, and numbers as Python treats them.

use minijinja::value::{ArgType, Rest, ValueKind};
use minijinja::{AutoEscape, Environment, Error, State, Value};

use super::arguments::{ensure_defined, text_of};
use super::error::refuse;
use super::filters::html::escaped;
use super::printf::{Operands, printf};
use super::rewrite::{CONCAT, MODULO};

/// Adds the functions that the rewriter puts in the place of operators.
pub(super) fn install(environment: &mut Environment<'_>) {
    environment.add_function(MODULO, |state: &mut State<'_, '_>, values: Rest<Value>| match values.as_slice() {
        [left, right] => modulo(state, left, right),
        _ => Err(refuse("`%` takes two operands")),
    });
    environment.add_function(CONCAT, |state: &mut State<'_, '_>, values: Rest<Value>| concat(state, &values));
}

/// Joins the operands as text; with auto-escaping, what is not safe is escaped if anything is.
fn concat(state: &State<'_, '_>, values: &[Value]) -> Result<Value, Error> {
    let escape = !matches!(state.auto_escape(), AutoEscape::None) && values.iter().any(Value::is_safe);
    let mut out = String::new();
    for value in values {
        let text = text_of(state, value)?;
        if escape && !value.is_safe() {
            out.push_str(&escaped(&text));
        } else {
            out.push_str(&text);
        }
    }
    Ok(if escape { Value::from_safe_string(out) } else { Value::from(out) })
}

fn modulo(state: &State<'_, '_>, left: &Value, right: &Value) -> Result<Value, Error> {
    ensure_defined(state, left)?;
    ensure_defined(state, right)?;
    match left.kind() {
        ValueKind::String => format_string(state, left.as_str().unwrap_or(""), right).map(Value::from),
        ValueKind::Number | ValueKind::Bool => remainder(left, right),
        _ => Err(refuse("`%` works on two numbers, or formats a string; convert the operands with `| int`")),
    }
}

fn format_string(state: &State<'_, '_>, template: &str, right: &Value) -> Result<String, Error> {
    if right.is_tuple() {
        let items = super::arguments::items_of(state, right)?;
        return printf(state, template, &Operands::Positional(&items));
    }
    match right.kind() {
        // Python takes anything with items for a dict here, and so does not mind one that is not used.
        ValueKind::Map | ValueKind::Seq => printf(state, template, &Operands::Named(right)),
        _ => printf(state, template, &Operands::Positional(std::slice::from_ref(right))),
    }
}

fn remainder(left: &Value, right: &Value) -> Result<Value, Error> {
    let whole = |value: &Value| value.kind() == ValueKind::Bool || value.is_integer();
    if whole(left) && whole(right) {
        let (left, right) = (integer(left)?, integer(right)?);
        let rest = left.checked_rem(right).ok_or_else(|| refuse("`%` divides by zero"))?;
        let rest = if rest != 0 && (rest < 0) != (right < 0) { rest + right } else { rest };
        return Ok(integer_value(rest));
    }
    let (left, right) = (number(left)?, number(right)?);
    if right == 0.0 {
        return Err(refuse("`%` divides by zero"));
    }
    let rest = left % right;
    if rest == 0.0 {
        return Ok(Value::from(0.0_f64.copysign(right)));
    }
    Ok(Value::from(if (rest < 0.0) != (right < 0.0) { rest + right } else { rest }))
}

/// A number or flag as a whole number.
fn integer(value: &Value) -> Result<i128, Error> {
    if value.kind() == ValueKind::Bool {
        return Ok(i128::from(value.is_true()));
    }
    i128::from_value(Some(value)).map_err(|_| refuse("a whole number here is larger than 127 bits"))
}

/// A number or flag as a float.
pub(super) fn number(value: &Value) -> Result<f64, Error> {
    match value.kind() {
        ValueKind::Bool => Ok(if value.is_true() { 1.0 } else { 0.0 }),
        ValueKind::Number => f64::try_from(value.clone()).map_err(|_| refuse("a number here is too large")),
        _ => Err(refuse("a number is needed here; use `| int` or `| float`")),
    }
}

/// The smallest representation of a whole number.
pub(super) fn integer_value(number: i128) -> Value {
    match i64::try_from(number) {
        Ok(number) => Value::from(number),
        Err(_) => Value::from(number),
    }
}

/// Cuts the fraction off, as Python's `int()` does.
pub(super) fn truncate_float(value: &Value) -> Result<Value, Error> {
    let number = number(value)?.trunc();
    if !number.is_finite() || number.abs() >= 1e38 {
        return Err(refuse("a float here is too large to become a whole number"));
    }
    // Within ±1e38 the cast is exact.
    #[allow(clippy::cast_possible_truncation, reason = "checked above")]
    let whole = number as i128;
    Ok(integer_value(whole))
}

//! Jinja2's tests (`is …`) where minijinja's own differ.

use std::cmp::Ordering;

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, State, Value};

use super::arguments::{Arguments, Body, Signature, add_test};
use super::error::refuse;
use super::filters::ordering::compare;
use super::operators::number;
use super::proton_filters::Block;
use super::python_format::to_text;
use super::sequences::Range;

/// Whether an order is the one asked for.
type Holds = fn(Ordering) -> bool;

/// Tests of two values by order, each with its names.
const COMPARISONS: [(&[&str], Holds); 4] = [
    (&["lt", "lessthan", "<"], Ordering::is_lt),
    (&["le", "<="], Ordering::is_le),
    (&["gt", "greaterthan", ">"], Ordering::is_gt),
    (&["ge", ">="], Ordering::is_ge),
];

const fn one(name: &'static str) -> Signature {
    Signature { name, required: 1, parameters: &["value"] }
}

const EVEN: Signature = one("even");
const ODD: Signature = one("odd");
const SEQUENCE: Signature = one("sequence");
const ITERABLE: Signature = one("iterable");
const CALLABLE: Signature = one("callable");
const LOWER: Signature = one("lower");
const UPPER: Signature = one("upper");
const NUMBER: Signature = one("number");
const STRING: Signature = one("string");
const DIVISIBLE: Signature = Signature { name: "divisibleby", required: 2, parameters: &["value", "num"] };
const SAME: Signature = Signature { name: "sameas", required: 2, parameters: &["value", "other"] };
const EQUAL: Signature = Signature { name: "==", required: 2, parameters: &["a", "b"] };
const UNEQUAL: Signature = Signature { name: "!=", required: 2, parameters: &["a", "b"] };
const IN: Signature = Signature { name: "in", required: 2, parameters: &["value", "seq"] };

const ALL: [(&Signature, Body); 12] = [
    (&EVEN, |state, arguments| remainder_is(state, arguments, 2.0, |rest| rest == 0.0)),
    (&ODD, |state, arguments| remainder_is(state, arguments, 2.0, |rest| rest == 1.0)),
    (&DIVISIBLE, divisible),
    (&SEQUENCE, sequence),
    (&ITERABLE, iterable),
    (&CALLABLE, callable),
    (&LOWER, |state, arguments| case(state, arguments, char::is_lowercase, char::is_uppercase)),
    (&UPPER, |state, arguments| case(state, arguments, char::is_uppercase, char::is_lowercase)),
    (&NUMBER, |_, arguments| is_kind(arguments, &[ValueKind::Number, ValueKind::Bool])),
    (&STRING, string),
    (&SAME, same),
    (&IN, contained),
];

/// Replaces minijinja's tests by Jinja2's.
pub(super) fn install(environment: &mut Environment<'_>) {
    for (signature, body) in ALL {
        add_test(environment, signature, body);
    }
    for name in ["eq", "equalto", "=="] {
        add_pair(environment, name, &EQUAL, |arguments| Ok(arguments.0 == arguments.1));
    }
    for name in ["ne", "!="] {
        add_pair(environment, name, &UNEQUAL, |arguments| Ok(arguments.0 != arguments.1));
    }
    for (names, holds) in COMPARISONS {
        for name in names {
            add_pair(environment, name, &EQUAL, move |(left, right)| compare(left, right).map(holds));
        }
    }
    for name in ["startingwith", "endingwith", "safe"] {
        environment.remove_test(name);
    }
}

/// Adds a test of two defined values.
fn add_pair<F>(environment: &mut Environment<'_>, name: &'static str, signature: &'static Signature, body: F)
where
    F: Fn((&Value, &Value)) -> Result<bool, Error> + Send + Sync + 'static,
{
    use super::arguments::{Call, ensure_defined};
    use minijinja::value::{Rest, ValueOrKwargs};
    let test = move |state: &mut State<'_, '_>, values: Rest<ValueOrKwargs>| -> Result<bool, Error> {
        let arguments = Arguments::bind(signature, Call::new(&values.into_values()))?;
        let (left, right) = (arguments.subject(), arguments.get(1).cloned().unwrap_or_default());
        ensure_defined(state, &left)?;
        ensure_defined(state, &right)?;
        body((&left, &right))
    };
    environment.add_test(name, test);
}

fn is_kind(arguments: &Arguments, kinds: &[ValueKind]) -> Result<Value, Error> {
    Ok(Value::from(kinds.contains(&arguments.subject().kind())))
}

fn string(_: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.subject();
    Ok(Value::from(value.kind() == ValueKind::String || value.downcast_object_ref::<Block>().is_some()))
}

fn remainder_is(state: &State<'_, '_>, arguments: &Arguments, divisor: f64, holds: fn(f64) -> bool) -> Result<Value, Error> {
    let value = arguments.defined(state)?;
    if let Some(whole) = value.as_i64().filter(|_| value.is_integer()) {
        return Ok(Value::from(holds(if whole.rem_euclid(2) == 1 { 1.0 } else { 0.0 })));
    }
    Ok(Value::from(holds(number(&value)?.rem_euclid(divisor))))
}

fn divisible(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.defined(state)?;
    let divisor = arguments.get(1).cloned().unwrap_or_default();
    super::arguments::ensure_defined(state, &divisor)?;
    if let (Some(value), Some(divisor)) = (value.as_i64(), divisor.as_i64()) {
        let rest = value.checked_rem(divisor).ok_or_else(|| refuse("`divisibleby` divides by zero"))?;
        return Ok(Value::from(rest == 0));
    }
    let divisor = number(&divisor)?;
    if divisor == 0.0 {
        return Err(refuse("`divisibleby` divides by zero"));
    }
    Ok(Value::from(number(&value)? % divisor == 0.0))
}

/// Has a length and items: text, lists, tuples, dicts and ranges.
fn sequence(_: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.subject();
    let lazy = value.kind() == ValueKind::Iterable && value.downcast_object_ref::<Range>().is_none();
    let own = lazy
        && (value.downcast_object_ref::<super::sequences::Generator>().is_some()
            || value.downcast_object_ref::<super::sequences::View>().is_some());
    let kinds = [ValueKind::String, ValueKind::Seq, ValueKind::Map, ValueKind::Iterable, ValueKind::Bytes];
    Ok(Value::from(kinds.contains(&value.kind()) && !own))
}

fn iterable(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.defined(state)?;
    Ok(Value::from(!value.is_none() && value.try_iter().is_ok()))
}

fn callable(_: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.subject();
    let text = if value.kind() == ValueKind::Plain || value.kind() == ValueKind::Map { value.to_string() } else { String::new() };
    Ok(Value::from(text.starts_with("<macro") || text.starts_with("<class") || text == "function" || text == "joiner"))
}

fn case(
    state: &State<'_, '_>,
    arguments: &Arguments,
    wanted: fn(char) -> bool,
    unwanted: fn(char) -> bool,
) -> Result<Value, Error> {
    let text = to_text(&arguments.defined(state)?)?;
    Ok(Value::from(text.chars().any(wanted) && !text.chars().any(unwanted)))
}

/// Python's `is` for single values: the same type and value. Identity of objects is not known here.
fn same(_: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let (left, right) = (arguments.subject(), arguments.get(1).cloned().unwrap_or_default());
    if left.as_object().is_some() && right.as_object().is_some() {
        return Err(refuse("`sameas` compares single values only; use `==` for lists and dicts"));
    }
    let alike = left.kind() == right.kind() && left.is_integer() == right.is_integer();
    Ok(Value::from(alike && left == right))
}

fn contained(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.defined(state)?;
    let container = arguments.get(1).cloned().unwrap_or_default();
    super::arguments::ensure_defined(state, &container)?;
    let held = match container.kind() {
        ValueKind::String => match value.as_str() {
            Some(part) => container.as_str().is_some_and(|text| text.contains(part)),
            None => return Err(refuse("`in` looks for text in text; add `| string`")),
        },
        ValueKind::Map => super::containers::pairs_of(state, &container)?.iter().any(|(key, _)| *key == value),
        _ => super::arguments::items_of(state, &container)?.contains(&value),
    };
    Ok(Value::from(held))
}

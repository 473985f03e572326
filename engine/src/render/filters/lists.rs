//! Filters on lists and single values: length, list, join, reverse, batch, slice, items, default, random.

use minijinja::value::{Tuple, ValueKind};
use minijinja::{Environment, Error, State, Value};

use super::selecting::attribute_of;
use crate::render::arguments::{Arguments, Signature, add_filter, items_of, text_of};
use crate::render::containers::pairs_of;
use crate::render::error::refuse;
use crate::render::proton_filters::Block;
use crate::render::sequences::Generator;

const LENGTH: Signature = Signature { name: "length", required: 1, parameters: &["obj"] };
const COUNT: Signature = Signature { name: "count", required: 1, parameters: &["obj"] };
const LIST: Signature = Signature { name: "list", required: 1, parameters: &["value"] };
const JOIN: Signature = Signature { name: "join", required: 1, parameters: &["value", "d", "attribute"] };
const REVERSE: Signature = Signature { name: "reverse", required: 1, parameters: &["value"] };
const BATCH: Signature = Signature { name: "batch", required: 2, parameters: &["value", "linecount", "fill_with"] };
const SLICE: Signature = Signature { name: "slice", required: 2, parameters: &["value", "slices", "fill_with"] };
const ITEMS: Signature = Signature { name: "items", required: 1, parameters: &["value"] };
const DEFAULT: Signature = Signature { name: "default", required: 1, parameters: &["value", "default_value", "boolean"] };
const D: Signature = Signature { name: "d", required: 1, parameters: &["value", "default_value", "boolean"] };
const RANDOM: Signature = Signature { name: "random", required: 1, parameters: &["seq"] };

/// Adds the filters.
pub(super) fn install(environment: &mut Environment<'_>) {
    add_filter(environment, &LENGTH, length);
    add_filter(environment, &COUNT, length);
    add_filter(environment, &LIST, list);
    add_filter(environment, &JOIN, join);
    add_filter(environment, &REVERSE, reverse);
    add_filter(environment, &BATCH, batch);
    add_filter(environment, &SLICE, slice);
    add_filter(environment, &ITEMS, items);
    add_filter(environment, &DEFAULT, default);
    add_filter(environment, &D, default);
    add_filter(environment, &RANDOM, random);
}

fn length(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.defined(state)?;
    if let Some(block) = value.downcast_object_ref::<Block>() {
        return Ok(Value::from(block.text().chars().count()));
    }
    if value.is_undefined() {
        return Ok(Value::from(0));
    }
    let lazy = value.downcast_object_ref::<Generator>().is_some();
    match value.len().filter(|_| !lazy) {
        Some(length) => Ok(Value::from(length)),
        None => Err(arguments.wrong(0, "text, a list or a dict (add `| list` to a generator)")),
    }
}

fn list(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    items_of(state, &arguments.defined(state)?).map(Value::from)
}

fn join(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let items = items_of(state, &arguments.defined(state)?)?;
    let separator = arguments.text(state, 1, "")?;
    let mut out = String::new();
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.push_str(&separator);
        }
        let item = match arguments.some(2) {
            Some(attribute) => attribute_of(item, attribute)?,
            None => item.clone(),
        };
        let text = text_of(state, &item)?;
        state.consume_fuel(u64::try_from((text.len() + separator.len()) / 64).unwrap_or(u64::MAX))?;
        out.push_str(&text);
    }
    Ok(Value::from(out))
}

fn reverse(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.defined(state)?;
    if value.kind() == ValueKind::String {
        let text = value.as_str().unwrap_or("");
        return Ok(Value::from(text.chars().rev().collect::<String>()));
    }
    let mut items = items_of(state, &value)?;
    items.reverse();
    Ok(Generator::value(items))
}

fn positive(state: &State<'_, '_>, arguments: &Arguments) -> Result<usize, Error> {
    let count = arguments.integer(state, 1, 0)?;
    let count = usize::try_from(count).ok().filter(|count| (1..=100_000).contains(count));
    count.ok_or_else(|| arguments.wrong(1, "a whole number from 1 to 100000"))
}

fn batch(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let items = items_of(state, &arguments.defined(state)?)?;
    let count = positive(state, arguments)?;
    let mut batches = Vec::new();
    for chunk in items.chunks(count) {
        let mut batch = chunk.to_vec();
        if let Some(fill) = arguments.some(2) {
            state.consume_fuel(u64::try_from(count / 8).unwrap_or(u64::MAX))?;
            batch.resize(count, fill.clone());
        }
        batches.push(Value::from(batch));
    }
    Ok(Generator::value(batches))
}

fn slice(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let items = items_of(state, &arguments.defined(state)?)?;
    let count = positive(state, arguments)?;
    state.consume_fuel(u64::try_from(count).unwrap_or(u64::MAX))?;
    let (each, longer) = (items.len() / count, items.len() % count);
    let mut rest = items.into_iter();
    let mut slices = Vec::new();
    for position in 0..count {
        let length = each + usize::from(position < longer);
        let mut slice: Vec<Value> = rest.by_ref().take(length).collect();
        if let (Some(fill), true) = (arguments.some(2), position >= longer) {
            slice.push(fill.clone());
        }
        slices.push(Value::from(slice));
    }
    Ok(Generator::value(slices))
}

/// The pairs of a dict; of something undefined there are none.
fn items(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.subject();
    if value.is_undefined() {
        return Ok(Generator::value(Vec::new()));
    }
    if value.kind() != ValueKind::Map {
        return Err(arguments.wrong(0, "a dict"));
    }
    let pairs = pairs_of(state, &value)?;
    let pairs = pairs.into_iter().map(|(key, value)| Value::from(Tuple::from([key, value])));
    Ok(Generator::value(pairs.collect()))
}

fn default(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.subject();
    let replace = value.is_undefined() || (arguments.flag(state, 2, false)? && !value.is_true());
    if replace {
        return Ok(arguments.get(1).cloned().unwrap_or_else(|| Value::from("")));
    }
    Ok(value)
}

fn random(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    match items_of(state, &arguments.defined(state)?)?.as_slice() {
        [only] => Ok(only.clone()),
        [] => Ok(Value::UNDEFINED),
        _ => Err(refuse("`random` is not available: a rendering must give the same text every time")),
    }
}

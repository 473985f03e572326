//! Filters that compare: sort, dictsort, unique, min, max, groupby.

use std::cmp::Ordering;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Tuple, ValueKind};
use minijinja::{Environment, Error, State, Value};

use super::ordering::{compare, sort_by_key};
use super::selecting::{attribute_of, attribute_or};
use crate::render::arguments::{Arguments, Signature, add_filter, items_of};
use crate::render::containers::pairs_of;
use crate::render::error::refuse;
use crate::render::sequences::Generator;

const SORT: Signature = Signature { name: "sort", required: 1, parameters: &["value", "reverse", "case_sensitive", "attribute"] };
const DICTSORT: Signature =
    Signature { name: "dictsort", required: 1, parameters: &["value", "case_sensitive", "by", "reverse"] };
const UNIQUE: Signature = Signature { name: "unique", required: 1, parameters: &["value", "case_sensitive", "attribute"] };
const MIN: Signature = Signature { name: "min", required: 1, parameters: &["value", "case_sensitive", "attribute"] };
const MAX: Signature = Signature { name: "max", required: 1, parameters: &["value", "case_sensitive", "attribute"] };
const GROUPBY: Signature =
    Signature { name: "groupby", required: 2, parameters: &["value", "attribute", "default", "case_sensitive"] };

/// Adds the filters.
pub(super) fn install(environment: &mut Environment<'_>) {
    add_filter(environment, &SORT, sort);
    add_filter(environment, &DICTSORT, dictsort);
    add_filter(environment, &UNIQUE, unique);
    add_filter(environment, &MIN, |state, arguments| extreme(state, arguments, Ordering::Less));
    add_filter(environment, &MAX, |state, arguments| extreme(state, arguments, Ordering::Greater));
    add_filter(environment, &GROUPBY, groupby);
}

/// Text in lower case unless case matters.
fn folded(value: Value, case_sensitive: bool) -> Value {
    match value.as_str() {
        Some(text) if !case_sensitive && value.kind() == ValueKind::String => Value::from(text.to_lowercase()),
        _ => value,
    }
}

/// What to compare an item by: itself or an attribute of it.
fn key_of(item: &Value, attribute: Option<&Value>, case_sensitive: bool) -> Result<Value, Error> {
    let key = match attribute {
        Some(attribute) => attribute_of(item, attribute)?,
        None => item.clone(),
    };
    Ok(folded(key, case_sensitive))
}

fn pay_for_sorting(state: &State<'_, '_>, count: usize) -> Result<(), Error> {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    state.consume_fuel(count.saturating_mul(u64::from(count.max(1).ilog2())))
}

fn sort(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let items = items_of(state, &arguments.defined(state)?)?;
    let reverse = arguments.flag(state, 1, false)?;
    let case_sensitive = arguments.flag(state, 2, false)?;
    pay_for_sorting(state, items.len())?;
    let attributes: Vec<Value> = match arguments.some(3) {
        Some(names) if names.kind() == ValueKind::String => names.as_str().unwrap_or("").split(',').map(Value::from).collect(),
        Some(index) => vec![index.clone()],
        None => Vec::new(),
    };
    let key = |item: &Value| match attributes.as_slice() {
        [] => key_of(item, None, case_sensitive),
        [one] => key_of(item, Some(one), case_sensitive),
        many => {
            let keys: Result<Vec<Value>, Error> = many.iter().map(|one| key_of(item, Some(one), case_sensitive)).collect();
            keys.map(Value::from)
        }
    };
    sort_by_key(items, key, reverse).map(Value::from)
}

fn dictsort(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.defined(state)?;
    if value.kind() != ValueKind::Map {
        return Err(arguments.wrong(0, "a dict"));
    }
    let pairs = pairs_of(state, &value)?;
    let case_sensitive = arguments.flag(state, 1, false)?;
    let by_value = match arguments.text(state, 2, "key")?.as_str() {
        "key" => false,
        "value" => true,
        _ => return Err(arguments.wrong(2, "\"key\" or \"value\"")),
    };
    let reverse = arguments.flag(state, 3, false)?;
    pay_for_sorting(state, pairs.len())?;
    let key = |(key, value): &(Value, Value)| Ok(folded(if by_value { value.clone() } else { key.clone() }, case_sensitive));
    let pairs = sort_by_key(pairs, key, reverse)?;
    Ok(pairs.into_iter().map(|(key, value)| Value::from(Tuple::from([key, value]))).collect())
}

fn unique(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let case_sensitive = arguments.flag(state, 1, false)?;
    let attribute = arguments.some(2).cloned();
    let mut seen: Vec<Value> = Vec::new();
    let mut kept = Vec::new();
    for item in items_of(state, &arguments.defined(state)?)? {
        let key = key_of(&item, attribute.as_ref(), case_sensitive)?;
        state.consume_fuel(u64::try_from(seen.len()).unwrap_or(u64::MAX) / 8)?;
        if !seen.contains(&key) {
            seen.push(key);
            kept.push(item);
        }
    }
    Ok(Generator::value(kept))
}

fn extreme(state: &mut State<'_, '_>, arguments: &Arguments, wanted: Ordering) -> Result<Value, Error> {
    let case_sensitive = arguments.flag(state, 1, false)?;
    let attribute = arguments.some(2).cloned();
    let mut best: Option<(Value, Value)> = None;
    for item in items_of(state, &arguments.defined(state)?)? {
        let key = key_of(&item, attribute.as_ref(), case_sensitive)?;
        let better = match &best {
            Some((known, _)) => compare(&key, known)? == wanted,
            None => true,
        };
        if better {
            best = Some((key, item));
        }
    }
    Ok(best.map(|(_, item)| item).unwrap_or_default())
}

/// A group: a pair that is also read by name.
#[derive(Debug)]
struct Group {
    grouper: Value,
    list: Value,
}

impl Object for Group {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match (key.as_str(), key.as_usize()) {
            (Some("grouper"), _) | (_, Some(0)) => Some(self.grouper.clone()),
            (Some("list"), _) | (_, Some(1)) => Some(self.list.clone()),
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(2)
    }
}

/// The pair of a group, as which it prints.
pub(in crate::render) fn group_as_tuple(value: &Value) -> Option<Value> {
    let group = value.downcast_object_ref::<Group>()?;
    Some(Value::from(Tuple::from([group.grouper.clone(), group.list.clone()])))
}

fn groupby(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let Some(attribute) = arguments.some(1) else {
        return Err(refuse("`groupby` needs the name of an attribute"));
    };
    let default = arguments.get(2).cloned();
    let case_sensitive = arguments.flag(state, 3, false)?;
    let items = items_of(state, &arguments.defined(state)?)?;
    pay_for_sorting(state, items.len())?;
    let key = |item: &Value| Ok(folded(attribute_or(item, attribute, default.as_ref())?, case_sensitive));
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    for item in sort_by_key(items, key, false)? {
        let key = key(&item)?;
        match groups.last_mut().filter(|(known, _)| *known == key) {
            Some((_, members)) => members.push(item),
            None => groups.push((key, vec![item])),
        }
    }
    let group = |(_, members): (Value, Vec<Value>)| {
        let first = members.first().cloned().unwrap_or_default();
        let grouper = attribute_or(&first, attribute, default.as_ref())?;
        Ok(Value::from_object(Group { grouper, list: Value::from(members) }))
    };
    groups.into_iter().map(group).collect::<Result<Vec<Value>, Error>>().map(Value::from)
}

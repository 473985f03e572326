//! Python's order of values: numbers by size, text by code points, lists item by item; anything else cannot be
//! compared.

use std::cmp::Ordering;

use minijinja::value::ValueKind;
use minijinja::{Error, Value};

use crate::render::error::refuse;

/// Compares as Python's `<` does; fails where Python raises a TypeError.
pub(in crate::render) fn compare(left: &Value, right: &Value) -> Result<Ordering, Error> {
    use ValueKind::{Bool, Number, Seq, String};
    match (left.kind(), right.kind()) {
        (Bool | Number, Bool | Number) | (String, String) => Ok(left.cmp(right)),
        (Seq, Seq) if left.is_tuple() == right.is_tuple() => compare_items(left, right),
        (left, right) => Err(refuse(format!("values of type {left} and {right} cannot be compared; make them the same type"))),
    }
}

fn compare_items(left: &Value, right: &Value) -> Result<Ordering, Error> {
    let mut others = right.try_iter()?;
    for item in left.try_iter()? {
        let Some(other) = others.next() else { return Ok(Ordering::Greater) };
        if item != other {
            return compare(&item, &other);
        }
    }
    Ok(if others.next().is_some() { Ordering::Less } else { Ordering::Equal })
}

/// Sorts by a key, equal ones in their old order, also when reversed.
pub(in crate::render) fn sort_by_key<T>(
    items: Vec<T>,
    key: impl Fn(&T) -> Result<Value, Error>,
    reverse: bool,
) -> Result<Vec<T>, Error> {
    let mut keyed: Vec<(Value, T)> = Vec::with_capacity(items.len());
    for item in items {
        keyed.push((key(&item)?, item));
    }
    let mut failure = None;
    keyed.sort_by(|(left, _), (right, _)| {
        let order = compare(left, right).unwrap_or_else(|error| {
            failure.get_or_insert(error);
            Ordering::Equal
        });
        if reverse { order.reverse() } else { order }
    });
    match failure {
        Some(error) => Err(error),
        None => Ok(keyed.into_iter().map(|(_, item)| item).collect()),
    }
}

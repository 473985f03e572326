//! Python's lazy sequences: generators, `range` and the views of a dict.
//!
//! They can be looped over, but Python refuses to index or measure some of them, and prints each in its own way.

use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Enumerator, Object, ObjectRepr};

use super::error::refuse;

/// What Python's generators and iterators are: can be looped over, has no length and no items by index.
#[derive(Debug)]
pub(super) struct Generator {
    items: Vec<Value>,
}

impl Generator {
    /// Wraps what the generator yields.
    pub(super) fn value(items: Vec<Value>) -> Value {
        Value::from_object(Self { items })
    }
}

impl Object for Generator {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Iterable
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        not_indexable(key, "a generator")
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.items.clone())
    }

    fn is_true(self: &Arc<Self>) -> bool {
        true
    }
}

/// An index gives an error, an attribute is undefined.
fn not_indexable(key: &Value, what: &str) -> Option<Value> {
    let error = || Value::from(refuse(format!("{what} has no items by index; add `| list` first")));
    key.is_number().then(error)
}

/// Python's `range`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    /// First number.
    pub start: i64,
    /// The number it stops before.
    pub stop: i64,
    /// Distance; never 0.
    pub step: i64,
}

impl Range {
    /// How many numbers it has.
    pub(super) fn len(&self) -> usize {
        let (from, to, step) = (i128::from(self.start), i128::from(self.stop), i128::from(self.step));
        let span = if step > 0 { to - from } else { from - to };
        let count = (span + step.abs() - 1).div_euclid(step.abs()).max(0);
        usize::try_from(count).unwrap_or(usize::MAX)
    }

    /// `range(0, 3)`
    pub(super) fn text(&self) -> String {
        match self.step {
            1 => format!("range({}, {})", self.start, self.stop),
            step => format!("range({}, {}, {step})", self.start, self.stop),
        }
    }

    fn at(&self, position: usize) -> Option<i64> {
        if position >= self.len() {
            return None;
        }
        let position = i128::try_from(position).ok()?;
        i64::try_from(i128::from(self.start) + position * i128::from(self.step)).ok()
    }
}

impl Object for Range {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.at(key.as_usize()?).map(Value::from)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.len())
    }
}

/// What `dict.keys()`, `.values()` and `.items()` give.
#[derive(Debug)]
pub(super) struct View {
    name: &'static str,
    items: Vec<Value>,
}

impl View {
    /// A view by its Python name (`dict_keys` …).
    pub(super) fn value(name: &'static str, items: Vec<Value>) -> Value {
        Value::from_object(Self { name, items })
    }

    /// `dict_keys`, `dict_values` or `dict_items`.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }
}

impl Object for View {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Iterable
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        not_indexable(key, "a view of a dict")
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.items.clone())
    }
}

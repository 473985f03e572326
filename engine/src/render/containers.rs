//! Lists and dicts that a template can change in place (`append`, `update`, `pop` …).
//!
//! minijinja's own cannot change. These are used only for templates that call one of [`MUTATORS`]; the rewriter
//! then wraps literals in calls of `LIST` and `DICT`.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, ErrorKind, State, Value};

use super::arguments::{Call, ensure_defined, items_of, whole_number};
use super::error::refuse;
use super::python_format::to_repr;

/// The methods that change a list or dict.
pub(super) const MUTATORS: [&str; 9] =
    ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "setdefault", "update"];

/// A list that can change.
#[derive(Default)]
pub(super) struct List {
    items: Mutex<Vec<Value>>,
}

/// A dict that can change, in order of insertion.
#[derive(Default)]
pub(super) struct Dict {
    pairs: Mutex<Vec<(Value, Value)>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl List {
    /// A list of items.
    pub(super) fn value(items: Vec<Value>) -> Value {
        Value::from_object(Self { items: Mutex::new(items) })
    }

    fn position(&self, index: i64) -> Result<usize, Error> {
        let length = i64::try_from(locked(&self.items).len()).unwrap_or(i64::MAX);
        let index = if index < 0 { index + length } else { index };
        let position = usize::try_from(index).ok().filter(|_| index < length);
        position.ok_or_else(|| refuse("`pop` got an index outside of the list"))
    }

    fn pop(&self, call: &Call) -> Result<Value, Error> {
        let index = match call.positional.first() {
            Some(index) => whole_number(index).ok_or_else(|| refuse("`pop` of a list needs a whole number"))?,
            None => -1,
        };
        let position = self.position(index)?;
        Ok(locked(&self.items).remove(position))
    }

    fn insert(&self, index: &Value, item: Value) -> Result<(), Error> {
        let index = whole_number(index).ok_or_else(|| refuse("`insert` needs a whole number"))?;
        let mut items = locked(&self.items);
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let index = if index < 0 { (index + length).max(0) } else { index.min(length) };
        items.insert(usize::try_from(index).unwrap_or(0), item);
        Ok(())
    }

    fn remove(&self, item: &Value) -> Result<(), Error> {
        let copy = locked(&self.items).clone();
        let position = copy.iter().position(|other| other == item);
        let position = position.ok_or_else(|| refuse("`remove` got an item that is not in the list"))?;
        locked(&self.items).remove(position);
        Ok(())
    }
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        locked(&self.items).get(key.as_usize()?).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(locked(&self.items).clone())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(locked(&self.items).len())
    }

    fn call_method(self: &Arc<Self>, state: &mut State<'_, '_>, method: &str, args: &[Value]) -> Result<Value, Error> {
        let call = Call::new(args);
        state.consume_fuel(1)?;
        match (method, call.positional.as_slice()) {
            ("append", [item]) => locked(&self.items).push(item.clone()),
            ("extend", [more]) => {
                let more = items_of(state, more)?;
                locked(&self.items).extend(more);
            }
            ("insert", [index, item]) => self.insert(index, item.clone())?,
            ("remove", [item]) => self.remove(item)?,
            ("pop", [] | [_]) => return self.pop(&call),
            ("clear", []) => locked(&self.items).clear(),
            ("reverse", []) => locked(&self.items).reverse(),
            _ => return Err(Error::from(ErrorKind::UnknownMethod)),
        }
        Ok(Value::from(()))
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        render(Value::from_dyn_object(Arc::clone(self)), out)
    }
}

impl Dict {
    /// A dict of pairs, later ones replacing earlier ones of the same key.
    pub(super) fn value(pairs: Vec<(Value, Value)>) -> Value {
        let dict = Self::default();
        for (key, item) in pairs {
            dict.set(key, item);
        }
        Value::from_object(dict)
    }

    fn set(&self, key: Value, item: Value) {
        let mut pairs = locked(&self.pairs);
        match pairs.iter_mut().find(|(known, _)| *known == key) {
            Some((_, slot)) => *slot = item,
            None => pairs.push((key, item)),
        }
    }

    fn get(&self, key: &Value) -> Option<Value> {
        locked(&self.pairs).iter().find(|(known, _)| known == key).map(|(_, item)| item.clone())
    }

    fn pop(&self, key: &Value, default: Option<&Value>) -> Result<Value, Error> {
        let mut pairs = locked(&self.pairs);
        match (pairs.iter().position(|(known, _)| known == key), default) {
            (Some(position), _) => Ok(pairs.remove(position).1),
            (None, Some(default)) => Ok(default.clone()),
            (None, None) => Err(refuse("`pop` got a key that is not in the dict; give a default as second argument")),
        }
    }

    fn update(&self, state: &State<'_, '_>, call: Call) -> Result<(), Error> {
        for other in &call.positional {
            ensure_defined(state, other)?;
            for (key, item) in pairs_of(state, other)? {
                self.set(key, item);
            }
        }
        for (name, item) in call.keyword {
            self.set(Value::from(name), item);
        }
        Ok(())
    }

    fn set_default(&self, key: &Value, default: Option<&Value>) -> Value {
        self.get(key).unwrap_or_else(|| {
            let item = default.cloned().unwrap_or_else(|| Value::from(()));
            self.set(key.clone(), item.clone());
            item
        })
    }
}

impl Object for Dict {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get(key)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(locked(&self.pairs).iter().map(|(key, _)| key.clone()).collect())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(locked(&self.pairs).len())
    }

    fn call_method(self: &Arc<Self>, state: &mut State<'_, '_>, method: &str, args: &[Value]) -> Result<Value, Error> {
        let call = Call::new(args);
        state.consume_fuel(1)?;
        match (method, call.positional.as_slice()) {
            ("update", [] | [_]) => self.update(state, call)?,
            ("pop", [key]) => return self.pop(key, None),
            ("pop", [key, default]) => return self.pop(key, Some(default)),
            ("setdefault", [key]) => return Ok(self.set_default(key, None)),
            ("setdefault", [key, default]) => return Ok(self.set_default(key, Some(default))),
            ("clear", []) => locked(&self.pairs).clear(),
            _ => return Err(Error::from(ErrorKind::UnknownMethod)),
        }
        Ok(Value::from(()))
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        render(Value::from_dyn_object(Arc::clone(self)), out)
    }
}

/// The pairs of a map, or of a list of pairs.
pub(super) fn pairs_of(state: &State<'_, '_>, value: &Value) -> Result<Vec<(Value, Value)>, Error> {
    ensure_defined(state, value)?;
    if value.kind() == minijinja::value::ValueKind::Map {
        let pairs = value.as_object().and_then(|object| object.try_iter_pairs());
        return Ok(pairs.into_iter().flatten().collect());
    }
    let pair = |item: Value| match items_of(state, &item)?.as_slice() {
        [key, item] => Ok((key.clone(), item.clone())),
        _ => Err(refuse("a dict is made of another dict or of pairs")),
    };
    items_of(state, value)?.into_iter().map(pair).collect()
}

fn render(value: Value, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    out.write_str(&to_repr(&value).map_err(|_| fmt::Error)?)
}

impl fmt::Debug for List {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("list")
    }
}

impl fmt::Debug for Dict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("dict")
    }
}

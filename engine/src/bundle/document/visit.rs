//! The serde visitor that builds the value, counts what it costs and notes its own complaint.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::parse::DocumentLimits;

/// What is left to spend, and the first complaint.
///
/// The complaint is kept here and not taken out of the YAML error, whose text may quote values.
pub(super) struct Budget {
    limits: DocumentLimits,
    nodes: Cell<usize>,
    complaint: RefCell<Option<String>>,
}

impl Budget {
    pub(super) fn new(limits: DocumentLimits) -> Self {
        Self { limits, nodes: Cell::new(0), complaint: RefCell::new(None) }
    }

    pub(super) fn complaint(&self) -> Option<String> {
        self.complaint.borrow().clone()
    }

    fn refuse<E: Error>(&self, cause: impl Into<String>) -> E {
        let cause = cause.into();
        let error = E::custom(&cause);
        self.complaint.borrow_mut().get_or_insert(cause);
        error
    }

    fn spend<E: Error>(&self, depth: usize) -> Result<(), E> {
        let nodes = self.nodes.get() + 1;
        self.nodes.set(nodes);
        if nodes > self.limits.nodes {
            return Err(self.refuse(format!("the document has more than {} values", self.limits.nodes)));
        }
        if depth > self.limits.depth {
            return Err(self.refuse(format!("the document is nested deeper than {} levels", self.limits.depth)));
        }
        Ok(())
    }
}

/// One value to be read.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    budget: &'a Budget,
    depth: usize,
}

impl<'a> Node<'a> {
    pub(super) fn root(budget: &'a Budget) -> Self {
        Self { budget, depth: 0 }
    }

    fn child(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    fn too_large<E: Error>(self) -> E {
        self.budget.refuse("the number cannot be kept exactly; put it in quotes to pass it as text")
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.budget.spend(self.depth)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<Value, E> {
        Err(self.too_large())
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<Value, E> {
        Err(self.too_large())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| self.too_large())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.child())? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key_seed(Key { budget: self.budget, taken: &map })? {
            let value = entries.next_value_seed(self.child())?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, _: A) -> Result<Value, A::Error> {
        Err(self.budget.refuse("YAML tags (`!Something`) have no meaning here; remove the tag or put the text in quotes"))
    }
}

/// A key of a mapping: checked while its own position is the current one, so that the error has its line.
struct Key<'a> {
    budget: &'a Budget,
    taken: &'a Map<String, Value>,
}

impl Key<'_> {
    fn accept<E: Error>(&self, key: &str) -> Result<String, E> {
        self.budget.spend(0)?;
        if key == "<<" {
            return Err(self.budget.refuse("merge keys (`<<`) are not supported; write the entries out"));
        }
        if self.taken.contains_key(key) {
            return Err(self.budget.refuse(format!("the key `{key}` is given twice; keep one of them")));
        }
        Ok(key.to_owned())
    }
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<String, E> {
        self.accept(key)
    }

    fn visit_bool<E: Error>(self, key: bool) -> Result<String, E> {
        self.accept(if key { "true" } else { "false" })
    }

    fn visit_i64<E: Error>(self, key: i64) -> Result<String, E> {
        self.accept(&key.to_string())
    }

    fn visit_u64<E: Error>(self, key: u64) -> Result<String, E> {
        self.accept(&key.to_string())
    }

    fn visit_f64<E: Error>(self, key: f64) -> Result<String, E> {
        self.accept(&key.to_string())
    }

    fn visit_unit<E: Error>(self) -> Result<String, E> {
        Err(self.budget.refuse("a key is empty; write its name or remove the line"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<String, A::Error> {
        Err(self.budget.refuse("a key must be text, not a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<String, A::Error> {
        Err(self.budget.refuse("a key must be text, not a mapping; put `{{ … }}` in quotes"))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, _: A) -> Result<String, A::Error> {
        Err(self.budget.refuse("a key must be text, without a YAML tag"))
    }
}

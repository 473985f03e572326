//! Filling defaults in.

use serde_json::{Map, Value};

use super::model::Types;
use super::references::resolve;

/// Most values that filling may make, and the deepest nesting of defaults inside defaults.
const VALUES: usize = 100_000;
const DEPTH: usize = 64;

/// One filling, with its budget: defaults may contain objects whose defaults contain objects again.
pub(super) struct Fill<'t> {
    types: &'t Types,
    left: usize,
    depth: usize,
    cut: bool,
}

impl<'t> Fill<'t> {
    pub(super) fn new(types: &'t Types) -> Self {
        Self { types, left: VALUES, depth: DEPTH, cut: false }
    }

    /// False if the budget ran out and defaults are missing.
    pub(super) fn complete(&self) -> bool {
        !self.cut
    }

    /// `value` with the defaults of `schema`. An absent object without a default of its own stays absent.
    pub(super) fn value(&mut self, schema: &Value, value: Value) -> Value {
        let (Some(left), Some(depth)) = (self.left.checked_sub(1), self.depth.checked_sub(1)) else {
            self.cut = true;
            return value;
        };
        self.left = left;
        self.depth = depth;
        let types = self.types;
        let filled = match (resolve(schema, types), value) {
            (Some(schema), Value::Object(given)) => Value::Object(self.object(schema, given)),
            (Some(schema), Value::Array(items)) => self.list(schema, items),
            (_, value) => value,
        };
        self.depth += 1;
        filled
    }

    fn object(&mut self, schema: &Value, mut given: Map<String, Value>) -> Map<String, Value> {
        let mut out = Map::new();
        for (name, property) in properties(schema, self.types) {
            if out.contains_key(name) {
                continue;
            }
            if let Some(value) = given.shift_remove(name).or_else(|| default_of(property, self.types)) {
                let value = self.value(property, value);
                out.insert(name.to_owned(), value);
            }
        }
        let rest = schema.get("additionalProperties").unwrap_or(&Value::Null);
        for (name, value) in given {
            let value = self.value(rest, value);
            out.insert(name, value);
        }
        out
    }

    fn list(&mut self, schema: &Value, items: Vec<Value>) -> Value {
        let inner = schema.get("items").unwrap_or(&Value::Null);
        items.into_iter().map(|item| self.value(inner, item)).collect()
    }
}

fn default_of(property: &Value, types: &Types) -> Option<Value> {
    resolve(property, types)?.get("default").cloned()
}

/// The properties of an object schema in order, its own before those of `allOf`.
///
/// Ends, and soon, because the grammar bounds what a type combines.
pub(super) fn properties<'t>(schema: &'t Value, types: &'t Types) -> Vec<(&'t str, &'t Value)> {
    let own = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let mut all: Vec<(&str, &Value)> = own.map(|(name, property)| (name.as_str(), property)).collect();
    for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        all.extend(resolve(part, types).into_iter().flat_map(|part| properties(part, types)));
    }
    all
}

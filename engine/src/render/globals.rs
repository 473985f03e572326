//! Jinja2's global functions: range, dict, namespace (minijinja's own), cycler, joiner, lipsum.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use minijinja::value::{Object, ObjectRepr, Rest, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::arguments::{Call, ensure_defined, whole_number};
use super::containers::{Dict, List, pairs_of};
use super::error::refuse;
use super::rewrite;
use super::sequences::Range;

/// Longest range, as in Jinja2's sandbox.
const LONGEST_RANGE: usize = 100_000;

/// Replaces minijinja's globals by Jinja2's.
pub(super) fn install(environment: &mut Environment<'_>) {
    environment.remove_global("debug");
    environment.add_global("range", Value::from_object(Function("range", range)));
    environment.add_global("dict", Value::from_object(Function("dict", dict)));
    environment.add_global("cycler", Value::from_object(Function("cycler", cycler)));
    environment.add_global("joiner", Value::from_object(Function("joiner", joiner)));
    environment.add_global("lipsum", Value::from_object(Function("lipsum", lipsum)));
    environment.add_global("self", Value::from_object(SelfReference));
    environment.add_function(rewrite::ITERATE, |state: &mut State<'_, '_>, values: Rest<Value>| {
        let [value] = values.as_slice() else {
            return Err(refuse("a loop goes over one value"));
        };
        ensure_defined(state, value)?;
        if value.is_none() {
            return Err(refuse("none is not iterable; ask `is not none` first, or use `| default([], true)`"));
        }
        Ok(value.clone())
    });
    environment.add_function(rewrite::LIST, |state: &mut State<'_, '_>, values: Rest<ValueOrKwargs>| {
        let [value] = values.as_slice() else {
            return Err(refuse("a list literal takes one list"));
        };
        super::arguments::items_of(state, value).map(List::value)
    });
    environment.add_function(rewrite::DICT, |state: &mut State<'_, '_>, values: Rest<ValueOrKwargs>| {
        let [value] = values.as_slice() else {
            return Err(refuse("a dict literal takes one dict"));
        };
        pairs_of(state, value).map(Dict::value)
    });
}

/// What `self` prints; calls of its blocks are minijinja's.
struct SelfReference;

impl fmt::Debug for SelfReference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("<TemplateReference None>")
    }
}

impl Object for SelfReference {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
}

type Callable = fn(&mut State<'_, '_>, Call) -> Result<Value, Error>;

/// A global that prints as Python prints the class that it is there.
#[derive(Clone, Copy)]
struct Function(&'static str, Callable);

impl fmt::Debug for Function {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            "range" | "dict" => write!(out, "<class '{}'>", self.0),
            "lipsum" => out.write_str("function"),
            name => {
                let mut letters = name.chars();
                let first = letters.next().map(|letter| letter.to_ascii_uppercase()).into_iter();
                write!(out, "<class 'jinja2.utils.{}'>", first.chain(letters).collect::<String>())
            }
        }
    }
}

impl Object for Function {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, state: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        self.1(state, Call::new(args))
    }
}

fn range(state: &mut State<'_, '_>, call: Call) -> Result<Value, Error> {
    let mut numbers = Vec::new();
    for value in &call.positional {
        ensure_defined(state, value)?;
        numbers.push(whole_number(value).ok_or_else(|| refuse("`range` takes whole numbers; add `| int`"))?);
    }
    let (start, stop, step) = match (numbers.as_slice(), call.keyword.is_empty()) {
        ([stop], true) => (0, *stop, 1),
        ([start, stop], true) => (*start, *stop, 1),
        ([start, stop, step], true) => (*start, *stop, *step),
        _ => return Err(refuse("`range` takes one to three whole numbers")),
    };
    if step == 0 {
        return Err(refuse("the third argument of `range` must not be 0"));
    }
    let range = Range { start, stop, step };
    if range.len() > LONGEST_RANGE {
        return Err(refuse(format!("`range` gives at most {LONGEST_RANGE} numbers")));
    }
    Ok(Value::from_object(range))
}

fn dict(state: &mut State<'_, '_>, call: Call) -> Result<Value, Error> {
    let mut pairs = match call.positional.as_slice() {
        [] => Vec::new(),
        [value] => pairs_of(state, value)?,
        _ => return Err(refuse("`dict` takes one dict or list of pairs, and keyword arguments")),
    };
    pairs.extend(call.keyword.into_iter().map(|(name, value)| (Value::from(name), value)));
    Ok(Value::from_pairs(pairs))
}

/// Jinja2's `cycler`: gives its items in turn.
struct Cycler {
    items: Vec<Value>,
    position: AtomicUsize,
}

impl fmt::Debug for Cycler {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("cycler")
    }
}

fn cycler(_: &mut State<'_, '_>, call: Call) -> Result<Value, Error> {
    if call.positional.is_empty() || !call.keyword.is_empty() {
        return Err(refuse("`cycler` needs at least one item"));
    }
    Ok(Value::from_object(Cycler { items: call.positional, position: AtomicUsize::new(0) }))
}

impl Cycler {
    fn current(&self) -> Value {
        let position = self.position.load(Ordering::Relaxed) % self.items.len().max(1);
        self.items.get(position).cloned().unwrap_or_default()
    }
}

impl Object for Cycler {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        (key.as_str() == Some("current")).then(|| self.current())
    }

    fn call_method(self: &Arc<Self>, _: &mut State<'_, '_>, method: &str, _: &[Value]) -> Result<Value, Error> {
        match method {
            "next" => {
                let item = self.current();
                self.position.fetch_add(1, Ordering::Relaxed);
                Ok(item)
            }
            "reset" => {
                self.position.store(0, Ordering::Relaxed);
                Ok(Value::from(()))
            }
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}

/// Jinja2's `joiner`: nothing at the first call, the separator at every later one.
struct Joiner {
    separator: Value,
    calls: AtomicUsize,
}

impl fmt::Debug for Joiner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("joiner")
    }
}

fn joiner(_: &mut State<'_, '_>, call: Call) -> Result<Value, Error> {
    let keyword = call.keyword.into_iter().find(|(name, _)| name == "sep").map(|(_, value)| value);
    let separator = call.positional.into_iter().next().or(keyword);
    Ok(Value::from_object(Joiner { separator: separator.unwrap_or_else(|| Value::from(", ")), calls: AtomicUsize::new(0) }))
}

impl Object for Joiner {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, _: &[Value]) -> Result<Value, Error> {
        if self.calls.fetch_add(1, Ordering::Relaxed) == 0 {
            return Ok(Value::from(""));
        }
        Ok(self.separator.clone())
    }
}

fn lipsum(_: &mut State<'_, '_>, _: Call) -> Result<Value, Error> {
    Err(refuse("`lipsum` is not available: a rendering must give the same text every time"))
}

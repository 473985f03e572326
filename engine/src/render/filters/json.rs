//! The filters tojson (Python's `json.dumps` with sorted keys, safe within HTML) and pprint.

use std::fmt::Write as _;

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, State, Value};

use super::ordering::sort_by_key;
use crate::render::arguments::{Arguments, Signature, add_filter, ensure_defined, whole_number};
use crate::render::containers::pairs_of;
use crate::render::error::refuse;
use crate::render::proton_filters::Block;
use crate::render::python_format::{float, to_repr};
use crate::render::sequences::{Generator, Range, View};

const TOJSON: Signature = Signature { name: "tojson", required: 1, parameters: &["value", "indent"] };
const PPRINT: Signature = Signature { name: "pprint", required: 1, parameters: &["value"] };
/// Deepest nesting that is written.
const DEEPEST: usize = 150;

/// Adds the filters.
pub(super) fn install(environment: &mut Environment<'_>) {
    add_filter(environment, &TOJSON, to_json);
    add_filter(environment, &PPRINT, pretty);
}

fn to_json(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.defined(state)?;
    let indent = match arguments.some(1) {
        Some(indent) if indent.kind() == ValueKind::String => Some(arguments.text(state, 1, "")?),
        Some(indent) => {
            let count = whole_number(indent).ok_or_else(|| arguments.wrong(1, "a whole number or text"))?;
            Some(super::text::blanks(state, count)?)
        }
        None => None,
    };
    let mut writer = Writer { state, out: String::new(), indent };
    writer.value(&value, 0)?;
    state.consume_fuel(u64::try_from(writer.out.len() / 16).unwrap_or(u64::MAX))?;
    Ok(Value::from_safe_string(writer.out))
}

struct Writer<'a, 't, 'e> {
    state: &'a State<'t, 'e>,
    out: String,
    indent: Option<String>,
}

impl Writer<'_, '_, '_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        if depth > DEEPEST {
            return Err(refuse("a value nests too deeply for `tojson`"));
        }
        ensure_defined(self.state, value)?;
        match value.kind() {
            ValueKind::None => self.out.push_str("null"),
            ValueKind::Bool => self.out.push_str(if value.is_true() { "true" } else { "false" }),
            ValueKind::Number => self.out.push_str(&number_text(value)?),
            ValueKind::String => self.string(value.as_str().unwrap_or("")),
            ValueKind::Map => self.map(value, depth)?,
            ValueKind::Seq | ValueKind::Iterable if !is_lazy(value) => self.list(value, depth)?,
            _ => match value.downcast_object_ref::<Block>() {
                Some(block) => self.string(block.text()),
                None => {
                    return Err(refuse(
                        "`tojson` takes text, numbers, flags, none, lists and dicts; add `| list` to a generator",
                    ));
                }
            },
        }
        Ok(())
    }

    fn list(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        let mut count = 0;
        self.out.push('[');
        for item in value.try_iter()?.checked() {
            self.separate(count, depth + 1);
            self.value(&item?, depth + 1)?;
            count += 1;
        }
        self.finish(count, depth, ']');
        Ok(())
    }

    fn map(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        let pairs = sort_by_key(pairs_of(self.state, value)?, |(key, _)| Ok(key.clone()), false)
            .map_err(|_| refuse("`tojson` sorts keys, and keys of different types cannot be compared; use text for all keys"))?;
        self.out.push('{');
        let count = pairs.len();
        for (position, (key, item)) in pairs.iter().enumerate() {
            self.separate(position, depth + 1);
            let key = match key.kind() {
                ValueKind::String => key.as_str().unwrap_or("").to_owned(),
                ValueKind::None => "null".to_owned(),
                ValueKind::Bool => if key.is_true() { "true" } else { "false" }.to_owned(),
                ValueKind::Number => number_text(key)?,
                _ => return Err(refuse("`tojson` takes keys that are text, numbers, flags or none")),
            };
            self.string(&key);
            self.out.push_str(": ");
            self.value(item, depth + 1)?;
        }
        self.finish(count, depth, '}');
        Ok(())
    }

    fn separate(&mut self, position: usize, depth: usize) {
        match (self.indent.is_some(), position) {
            (false, 0) => {}
            (false, _) => self.out.push_str(", "),
            (true, 0) => self.new_line(depth),
            (true, _) => {
                self.out.push(',');
                self.new_line(depth);
            }
        }
    }

    fn finish(&mut self, count: usize, depth: usize, close: char) {
        if count > 0 && self.indent.is_some() {
            self.new_line(depth);
        }
        self.out.push(close);
    }

    fn new_line(&mut self, depth: usize) {
        self.out.push('\n');
        for _ in 0..depth {
            self.out.push_str(self.indent.as_deref().unwrap_or(""));
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                // Jinja2 escapes these so that the result can stand within HTML.
                '<' | '>' | '&' | '\'' => self.code_units(c),
                ' '..='~' => self.out.push(c),
                _ => self.code_units(c),
            }
        }
        self.out.push('"');
    }

    fn code_units(&mut self, c: char) {
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(self.out, "\\u{unit:04x}");
        }
    }
}

fn is_lazy(value: &Value) -> bool {
    value.downcast_object_ref::<Generator>().is_some()
        || value.downcast_object_ref::<Range>().is_some()
        || value.downcast_object_ref::<View>().is_some()
}

fn number_text(value: &Value) -> Result<String, Error> {
    if value.is_integer() {
        return Ok(value.to_string());
    }
    let number = f64::try_from(value.clone())?;
    Ok(match number {
        _ if number.is_nan() => "NaN".to_owned(),
        f64::INFINITY => "Infinity".to_owned(),
        f64::NEG_INFINITY => "-Infinity".to_owned(),
        _ => float(number),
    })
}

/// Python's `pformat` as far as it stays on one line.
fn pretty(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = sorted(state, &arguments.defined(state)?, 0)?;
    let text = to_repr(&value)?;
    if text.chars().count() > 80 {
        return Err(refuse("`pprint` is only available for what fits on one line of 80 characters; use `tojson(2)`"));
    }
    Ok(Value::from(text))
}

fn sorted(state: &State<'_, '_>, value: &Value, depth: usize) -> Result<Value, Error> {
    if value.kind() != ValueKind::Map || depth > DEEPEST {
        return Ok(value.clone());
    }
    let pairs = sort_by_key(pairs_of(state, value)?, |(key, _)| Ok(key.clone()), false)?;
    let pairs: Result<Vec<_>, Error> = pairs.into_iter().map(|(key, item)| Ok((key, sorted(state, &item, depth + 1)?))).collect();
    Ok(Value::from_pairs(pairs?))
}

//! Prints values as Python's `str()` and `repr()` do.

use std::fmt::Write as _;

use minijinja::value::ValueKind;
use minijinja::{Error, Value};

use super::error::refuse;
use super::filters::group_as_tuple;
use super::proton_filters::Block;
use super::sequences::{Generator, Range, View};

/// Deepest nesting that is printed: a namespace can hold itself.
const DEEPEST: usize = 150;

/// What `str(value)` gives in Python.
pub(super) fn to_text(value: &Value) -> Result<String, Error> {
    match value.kind() {
        ValueKind::String => Ok(value.as_str().unwrap_or("").to_owned()),
        ValueKind::Undefined => Ok(String::new()),
        _ => match value.downcast_object_ref::<Block>() {
            Some(block) => Ok(block.text().to_owned()),
            None => to_repr(value),
        },
    }
}

/// What `repr(value)` gives in Python.
pub(super) fn to_repr(value: &Value) -> Result<String, Error> {
    let mut out = String::new();
    write_repr(&mut out, value, 0)?;
    Ok(out)
}

fn write_repr(out: &mut String, value: &Value, depth: usize) -> Result<(), Error> {
    if depth > DEEPEST {
        return Err(refuse("a value nests too deeply to be printed; print its parts"));
    }
    match value.kind() {
        ValueKind::Undefined => out.push_str("Undefined"),
        ValueKind::None => out.push_str("None"),
        ValueKind::Bool => out.push_str(if value.is_true() { "True" } else { "False" }),
        ValueKind::Number => write_number(out, value),
        ValueKind::String if value.is_safe() => {
            out.push_str("Markup(");
            write_quoted(out, value.as_str().unwrap_or(""));
            out.push(')');
        }
        ValueKind::String => write_quoted(out, value.as_str().unwrap_or("")),
        ValueKind::Bytes => write_bytes(out, value.as_bytes().unwrap_or(&[])),
        ValueKind::Map => write_map(out, value, depth)?,
        ValueKind::Seq | ValueKind::Iterable => write_sequence(out, value, depth)?,
        _ => write_object(out, value)?,
    }
    Ok(())
}

fn write_number(out: &mut String, value: &Value) {
    match f64::try_from(value.clone()) {
        Ok(number) if !value.is_integer() => out.push_str(&float(number)),
        _ => {
            let _ = write!(out, "{value}");
        }
    }
}

/// What `str(float)` gives in Python: the shortest digits that read back the same, an exponent outside
/// 1e-4 … 1e16.
pub(super) fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let text = format!("{number:?}");
    match text.split_once('e') {
        Some((digits, exponent)) => {
            let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |rest| ('-', rest));
            format!("{digits}e{sign}{exponent:0>2}")
        }
        None => text,
    }
}

fn write_map(out: &mut String, value: &Value, depth: usize) -> Result<(), Error> {
    out.push('{');
    let pairs = value.as_object().and_then(|object| object.try_iter_pairs());
    for (position, (key, item)) in pairs.into_iter().flatten().enumerate() {
        if position > 0 {
            out.push_str(", ");
        }
        write_repr(out, &key, depth + 1)?;
        out.push_str(": ");
        write_repr(out, &item, depth + 1)?;
    }
    out.push('}');
    Ok(())
}

fn write_sequence(out: &mut String, value: &Value, depth: usize) -> Result<(), Error> {
    if let Some(range) = value.downcast_object_ref::<Range>() {
        out.push_str(&range.text());
        return Ok(());
    }
    if value.downcast_object_ref::<Generator>().is_some() {
        return Err(refuse("this prints a generator, not its items; add `| list` or `| join(\", \")`"));
    }
    if let Some(pair) = group_as_tuple(value) {
        return write_sequence(out, &pair, depth);
    }
    let tuple = value.is_tuple();
    let view = value.downcast_object_ref::<View>().map(View::name);
    if let Some(name) = view {
        let _ = write!(out, "{name}(");
    }
    out.push(if tuple { '(' } else { '[' });
    let count = write_items(out, value, depth)?;
    if tuple && count == 1 {
        out.push(',');
    }
    out.push(if tuple { ')' } else { ']' });
    if view.is_some() {
        out.push(')');
    }
    Ok(())
}

fn write_items(out: &mut String, value: &Value, depth: usize) -> Result<usize, Error> {
    let mut count = 0;
    for item in value.try_iter()?.checked() {
        if count > 0 {
            out.push_str(", ");
        }
        write_repr(out, &item?, depth + 1)?;
        count += 1;
    }
    Ok(count)
}

fn write_object(out: &mut String, value: &Value) -> Result<(), Error> {
    if let Some(block) = value.downcast_object_ref::<Block>() {
        write_quoted(out, block.text());
        return Ok(());
    }
    let text = value.to_string();
    if !text.starts_with('<') {
        return Err(refuse("this prints a function or an internal object, not a value; call it or print one of its members"));
    }
    out.push_str(&text);
    Ok(())
}

fn write_quoted(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            _ if c == quote => {
                out.push('\\');
                out.push(c);
            }
            _ if is_printable(c) => out.push(c),
            _ => write_code_point(out, u32::from(c)),
        }
    }
    out.push(quote);
}

fn write_code_point(out: &mut String, code: u32) {
    let _ = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// Python's `str.isprintable` for one character. The standard library keeps the same table for `escape_debug`;
/// the letter before keeps it from treating a combining character as the first one.
fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    let mut probe = String::from("a");
    probe.push(c);
    probe.escape_debug().count() == 2
}

fn write_bytes(out: &mut String, bytes: &[u8]) {
    out.push_str("b'");
    for byte in bytes {
        match byte {
            b'\'' => out.push_str("\\'"),
            b'"' => out.push('"'),
            _ => {
                let _ = write!(out, "{}", byte.escape_ascii());
            }
        }
    }
    out.push('\'');
}

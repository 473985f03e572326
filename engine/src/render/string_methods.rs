//! Methods of Python's str that minijinja-contrib's `pycompat` lacks or does otherwise.

use minijinja::value::{Tuple, ValueKind};
use minijinja::{Error, State, Value};

use super::arguments::{Call, ensure_defined, items_of, whole_number};
use super::error::refuse;
use super::filters::text::{blanks, centered, split_lines};
use super::str_format::str_format;

/// Calls a method of a string; none if it is not one of ours.
pub(super) fn string_method(state: &State<'_, '_>, text: &str, method: &str, call: &Call) -> Result<Option<Value>, Error> {
    for argument in &call.positional {
        ensure_defined(state, argument)?;
    }
    let found = match method {
        "center" | "ljust" | "rjust" => padded(state, text, method, call)?,
        "zfill" => zero_filled(state, text, width(call, method)?)?,
        "rsplit" => return split_from_right(text, call).map(Some),
        "partition" => return partition(text, call, false).map(Some),
        "rpartition" => return partition(text, call, true).map(Some),
        "splitlines" => return Ok(Some(lines(text, call))),
        "index" | "rindex" => return position(text, method, call).map(Some),
        "format" => str_format(state, text, call)?,
        "join" => joined(state, text, call)?,
        "translate" => translated(text, call)?,
        "encode" => return Ok(Some(Value::from_bytes(text.as_bytes().to_vec()))),
        "removeprefix" => text.strip_prefix(argument(call, 0, method)?).unwrap_or(text).to_owned(),
        "removesuffix" => text.strip_suffix(argument(call, 0, method)?).unwrap_or(text).to_owned(),
        "swapcase" => text.chars().map(swapped).collect(),
        "casefold" => text.to_lowercase().replace('ß', "ss"),
        "expandtabs" => expanded(state, text, call)?,
        "isidentifier" => return Ok(Some(Value::from(is_identifier(text)))),
        "istitle" => return Ok(Some(Value::from(is_title(text)))),
        "isdecimal" => return Ok(Some(Value::from(!text.is_empty() && text.chars().all(|c| c.is_ascii_digit())))),
        _ => return Ok(None),
    };
    Ok(Some(Value::from(found)))
}

fn argument<'c>(call: &'c Call, position: usize, method: &str) -> Result<&'c str, Error> {
    let value = call.positional.get(position).filter(|value| value.kind() == ValueKind::String);
    value.and_then(Value::as_str).ok_or_else(|| refuse(format!("`{method}` needs text as argument")))
}

fn named<'c>(call: &'c Call, position: usize, name: &str) -> Option<&'c Value> {
    let keyword = || call.keyword.iter().find(|(keyword, _)| keyword == name).map(|(_, value)| value);
    call.positional.get(position).or_else(keyword)
}

fn width(call: &Call, method: &str) -> Result<i64, Error> {
    let width = call.positional.first().and_then(whole_number);
    width.ok_or_else(|| refuse(format!("`{method}` needs a whole number as argument")))
}

fn padded(state: &State<'_, '_>, text: &str, method: &str, call: &Call) -> Result<String, Error> {
    let width = width(call, method)?;
    let mut fill = call.positional.get(1).and_then(Value::as_str).unwrap_or(" ").chars();
    let (Some(fill), None) = (fill.next(), fill.next()) else {
        return Err(refuse(format!("`{method}` fills with one character")));
    };
    if method == "center" {
        return centered(state, text, width, fill);
    }
    let margin = width.saturating_sub(i64::try_from(text.chars().count()).unwrap_or(i64::MAX));
    let margin = blanks(state, margin)?.replace(' ', fill.encode_utf8(&mut [0; 4]));
    Ok(if method == "ljust" { format!("{text}{margin}") } else { format!("{margin}{text}") })
}

fn zero_filled(state: &State<'_, '_>, text: &str, width: i64) -> Result<String, Error> {
    let margin = width.saturating_sub(i64::try_from(text.chars().count()).unwrap_or(i64::MAX));
    let zeros = blanks(state, margin)?.replace(' ', "0");
    let digits = text.trim_start_matches(['-', '+']);
    let sign = if text.len() == digits.len() { "" } else { text.get(..1).unwrap_or("") };
    Ok(format!("{sign}{zeros}{}", text.get(sign.len()..).unwrap_or("")))
}

fn split_from_right(text: &str, call: &Call) -> Result<Value, Error> {
    let separator = named(call, 0, "sep").filter(|separator| !separator.is_none());
    let most = named(call, 1, "maxsplit").and_then(whole_number).and_then(|most| usize::try_from(most).ok());
    let mut parts: Vec<Value> = match separator.map(Value::as_str) {
        None => return Ok(Value::from(words_from_right(text, most))),
        Some(None | Some("")) => return Err(refuse("`rsplit` needs text that is not empty as separator")),
        Some(Some(separator)) => match most {
            Some(most) => text.rsplitn(most.saturating_add(1), separator).map(Value::from).collect(),
            None => text.rsplit(separator).map(Value::from).collect(),
        },
    };
    parts.reverse();
    Ok(Value::from(parts))
}

fn words_from_right(text: &str, most: Option<usize>) -> Vec<Value> {
    let mut words = Vec::new();
    let mut rest = text.trim_end();
    while !rest.is_empty() {
        let full = most.is_some_and(|most| words.len() >= most);
        let cut = rest.rfind(char::is_whitespace).filter(|_| !full);
        let start = cut.map_or(0, |cut| cut + rest.get(cut..).and_then(|c| c.chars().next()).map_or(1, char::len_utf8));
        let word = rest.get(start..).unwrap_or("");
        words.push(Value::from(if full { word.trim_end() } else { word }));
        rest = rest.get(..start).unwrap_or("").trim_end();
    }
    words.reverse();
    words
}

fn partition(text: &str, call: &Call, from_right: bool) -> Result<Value, Error> {
    let separator = argument(call, 0, "partition")?;
    if separator.is_empty() {
        return Err(refuse("`partition` needs text that is not empty"));
    }
    let found = if from_right { text.rsplit_once(separator) } else { text.split_once(separator) };
    let parts = match found {
        Some((before, behind)) => [before, separator, behind],
        None if from_right => ["", "", text],
        None => [text, "", ""],
    };
    Ok(Value::from(Tuple::from(parts.map(Value::from))))
}

fn lines(text: &str, call: &Call) -> Value {
    let keep = named(call, 0, "keepends").is_some_and(Value::is_true);
    split_lines(text, keep).into_iter().map(Value::from).collect()
}

fn position(text: &str, method: &str, call: &Call) -> Result<Value, Error> {
    let wanted = argument(call, 0, method)?;
    let offset = if method == "index" { text.find(wanted) } else { text.rfind(wanted) };
    let before = offset.and_then(|offset| text.get(..offset));
    let before = before.ok_or_else(|| refuse(format!("`{method}` got text that does not occur; use `find`")))?;
    Ok(Value::from(before.chars().count()))
}

fn joined(state: &State<'_, '_>, separator: &str, call: &Call) -> Result<String, Error> {
    let Some(items) = call.positional.first() else {
        return Err(refuse("`join` needs a list"));
    };
    let mut out = String::new();
    for (position, item) in items_of(state, items)?.iter().enumerate() {
        ensure_defined(state, item)?;
        let text = item.as_str().filter(|_| item.kind() == ValueKind::String);
        let text = text.ok_or_else(|| refuse("the method `join` joins text only; use the filter `| join` for other values"))?;
        state.consume_fuel(u64::try_from((text.len() + separator.len()) / 64).unwrap_or(u64::MAX))?;
        if position > 0 {
            out.push_str(separator);
        }
        out.push_str(text);
    }
    Ok(out)
}

/// Replaces characters by a dict of code points.
fn translated(text: &str, call: &Call) -> Result<String, Error> {
    let Some(table) = call.positional.first().filter(|table| table.kind() == ValueKind::Map) else {
        return Err(refuse("`translate` needs a dict of code points"));
    };
    let mut out = String::new();
    for c in text.chars() {
        let replacement = table.get_item(&Value::from(u32::from(c)))?;
        match replacement.kind() {
            ValueKind::Undefined => out.push(c),
            ValueKind::None => {}
            ValueKind::String => out.push_str(replacement.as_str().unwrap_or("")),
            _ => {
                let code = replacement.as_i64().and_then(|code| u32::try_from(code).ok()).and_then(char::from_u32);
                out.push(code.ok_or_else(|| refuse("`translate` got a number that is no code point"))?);
            }
        }
    }
    Ok(out)
}

fn swapped(c: char) -> String {
    if c.is_uppercase() { c.to_lowercase().collect() } else { c.to_uppercase().collect() }
}

fn expanded(state: &State<'_, '_>, text: &str, call: &Call) -> Result<String, Error> {
    let size = named(call, 0, "tabsize").and_then(whole_number).unwrap_or(8).clamp(0, 1000);
    let mut out = String::new();
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' if size > 0 => {
                let count = size - column % size;
                out.push_str(&blanks(state, count)?);
                column += count;
            }
            '\t' => {}
            '\n' | '\r' => {
                out.push(c);
                column = 0;
            }
            _ => {
                out.push(c);
                column += 1;
            }
        }
    }
    Ok(out)
}

fn is_identifier(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    starts && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn is_title(text: &str) -> bool {
    let mut inside = false;
    let mut any = false;
    for c in text.chars() {
        let fits = if c.is_uppercase() { !inside } else { !c.is_lowercase() || inside };
        if !fits {
            return false;
        }
        inside = c.is_uppercase() || c.is_lowercase();
        any = any || inside;
    }
    any
}

//! Filters on text: truncate, indent, center, wordcount, string, format.

use minijinja::value::{Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, State, Value};

use crate::render::arguments::{Arguments, Call, Signature, add_filter, ensure_defined, text_of};
use crate::render::error::refuse;
use crate::render::printf::{Operands, printf};
use crate::render::proton_filters::Block;

const TRUNCATE: Signature =
    Signature { name: "truncate", required: 1, parameters: &["s", "length", "killwords", "end", "leeway"] };
const INDENT: Signature = Signature { name: "indent", required: 1, parameters: &["s", "width", "first", "blank"] };
const CENTER: Signature = Signature { name: "center", required: 1, parameters: &["value", "width"] };
const WORDCOUNT: Signature = Signature { name: "wordcount", required: 1, parameters: &["s"] };
const STRING: Signature = Signature { name: "string", required: 1, parameters: &["object"] };

/// Adds the filters.
pub(super) fn install(environment: &mut Environment<'_>) {
    add_filter(environment, &TRUNCATE, truncate);
    add_filter(environment, &INDENT, indent);
    add_filter(environment, &CENTER, center);
    add_filter(environment, &WORDCOUNT, wordcount);
    add_filter(environment, &STRING, string);
    environment.add_filter("format", format);
}

/// What a filter that measures or cuts text is applied to: text, never a number.
pub(super) fn only_text(state: &State<'_, '_>, arguments: &Arguments) -> Result<String, Error> {
    let value = arguments.defined(state)?;
    let text = value.kind() == ValueKind::String || value.downcast_object_ref::<Block>().is_some();
    if text || value.is_undefined() {
        return text_of(state, &value);
    }
    Err(arguments.wrong(0, "text; add `| string` before it,"))
}

fn truncate(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let text = only_text(state, arguments)?;
    let length = arguments.integer(state, 1, 255)?;
    let kill_words = arguments.flag(state, 2, false)?;
    let end = arguments.text(state, 3, "...")?;
    let leeway = match arguments.some(4) {
        Some(_) => arguments.integer(state, 4, 5)?,
        None => 5,
    };
    let end_length = i64::try_from(end.chars().count()).unwrap_or(i64::MAX);
    if length < end_length {
        return Err(refuse("the `length` of `truncate` must not be smaller than that of `end`"));
    }
    if leeway < 0 {
        return Err(refuse("the `leeway` of `truncate` must not be negative"));
    }
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    if count <= length.saturating_add(leeway) {
        return Ok(Value::from(text));
    }
    let keep = usize::try_from(length - end_length).unwrap_or(0);
    let kept: String = text.chars().take(keep).collect();
    let kept = if kill_words { kept.as_str() } else { kept.rsplit_once(' ').map_or(kept.as_str(), |(words, _)| words) };
    Ok(Value::from(format!("{kept}{end}")))
}

fn indent(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let text = only_text(state, arguments)?;
    let width = match arguments.get(1) {
        Some(width) if width.kind() == ValueKind::String => arguments.text(state, 1, "")?,
        _ => blanks(state, arguments.integer(state, 1, 4)?)?,
    };
    let first = arguments.flag(state, 2, false)?;
    let blank = arguments.flag(state, 3, false)?;
    let mut out = String::new();
    if first {
        out.push_str(&width);
    }
    for (position, line) in split_lines(&format!("{text}\n"), false).iter().enumerate() {
        if position > 0 {
            out.push('\n');
            if blank || !line.is_empty() {
                out.push_str(&width);
            }
        }
        out.push_str(line);
    }
    Ok(Value::from(out))
}

/// So many blanks; paid for with fuel before they are made.
pub(in crate::render) fn blanks(state: &State<'_, '_>, count: i64) -> Result<String, Error> {
    let count = usize::try_from(count).unwrap_or(0);
    state.consume_fuel(u64::try_from(count / 64).unwrap_or(u64::MAX))?;
    Ok(" ".repeat(count))
}

/// Python's `str.splitlines`.
pub(in crate::render) fn split_lines(text: &str, keep_ends: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if !matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}') {
            line.push(c);
            continue;
        }
        let pair = c == '\r' && rest.next_if_eq(&'\n').is_some();
        if keep_ends {
            line.push(c);
            if pair {
                line.push('\n');
            }
        }
        lines.push(std::mem::take(&mut line));
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

fn center(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let text = arguments.text(state, 0, "")?;
    let width = arguments.integer(state, 1, 80)?;
    centered(state, &text, width, ' ').map(Value::from)
}

/// Python's `str.center`: the odd blank goes left if the width is odd, else right.
pub(in crate::render) fn centered(state: &State<'_, '_>, text: &str, width: i64, fill: char) -> Result<String, Error> {
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let margin = width.saturating_sub(count).max(0);
    let left = margin / 2 + (margin & width & 1);
    let fill = |blanks: String| blanks.replace(' ', fill.encode_utf8(&mut [0; 4]));
    let before = fill(blanks(state, left)?);
    let behind = fill(blanks(state, margin - left)?);
    Ok(format!("{before}{text}{behind}"))
}

fn wordcount(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let text = arguments.text(state, 0, "")?;
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    Ok(Value::from(words.count()))
}

fn string(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.defined(state)?;
    if value.kind() == ValueKind::String {
        return Ok(value);
    }
    text_of(state, &value).map(Value::from)
}

fn format(state: &mut State<'_, '_>, values: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let call = Call::new(&values.into_values());
    let Some((template, operands)) = call.positional.split_first() else {
        return Err(refuse("`format` needs a format to work on"));
    };
    ensure_defined(state, template)?;
    let template = text_of(state, template)?;
    if call.keyword.is_empty() {
        return printf(state, &template, &Operands::Positional(operands)).map(Value::from);
    }
    if !operands.is_empty() {
        return Err(refuse("`format` takes positional or keyword arguments, not both"));
    }
    let named = Value::from_pairs(call.keyword);
    printf(state, &template, &Operands::Named(&named)).map(Value::from)
}

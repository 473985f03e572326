//! Python's `%` formatting of strings.

use minijinja::formatting::{FormatStyle, format};
use minijinja::value::ValueKind;
use minijinja::{Error, State, Value};

use super::arguments::ensure_defined;
use super::error::refuse;
use super::python_format::{to_repr, to_text};

/// The values behind the `%`.
pub(super) enum Operands<'a> {
    /// By position.
    Positional(&'a [Value]),
    /// By name: `%(name)s`.
    Named(&'a Value),
}

/// One `%…` of a format.
struct Conversion<'a> {
    name: Option<&'a str>,
    /// Flags, width and precision.
    spec: &'a str,
    /// The letter that says how.
    letter: char,
}

/// Formats `template % operands`.
pub(super) fn printf(state: &State<'_, '_>, template: &str, operands: &Operands<'_>) -> Result<String, Error> {
    let mut out = String::new();
    let mut rest = template;
    let mut used = 0;
    while let Some((before, behind)) = rest.split_once('%') {
        out.push_str(before);
        let (conversion, behind) = read(behind)?;
        rest = behind;
        if conversion.letter == '%' {
            out.push('%');
            continue;
        }
        let value = operand(operands, &conversion, &mut used)?;
        ensure_defined(state, &value)?;
        out.push_str(&convert(&conversion, &value)?);
    }
    out.push_str(rest);
    match operands {
        Operands::Positional(values) if used < values.len() => {
            Err(refuse("more values than the format has places; remove some or add `%s`"))
        }
        _ => Ok(out),
    }
}

fn read(text: &str) -> Result<(Conversion<'_>, &str), Error> {
    let incomplete = || refuse("the format ends within a `%`; write `%%` for a percent sign");
    let (name, text) = match text.strip_prefix('(') {
        Some(inner) => {
            let (name, behind) = inner.split_once(')').ok_or_else(incomplete)?;
            (Some(name), behind)
        }
        None => (None, text),
    };
    let end = text.find(|c: char| !matches!(c, '#' | '-' | '+' | ' ' | '.' | '0'..='9' | 'h' | 'l' | 'L'));
    let end = end.ok_or_else(incomplete)?;
    let spec = text.get(..end).unwrap_or("").trim_end_matches(['h', 'l', 'L']);
    let letter = text.get(end..).and_then(|rest| rest.chars().next()).ok_or_else(incomplete)?;
    let rest = text.get(end + letter.len_utf8()..).unwrap_or("");
    Ok((Conversion { name, spec, letter }, rest))
}

fn operand(operands: &Operands<'_>, conversion: &Conversion<'_>, used: &mut usize) -> Result<Value, Error> {
    match (operands, conversion.name) {
        (Operands::Named(map), Some(name)) => match map.as_object().and_then(|map| map.get_value_by_str(name)) {
            Some(value) => Ok(value),
            None => Err(refuse("the format names a value that is not in the dict; add it")),
        },
        (_, Some(_)) => Err(refuse("a format with names needs a dict: `\"%(a)s\" % {\"a\": 1}`")),
        (Operands::Positional(values), None) => {
            let value = values.get(*used).cloned();
            *used += 1;
            value.ok_or_else(|| refuse("fewer values than the format has places; add some"))
        }
        (Operands::Named(value), None) if *used == 0 => {
            *used += 1;
            Ok((*value).clone())
        }
        (Operands::Named(_), None) => Err(refuse("fewer values than the format has places; add some")),
    }
}

fn convert(conversion: &Conversion<'_>, value: &Value) -> Result<String, Error> {
    let (letter, value) = match conversion.letter {
        's' => ('s', Value::from(to_text(value)?)),
        'r' | 'a' => ('s', Value::from(to_repr(value)?)),
        'd' | 'i' | 'u' => ('d', truncated(value)?),
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => (conversion.letter, as_float(value)?),
        'x' | 'X' | 'o' | 'c' => (conversion.letter, value.clone()),
        _ => return Err(refuse("a format knows %s %r %d %i %f %e %g %x %o %c and %%")),
    };
    let too_wide = conversion.spec.split(['.', '-', '+', ' ', '#']).any(|part| part.len() > 4);
    if too_wide {
        return Err(refuse("a format's width or precision has more than four digits"));
    }
    format(FormatStyle::Printf, &format!("%{}{letter}", conversion.spec), &[value])
}

fn truncated(value: &Value) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::Bool => Ok(Value::from(i64::from(value.is_true()))),
        ValueKind::Number if value.is_integer() => Ok(value.clone()),
        ValueKind::Number => super::operators::truncate_float(value),
        _ => Err(refuse("`%d` needs a number; use `%s` or `| int`")),
    }
}

fn as_float(value: &Value) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::Bool => Ok(Value::from(if value.is_true() { 1.0 } else { 0.0 })),
        ValueKind::Number => f64::try_from(value.clone()).map(Value::from),
        _ => Err(refuse("`%f`, `%e` and `%g` need a number; use `| float`")),
    }
}

//! Python's `str.format`.

use minijinja::formatting::{FormatStyle, format};
use minijinja::value::ValueKind;
use minijinja::{Error, State, Value};

use super::arguments::{Call, ensure_defined};
use super::error::refuse;
use super::python_format::{to_repr, to_text};

/// Fills the places `{…}` of a text with the arguments of a call.
pub(super) fn str_format(state: &State<'_, '_>, template: &str, call: &Call) -> Result<String, Error> {
    let mut out = String::new();
    let mut rest = template;
    let mut automatic = 0;
    while let Some(brace) = rest.find(['{', '}']) {
        out.push_str(rest.get(..brace).unwrap_or(""));
        let behind = rest.get(brace + 1..).unwrap_or("");
        let open = rest.get(brace..).is_some_and(|text| text.starts_with('{'));
        if let Some(after) = behind.strip_prefix(if open { '{' } else { '}' }) {
            out.push(if open { '{' } else { '}' });
            rest = after;
            continue;
        }
        let place = behind.split_once('}').filter(|_| open);
        let (place, after) = place.ok_or_else(|| refuse("a brace in the format is alone; write `{{` or `}}` for one"))?;
        out.push_str(&fill(state, place, call, &mut automatic)?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// One place: `name!conversion:spec`, each part optional.
fn fill(state: &State<'_, '_>, place: &str, call: &Call, automatic: &mut usize) -> Result<String, Error> {
    if place.contains('{') {
        return Err(refuse("a place within a place is not available; build the format with `~`"));
    }
    let (name, spec) = place.split_once(':').unwrap_or((place, ""));
    let (name, conversion) = name.split_once('!').unwrap_or((name, ""));
    let value = look_up(name, call, automatic)?;
    ensure_defined(state, &value)?;
    let value = match conversion {
        "" => value,
        "s" => Value::from(to_text(&value)?),
        "r" | "a" => Value::from(to_repr(&value)?),
        _ => return Err(refuse("a format knows the conversions !s, !r and !a")),
    };
    if spec.is_empty() {
        return to_text(&value);
    }
    if spec.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() > 4) {
        return Err(refuse("a format's width or precision has more than four digits"));
    }
    if !matches!(value.kind(), ValueKind::String | ValueKind::Number | ValueKind::Bool) {
        return Err(refuse("a format spec needs text or a number; use `!s` before the colon"));
    }
    format(FormatStyle::StrFormat, &format!("{{:{spec}}}"), &[value])
}

/// `0`, `name`, `name.member[item]`; nothing means the next argument.
fn look_up(path: &str, call: &Call, automatic: &mut usize) -> Result<Value, Error> {
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (name, mut rest) = path.split_at_checked(end).unwrap_or((path, ""));
    let missing = || refuse("the format has a place for which there is no argument");
    let mut value = match name.parse::<usize>() {
        Ok(position) => call.positional.get(position).cloned().ok_or_else(missing)?,
        Err(_) if name.is_empty() => {
            *automatic += 1;
            call.positional.get(*automatic - 1).cloned().ok_or_else(missing)?
        }
        Err(_) => {
            let found = call.keyword.iter().find(|(keyword, _)| keyword == name);
            found.map(|(_, value)| value.clone()).ok_or_else(missing)?
        }
    };
    while !rest.is_empty() {
        let (key, after) = match rest.strip_prefix('[') {
            Some(inner) => inner.split_once(']').ok_or_else(missing)?,
            None => {
                let inner = rest.get(1..).unwrap_or("");
                inner.split_at_checked(inner.find(['.', '[']).unwrap_or(inner.len())).unwrap_or((inner, ""))
            }
        };
        value = match key.parse::<usize>() {
            Ok(index) => value.get_item_by_index(index)?,
            Err(_) => value.get_attr(key)?,
        };
        rest = after;
    }
    Ok(value)
}

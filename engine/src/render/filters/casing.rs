//! Filters that change letters: upper, lower, title, capitalize, trim, replace.

use minijinja::value::StringInput;
use minijinja::{Environment, Error, State, Value, filters};

use crate::render::arguments::{Arguments, Signature, add_filter, ensure_defined, text_of};

const UPPER: Signature = Signature { name: "upper", required: 1, parameters: &["s"] };
const LOWER: Signature = Signature { name: "lower", required: 1, parameters: &["s"] };
const TITLE: Signature = Signature { name: "title", required: 1, parameters: &["s"] };
const CAPITALIZE: Signature = Signature { name: "capitalize", required: 1, parameters: &["s"] };
const TRIM: Signature = Signature { name: "trim", required: 1, parameters: &["value", "chars"] };
const REPLACE: Signature = Signature { name: "replace", required: 3, parameters: &["s", "old", "new", "count"] };

/// Adds the filters.
pub(super) fn install(environment: &mut Environment<'_>) {
    add_filter(environment, &UPPER, |state, arguments| changed(state, arguments, |text| Ok(text.to_uppercase())));
    add_filter(environment, &LOWER, |state, arguments| changed(state, arguments, |text| Ok(text.to_lowercase())));
    add_filter(environment, &TITLE, title);
    add_filter(environment, &CAPITALIZE, capitalize);
    add_filter(environment, &TRIM, trim);
    add_filter(environment, &REPLACE, replace);
}

/// Applies a change to the printed subject; what was safe stays safe.
fn changed(state: &State<'_, '_>, arguments: &Arguments, change: impl Fn(&str) -> Result<String, Error>) -> Result<Value, Error> {
    let value = arguments.defined(state)?;
    let text = change(&text_of(state, &value)?)?;
    Ok(if value.is_safe() { Value::from_safe_string(text) } else { Value::from(text) })
}

fn title(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    changed(state, arguments, |text| Ok(filters::title(text.into())))
}

fn capitalize(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let text = Value::from(arguments.text(state, 0, "")?);
    Ok(filters::capitalize(StringInput::new(state, &text)?))
}

fn trim(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let letters = match arguments.some(1) {
        Some(letters) => Some(text_of(state, letters)?),
        None => None,
    };
    changed(state, arguments, |text| {
        Ok(match &letters {
            Some(letters) => text.trim_matches(|c| letters.contains(c)).to_owned(),
            None => text.trim().to_owned(),
        })
    })
}

fn replace(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let (old, new) = (arguments.text(state, 1, "")?, arguments.text(state, 2, "")?);
    let count = match arguments.some(3) {
        Some(count) => {
            ensure_defined(state, count)?;
            usize::try_from(arguments.integer(state, 3, -1)?).unwrap_or(usize::MAX)
        }
        None => usize::MAX,
    };
    changed(state, arguments, |text| {
        let matches = text.matches(old.as_str()).take(count).count();
        let bytes = text.len().saturating_add(matches.saturating_mul(new.len()));
        state.consume_fuel(u64::try_from(bytes / 64).unwrap_or(u64::MAX))?;
        Ok(text.replacen(&old, &new, count))
    })
}

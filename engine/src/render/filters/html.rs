//! Filters for HTML: escape, forceescape, striptags, urlencode, xmlattr, urlize.

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, State, Value};

use crate::render::arguments::{Arguments, Signature, add_filter, items_of, text_of};
use crate::render::containers::pairs_of;
use crate::render::error::refuse;

const ESCAPE: Signature = Signature { name: "escape", required: 1, parameters: &["s"] };
const E: Signature = Signature { name: "e", required: 1, parameters: &["s"] };
const FORCE: Signature = Signature { name: "forceescape", required: 1, parameters: &["value"] };
const STRIPTAGS: Signature = Signature { name: "striptags", required: 1, parameters: &["value"] };
const URLENCODE: Signature = Signature { name: "urlencode", required: 1, parameters: &["value"] };
const XMLATTR: Signature = Signature { name: "xmlattr", required: 1, parameters: &["d", "autospace"] };
const URLIZE: Signature = Signature {
    name: "urlize",
    required: 1,
    parameters: &["value", "trim_url_limit", "nofollow", "target", "rel", "extra_schemes"],
};

/// Adds the filters.
pub(super) fn install(environment: &mut Environment<'_>) {
    add_filter(environment, &ESCAPE, escape);
    add_filter(environment, &E, escape);
    add_filter(environment, &FORCE, force_escape);
    add_filter(environment, &STRIPTAGS, strip_tags);
    add_filter(environment, &URLENCODE, url_encode);
    add_filter(environment, &XMLATTR, xml_attributes);
    add_filter(environment, &URLIZE, |_, _| {
        Err(refuse("`urlize` is not available: a CloudFormation template has no HTML links"))
    });
}

/// Text with HTML's special characters escaped, with markupsafe's entities.
pub(in crate::render) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

fn escape(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.defined(state)?;
    if value.is_safe() {
        return Ok(value);
    }
    force_escape(state, arguments)
}

fn force_escape(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let text = arguments.text(state, 0, "")?;
    Ok(Value::from_safe_string(escaped(&text)))
}

/// Removes comments and tags, reads entities, joins words by one blank.
fn strip_tags(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let text = arguments.text(state, 0, "")?;
    let text = without(&text, "<!--", "-->");
    let text = without(&text, "<", ">");
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let entities =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&nbsp;", "\u{a0}"), ("&amp;", "&")];
    Ok(Value::from(entities.iter().fold(text, |text, (entity, sign)| text.replace(entity, sign))))
}

fn without(text: &str, open: &str, close: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(open) {
        let Some((_, after)) = behind.split_once(close) else { break };
        out.push_str(before);
        rest = after;
    }
    out.push_str(rest);
    out
}

fn url_encode(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.defined(state)?;
    let pairs = match value.kind() {
        ValueKind::Map => pairs_of(state, &value)?,
        ValueKind::Seq | ValueKind::Iterable => {
            items_of(state, &value)?;
            pairs_of(state, &value)?
        }
        _ => return Ok(Value::from(quoted(&text_of(state, &value)?, true))),
    };
    let mut parts = Vec::new();
    for (key, value) in pairs {
        let part = |value: &Value| text_of(state, value).map(|text| quoted(&text, false).replace("%20", "+"));
        parts.push(format!("{}={}", part(&key)?, part(&value)?));
    }
    Ok(Value::from(parts.join("&")))
}

fn quoted(text: &str, slash: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"_.-~".contains(&byte) || (slash && byte == b'/');
        if plain {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn xml_attributes(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let autospace = arguments.flag(state, 1, true)?;
    let mut out = String::new();
    for (key, value) in pairs_of(state, &arguments.defined(state)?)? {
        if value.is_none() || value.is_undefined() {
            continue;
        }
        let key = text_of(state, &key)?;
        if key.contains([' ', '\t', '\n', '/', '>', '=']) {
            return Err(refuse("`xmlattr` got a name that no attribute can have"));
        }
        let space = if autospace || !out.is_empty() { " " } else { "" };
        out.push_str(&format!("{space}{}=\"{}\"", escaped(&key), escaped(&text_of(state, &value)?)));
    }
    Ok(Value::from_safe_string(out))
}

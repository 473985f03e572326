//! Reading a parsed document member by member, with complaints that name the key and its line.

use serde_json::{Map, Value};

use super::locate::line_of;
use super::parse::{DocumentError, DocumentLimits, parse};

/// A parsed document together with its text, from which lines are looked up.
pub struct Document<'t> {
    text: &'t str,
    root: Value,
}

impl<'t> Document<'t> {
    /// Parses `text`, which must hold exactly one YAML document.
    pub fn parse(text: &'t str, limits: DocumentLimits) -> Result<Self, DocumentError> {
        parse(text, limits).map(|root| Self { text, root })
    }

    /// The top of the document.
    pub fn root(&self) -> Cursor<'_> {
        Cursor { text: self.text, path: Vec::new(), value: &self.root }
    }
}

/// A place in a document.
#[derive(Clone)]
pub struct Cursor<'d> {
    text: &'d str,
    path: Vec<String>,
    value: &'d Value,
}

impl<'d> Cursor<'d> {
    /// The value at this place.
    pub fn value(&self) -> &'d Value {
        self.value
    }

    /// A complaint about this place.
    pub fn complain(&self, cause: impl Into<String>) -> DocumentError {
        DocumentError { line: line_of(self.text, &self.path), key: dotted(&self.path), cause: cause.into() }
    }

    /// The member `key`, unless absent or null.
    pub fn member(&self, key: &str) -> Option<Cursor<'d>> {
        let value = self.value.as_object()?.get(key).filter(|value| !value.is_null())?;
        Some(self.step(key.to_owned(), value))
    }

    /// The member `key`, which must be there; `fix` says what to write.
    pub fn required(&self, key: &str, fix: &str) -> Result<Cursor<'d>, DocumentError> {
        self.mapping(fix)?;
        self.member(key).ok_or_else(|| self.complain(format!("`{key}` is missing: {fix}")))
    }

    /// This value as a mapping.
    pub fn mapping(&self, fix: &str) -> Result<&'d Map<String, Value>, DocumentError> {
        self.value.as_object().ok_or_else(|| self.complain(format!("must be a mapping, not {}: {fix}", self.kind())))
    }

    /// All members, in order, with null ones.
    pub fn members(&self) -> impl Iterator<Item = (&'d str, Cursor<'d>)> {
        let members = self.value.as_object().into_iter().flatten();
        members.map(|(key, value)| (key.as_str(), self.step(key.clone(), value)))
    }

    /// The items of this list.
    pub fn list(&self, fix: &str) -> Result<Vec<Cursor<'d>>, DocumentError> {
        let items = self.value.as_array();
        let items = items.ok_or_else(|| self.complain(format!("must be a list, not {}: {fix}", self.kind())))?;
        Ok(items.iter().enumerate().map(|(index, item)| self.step(index.to_string(), item)).collect())
    }

    /// This value as text.
    pub fn text(&self, fix: &str) -> Result<&'d str, DocumentError> {
        self.value.as_str().ok_or_else(|| self.complain(format!("must be text, not {}: {fix}", self.kind())))
    }

    /// What the value is, in the words of an error message.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "empty",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "a mapping",
        }
    }

    fn step(&self, key: String, value: &'d Value) -> Cursor<'d> {
        let mut path = self.path.clone();
        path.push(key);
        Cursor { text: self.text, path, value }
    }
}

/// `infrastructure.templates[0].file`
fn dotted(path: &[String]) -> String {
    let mut text = String::new();
    for step in path {
        let index = step.bytes().all(|byte| byte.is_ascii_digit()) && !step.is_empty();
        match (index, text.is_empty()) {
            (true, false) => text.push_str(&format!("[{step}]")),
            (_, true) => text.push_str(step),
            (false, false) => text.push_str(&format!(".{step}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_name_key_and_line() {
        let text = "a:\n  - b: 1\n  - b: x\n";
        let document = Document::parse(text, DocumentLimits::default()).unwrap();
        let items = document.root().required("a", "add it").unwrap().list("write a list").unwrap();
        assert_eq!(items[1].member("b").unwrap().text("quote it"), Ok("x"));
        let error = items[0].member("b").unwrap().text("quote it").unwrap_err();
        assert_eq!(error.to_string(), "line 2: a[0].b: must be text, not a number: quote it");
        let error = items[1].required("c", "add it").err().unwrap();
        assert_eq!(error.to_string(), "line 3: a[1]: `c` is missing: add it");
    }
}

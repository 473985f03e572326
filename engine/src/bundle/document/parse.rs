//! Text to a JSON value, within limits.

use serde::Deserialize as _;
use serde::de::DeserializeSeed as _;
use serde_json::Value;

use super::visit::{Budget, Node};

/// What a document may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentLimits {
    /// Levels of nesting.
    pub depth: usize,
    /// Values and keys after aliases are followed.
    pub nodes: usize,
}

impl Default for DocumentLimits {
    /// 32 levels; 20,000 values: more than 51,200 characters can hold without aliases in any sensible form.
    fn default() -> Self {
        Self { depth: 32, nodes: 20_000 }
    }
}

/// What is wrong in a document. No text of it holds a value out of the document, only keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.with_line())]
pub struct DocumentError {
    /// Line, from 1, where known.
    pub line: Option<usize>,
    /// The place in the document, like `infrastructure.templates[0].file`; empty: the document as a whole.
    pub key: String,
    /// What is wrong and how to mend it.
    pub cause: String,
}

impl DocumentError {
    /// Key and cause, without the line.
    pub fn text(&self) -> String {
        if self.key.is_empty() { self.cause.clone() } else { format!("{}: {}", self.key, self.cause) }
    }

    fn with_line(&self) -> String {
        match self.line {
            Some(line) => format!("line {line}: {}", self.text()),
            None => self.text(),
        }
    }

    fn whole(line: Option<usize>, cause: impl Into<String>) -> Self {
        Self { line, key: String::new(), cause: cause.into() }
    }
}

/// Parses exactly one document.
pub(super) fn parse(text: &str, limits: DocumentLimits) -> Result<Value, DocumentError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let budget = Budget::new(limits);
    let mut documents = serde_yaml::Deserializer::from_str(text);
    let Some(first) = documents.next() else {
        return Err(DocumentError::whole(None, "the document is empty"));
    };
    let value = Node::root(&budget).deserialize(first).map_err(|error| explain(&error, &budget))?;
    if value.is_null() {
        return Err(DocumentError::whole(None, "the document is empty"));
    }
    match documents.next().map(serde::de::IgnoredAny::deserialize) {
        None => Ok(value),
        Some(Ok(_)) => Err(DocumentError::whole(None, "there is more than one YAML document; keep one and remove `---`")),
        Some(Err(error)) => Err(explain(&error, &budget)),
    }
}

/// The visitor's own complaint where there is one; else the scanner's, which quotes nothing of the text.
fn explain(error: &serde_yaml::Error, budget: &Budget) -> DocumentError {
    let line = error.location().map(|location| location.line());
    if let Some(cause) = budget.complaint() {
        return DocumentError::whole(line, cause);
    }
    let text = error.to_string();
    // serde's own texts quote the value.
    if text.contains("invalid value") || text.contains("invalid type") {
        return DocumentError::whole(line, "a value does not fit its YAML tag; remove the tag");
    }
    DocumentError::whole(line, format!("not well-formed YAML: {text}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn parsed(text: &str) -> Result<Value, DocumentError> {
        parse(text, DocumentLimits::default())
    }

    #[test]
    fn scalars_follow_yaml_1_2_and_keep_their_types() {
        let text =
            "\u{feff}a: 1\nb: 1.5\nc: yes\nd: 010\ne: 2020-01-02\nf: true\ng: ~\nh: \"1\"\n8080: x\ni: -3\nj: off\nk: 0x1F\n";
        let wanted = json!({"a": 1, "b": 1.5, "c": "yes", "d": "010", "e": "2020-01-02", "f": true, "g": null, "h": "1", "8080": "x", "i": -3, "j": "off", "k": 31});
        let value = parsed(text).unwrap();
        assert_eq!(value, wanted);
        let keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys.join(""), "abcdefgh8080ijk");
    }

    #[rstest]
    #[case::duplicate("a: 1\nb:\n  c: 1\n  c: 2\n", Some(4), "the key `c` is given twice")]
    #[case::tag("a: !Ref x\n", Some(1), "YAML tags")]
    #[case::merge("a: &x {b: 1}\nc:\n  <<: *x\n", Some(3), "merge keys")]
    #[case::documents("a: 1\n---\nb: 2\n", None, "more than one YAML document")]
    #[case::empty("", None, "empty")]
    #[case::syntax("a: [1\nb: 2\n", Some(2), "not well-formed")]
    #[case::infinite("a: 1\nb: .inf\n", Some(2), "put it in quotes")]
    #[case::huge("a: 123456789012345678901234567890\n", Some(1), "put it in quotes")]
    #[case::map_key("? {a: b}\n: c\n", Some(1), "a key must be text")]
    #[case::core_tag("a: !!bool secret\n", Some(1), "does not fit its YAML tag")]
    #[case::unknown_alias("a: *nope\n", Some(1), "not well-formed")]
    #[case::endless_alias("a: &a [*a]\n", Some(1), "levels")]
    fn refused(#[case] text: &str, #[case] line: Option<usize>, #[case] cause: &str) {
        let error = parsed(text).unwrap_err();
        assert!(error.cause.contains(cause), "{error}");
        assert_eq!(error.line, line, "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn alias_bombs_and_deep_documents_stop_early() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let previous = format!("*a{}, ", level - 1).repeat(9);
            bomb.push_str(&format!("a{level}: &a{level} [{}]\n", previous.trim_end_matches(", ")));
        }
        assert!(parsed(&bomb).unwrap_err().cause.contains("more than 20000 values"));
        let deep = format!("a: {}{}", "[".repeat(200), "]".repeat(200));
        assert!(parsed(&deep).unwrap_err().cause.contains("32 levels"));
        assert!(parsed("a: &x 1\nb: *x\n").is_ok(), "a plain alias is fine");
    }
}

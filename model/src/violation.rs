//! What is wrong with a request, in the words AWS uses.

use std::fmt;

/// One constraint that one member does not satisfy.
#[derive(Clone, PartialEq, Eq)]
pub struct Violation {
    /// The member, from the request's root: `tags.1.member.key`. List positions start at 1.
    pub path: String,
    /// What must hold: `Member must …`.
    pub rule: String,
    /// The value that was sent; `None` where it is absent, not text or a number, or sensitive.
    pub value: Option<String>,
}

impl Violation {
    /// A violation that does not repeat the value. `rule` is the whole sentence: `Member must …`.
    pub fn new(path: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { path: path.into(), rule: rule.into(), value: None }
    }
}

impl fmt::Display for Violation {
    /// `Value 'x' at 'name' failed to satisfy constraint: Member must …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value ")?;
        if let Some(value) = &self.value {
            write!(f, "'{value}' ")?;
        }
        write!(f, "at '{}' failed to satisfy constraint: {}", self.path, self.rule)
    }
}

impl fmt::Debug for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A shape that knows its constraints.
pub trait Constrained {
    /// Adds every violation to `out`. `path` is where this shape stands: empty for a request.
    fn check(&self, path: &str, out: &mut Vec<Violation>);

    /// Every violation of a whole request.
    fn violations(&self) -> Vec<Violation> {
        let mut out = Vec::new();
        self.check("", &mut out);
        out
    }
}

/// The message of a ValidationException: `2 validation errors detected: Value at …; Value at …`.
pub fn describe(violations: &[Violation]) -> String {
    let count = violations.len();
    let errors = if count == 1 { "error" } else { "errors" };
    let each: Vec<String> = violations.iter().map(Violation::to_string).collect();
    format!("{count} validation {errors} detected: {}", each.join("; "))
}

#[cfg(test)]
mod tests {
    use super::{Violation, describe};

    fn violation(path: &str, rule: &str, value: Option<&str>) -> Violation {
        Violation { path: path.into(), rule: rule.into(), value: value.map(Into::into) }
    }

    #[test]
    fn one_and_many_are_described_as_aws_does() {
        let name = violation("name", "Member must not be null", None);
        assert_eq!(
            describe(std::slice::from_ref(&name)),
            "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must not be null"
        );
        let spec = violation("maxResults", "Member must have value less than or equal to 100", Some("101"));
        assert_eq!(
            describe(&[name, spec]),
            "2 validation errors detected: Value at 'name' failed to satisfy constraint: Member must not be null; \
             Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100"
        );
    }
}

//! The constraints of one string shape.

use std::sync::OnceLock;

use regex_lite::Regex;

/// Length and pattern of a string shape. Every one is a static in [`crate::constraints`].
///
/// Lengths count characters (Unicode code points). A pattern must match the whole text. The engine
/// of `regex-lite` reads `\d` and `\w` as ASCII, as the service's own patterns mean them, and its
/// time is linear in the text, which matters because the text comes from the network.
pub struct TextRule {
    pub(crate) min: usize,
    pub(crate) max: usize,
    pub(crate) pattern: Option<&'static str>,
    pub(crate) sensitive: bool,
    compiled: OnceLock<Option<Regex>>,
}

impl TextRule {
    /// A rule; `max` is [`usize::MAX`] where the shape has no upper limit.
    pub(crate) const fn new(min: usize, max: usize, pattern: Option<&'static str>) -> Self {
        Self { min, max, pattern, sensitive: false, compiled: OnceLock::new() }
    }

    /// A rule of a sensitive shape: violations do not repeat the value.
    pub(crate) const fn sensitive(min: usize, max: usize, pattern: Option<&'static str>) -> Self {
        Self { min, max, pattern, sensitive: true, compiled: OnceLock::new() }
    }

    /// Whether the text satisfies the shape.
    pub fn accepts(&self, text: &str) -> bool {
        self.broken(text).is_empty()
    }

    /// What the text does not satisfy, each as `Member must …`. Empty: it is good.
    pub fn broken(&self, text: &str) -> Vec<String> {
        let mut rules = Vec::new();
        let length = text.chars().count();
        if length > self.max {
            rules.push(format!("Member must have length less than or equal to {}", self.max));
        }
        if length < self.min {
            rules.push(format!("Member must have length greater than or equal to {}", self.min));
        }
        if let Some(pattern) = self.pattern
            && !self.matches(pattern, text)
        {
            rules.push(format!("Member must satisfy regular expression pattern: {pattern}"));
        }
        rules
    }

    /// A pattern that does not compile matches nothing: a fault of this crate must not let text
    /// through. A test compiles every pattern.
    fn matches(&self, pattern: &str, text: &str) -> bool {
        let compile = || Regex::new(&format!("^(?:{pattern})$")).ok();
        let regex = self.compiled.get_or_init(compile);
        regex.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

#[cfg(test)]
mod tests {
    use super::TextRule;

    #[test]
    fn length_counts_characters_not_bytes() {
        let rule = TextRule::new(1, 3, None);
        assert!(rule.accepts("äöü"));
        assert_eq!(rule.broken("äöüß"), ["Member must have length less than or equal to 3"]);
        assert_eq!(rule.broken(""), ["Member must have length greater than or equal to 1"]);
    }

    #[test]
    fn the_pattern_must_match_the_whole_text() {
        let rule = TextRule::new(0, usize::MAX, Some("a|b"));
        assert!(rule.accepts("b"));
        for text in ["ab", "b\n", "xb", ""] {
            assert!(!rule.accepts(text), "{text:?}");
        }
    }

    #[test]
    fn a_pattern_that_does_not_compile_accepts_nothing() {
        assert!(!TextRule::new(0, usize::MAX, Some("(")).accepts("a"));
    }
}

//! Collects the violations of one structure, member by member. Used by the generated checks.

use crate::{Constrained, Enumeration, TextRule, Violation};

/// Longest part of a value that a violation repeats, in characters.
const SHOWN: usize = 256;

/// Checks the members of one structure that stands at a path.
pub(crate) struct Check<'a> {
    path: &'a str,
    out: &'a mut Vec<Violation>,
    sensitive: bool,
}

impl<'a> Check<'a> {
    /// Checks the structure at `path`; empty for a request.
    pub(crate) fn new(path: &'a str, out: &'a mut Vec<Violation>) -> Self {
        Self { path, out, sensitive: false }
    }

    /// As [`Check::new`], for a sensitive structure: violations do not repeat values.
    pub(crate) fn sensitive(path: &'a str, out: &'a mut Vec<Violation>) -> Self {
        Self { path, out, sensitive: true }
    }

    /// The member must be there.
    pub(crate) fn required<T>(&mut self, member: &str, value: &Option<T>) {
        if value.is_none() {
            let path = self.at(member);
            self.add(path, "Member must not be null".to_owned(), None);
        }
    }

    /// Length and pattern of a string.
    pub(crate) fn text<T: AsRef<str>>(&mut self, member: &str, value: &Option<T>, rule: &TextRule) {
        if let Some(value) = value {
            let path = self.at(member);
            self.text_at(path, value.as_ref(), rule);
        }
    }

    /// Length and pattern of every string in a list.
    pub(crate) fn texts<T: AsRef<str>>(&mut self, member: &str, list: &Option<Vec<T>>, rule: &TextRule) {
        for (path, value) in self.items(member, list) {
            self.text_at(path, value.as_ref(), rule);
        }
    }

    /// The value must be one of the enumeration's.
    pub(crate) fn enumeration<T: Enumeration>(&mut self, member: &str, value: &Option<T>) {
        if let Some(value) = value {
            let path = self.at(member);
            self.enumeration_at(path, value);
        }
    }

    /// Every value of a list must be one of the enumeration's.
    pub(crate) fn enumerations<T: Enumeration>(&mut self, member: &str, list: &Option<Vec<T>>) {
        for (path, value) in self.items(member, list) {
            self.enumeration_at(path, value);
        }
    }

    /// Range of a number.
    pub(crate) fn range(&mut self, member: &str, value: Option<i32>, min: i32, max: i32) {
        let Some(value) = value else { return };
        let rule = match value {
            value if value > max => format!("Member must have value less than or equal to {max}"),
            value if value < min => {
                format!("Member must have value greater than or equal to {min}")
            }
            _ => return,
        };
        let path = self.at(member);
        self.add(path, rule, Some(value.to_string()));
    }

    /// Number of items of a list.
    pub(crate) fn size<T>(&mut self, member: &str, list: &Option<Vec<T>>, min: usize, max: usize) {
        let Some(list) = list else { return };
        let rule = match list.len() {
            length if length > max => {
                format!("Member must have length less than or equal to {max}")
            }
            length if length < min => {
                format!("Member must have length greater than or equal to {min}")
            }
            _ => return,
        };
        let path = self.at(member);
        self.add(path, rule, None);
    }

    /// The constraints of a structure or union inside this one.
    pub(crate) fn nested<T: Constrained>(&mut self, member: &str, value: &Option<T>) {
        if let Some(value) = value {
            value.check(&self.at(member), self.out);
        }
    }

    /// The constraints of every structure in a list.
    pub(crate) fn each<T: Constrained>(&mut self, member: &str, list: &Option<Vec<T>>) {
        for (path, value) in self.items(member, list) {
            value.check(&path, self.out);
        }
    }

    /// A union whose member is not known.
    pub(crate) fn unknown_member(&mut self, members: &[&str]) {
        let rule = format!("Member must have exactly one of these members set: [{}]", members.join(", "));
        self.add(self.path.to_owned(), rule, None);
    }

    fn text_at(&mut self, path: String, value: &str, rule: &TextRule) {
        for broken in rule.broken(value) {
            let value = (!rule.sensitive).then(|| shown(value));
            self.add(path.clone(), broken, value);
        }
    }

    fn enumeration_at<T: Enumeration>(&mut self, path: String, value: &T) {
        if !value.is_known() {
            let rule = format!("Member must satisfy enum value set: [{}]", T::VALUES.join(", "));
            self.add(path, rule, Some(shown(value.as_str())));
        }
    }

    fn at(&self, member: &str) -> String {
        if self.path.is_empty() { member.to_owned() } else { format!("{}.{member}", self.path) }
    }

    /// The items of a list with their paths; positions count from 1.
    fn items<'v, T>(&self, member: &str, list: &'v Option<Vec<T>>) -> impl Iterator<Item = (String, &'v T)> + use<'v, T> {
        let list_path = self.at(member);
        let items = list.as_deref().unwrap_or_default().iter().zip(1..);
        items.map(move |(item, position)| (format!("{list_path}.{position}.member"), item))
    }

    fn add(&mut self, path: String, rule: String, value: Option<String>) {
        let value = if self.sensitive { None } else { value };
        self.out.push(Violation { path, rule, value });
    }
}

/// The value, or its beginning where it is long.
fn shown(value: &str) -> String {
    if value.chars().count() <= SHOWN {
        return value.to_owned();
    }
    value.chars().take(SHOWN).chain(['…']).collect()
}

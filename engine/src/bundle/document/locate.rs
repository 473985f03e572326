//! The line of a key, looked up only when there is something to complain about.
//!
//! The YAML parser tells positions only in its errors; so a visitor walks along the path and fails on purpose at
//! the wanted place.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The line, from 1, of the place that `path` leads to (keys, and decimal indexes of lists), or of its nearest
/// ancestor that exists.
pub(super) fn line_of(text: &str, path: &[String]) -> Option<usize> {
    let mut path = path;
    loop {
        if let Some(line) = exact_line_of(text, path) {
            return Some(line);
        }
        (_, path) = path.split_last()?;
    }
}

fn exact_line_of(text: &str, path: &[String]) -> Option<usize> {
    let document = serde_yaml::Deserializer::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)).next()?;
    let error = Walk { path }.deserialize(document).err()?;
    error.location().map(|location| location.line())
}

/// Fails at the end of the path; ignores whatever is beside it.
#[derive(Clone, Copy)]
struct Walk<'a> {
    path: &'a [String],
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a place")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let (step, rest) = self.path.split_first().ok_or_else(found)?;
        let wanted: Option<usize> = step.parse().ok();
        for index in 0.. {
            let more = if Some(index) == wanted {
                items.next_element_seed(Walk { path: rest })?
            } else {
                items.next_element::<IgnoredAny>()?.map(|_| ())
            };
            if more.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let (step, rest) = self.path.split_first().ok_or_else(found)?;
        let key = Key { wanted: step, last: rest.is_empty() };
        while let Some(matches) = entries.next_key_seed(key)? {
            if matches {
                entries.next_value_seed(Walk { path: rest })?;
            } else {
                entries.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

fn found<E: Error>() -> E {
    E::custom("found")
}

/// Compares a key; fails at the wanted one if it is the end of the path.
#[derive(Clone, Copy)]
struct Key<'a> {
    wanted: &'a str,
    last: bool,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        if key == self.wanted && self.last {
            return Err(found());
        }
        Ok(key == self.wanted)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const TEXT: &str = "a: 1\nb:\n  - c: 1\n    d:\n      e: 2\n  - x\nf: {g: h}\n1: one\n";

    #[rstest]
    #[case(&["a"], 1)]
    #[case(&["b"], 2)]
    #[case(&["b", "0"], 3)]
    #[case(&["b", "0", "d", "e"], 5)]
    #[case(&["b", "1"], 6)]
    #[case(&["f", "g"], 7)]
    #[case(&["1"], 8)]
    #[case::missing_leaf_gives_its_parent(&["b", "0", "d", "nope", "deeper"], 4)]
    fn lines(#[case] path: &[&str], #[case] line: usize) {
        let path: Vec<String> = path.iter().map(|step| (*step).to_owned()).collect();
        assert_eq!(line_of(TEXT, &path), Some(line));
    }
}

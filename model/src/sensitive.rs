//! Text that must not reach a log: the string shapes which the API model marks as sensitive.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Text of a sensitive shape (specs, descriptions, status messages, template and schema text).
///
/// The wire form is a plain JSON string. `Debug` prints a placeholder and there is no `Display`,
/// so that the text leaves this type only by [`Sensitive::as_str`] or [`Sensitive::into_inner`].
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Sensitive(String);

impl Sensitive {
    /// The text itself. The caller answers for where it goes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Gives the text away, without a copy.
    pub fn into_inner(self) -> String {
        self.0
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

impl AsRef<str> for Sensitive {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Sensitive {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Sensitive {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<Sensitive> for String {
    fn from(text: Sensitive) -> Self {
        text.0
    }
}

impl PartialEq<str> for Sensitive {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Sensitive {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl Serialize for Sensitive {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Sensitive {
    /// The error of a wrong JSON type does not repeat the value, unlike `serde`'s own.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self).map_err(|_| D::Error::custom("expected a JSON string"))
    }
}

#[cfg(test)]
mod tests {
    use super::Sensitive;

    #[test]
    fn debug_hides_the_text() {
        let text = Sensitive::from("password: hunter2");
        assert_eq!(format!("{text:?} {:?}", Some(&text)), "<redacted> Some(<redacted>)");
        assert_eq!(text.as_str(), "password: hunter2");
    }

    #[test]
    fn wire_form_is_a_plain_string() {
        let text: Sensitive = serde_json::from_str("\"a\\nb\"").unwrap();
        assert_eq!(text, "a\nb");
        assert_eq!(serde_json::to_string(&text).unwrap(), "\"a\\nb\"");
    }

    #[test]
    fn error_of_a_wrong_type_does_not_repeat_the_value() {
        let error = serde_json::from_str::<Sensitive>("[\"hunter2\"]").unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
        assert!(error.to_string().starts_with("expected a JSON string"), "{error}");
    }
}

//! Values that must not reach a log: transparent on the wire, hidden in `Debug`.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

/// A value that serializes as itself and whose `Debug` shows nothing of it. Source of what is sensitive: the API model marks specs,
/// descriptions, status messages and outputs so.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sensitive<T>(pub T);

impl<T> Sensitive<T> {
    /// The value itself.
    pub fn get(&self) -> &T {
        &self.0
    }
}

impl<T> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

impl<T: JsonSchema> JsonSchema for Sensitive<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_and_serde_shows() {
        let value = Sensitive("p4ss".to_owned());
        assert_eq!(format!("{value:?}"), "<redacted>");
        assert_eq!(serde_json::to_string(&value).unwrap(), "\"p4ss\"");
        assert_eq!(serde_json::from_str::<Sensitive<String>>("\"p4ss\"").unwrap(), value);
    }
}

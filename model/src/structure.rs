//! The wire form of structures.
//!
//! Written by a macro and not derived, for two reasons: a derived structure can also be read from a
//! JSON array, which the API must refuse, and an error here names the member that it is about.
//! Of a member that occurs twice the last value counts.

/// Implements `Serialize` and `Deserialize` for a structure whose fields are all `Option`.
macro_rules! structure {
    ($name:ident { $($field:ident: $wire:literal,)* }) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                #[allow(unused_mut, reason = "a structure without members writes nothing")]
                let mut map = serializer.serialize_map(None)?;
                $(if let Some(value) = &self.$field {
                    serde::ser::SerializeMap::serialize_entry(&mut map, $wire, value)?;
                })*
                serde::ser::SerializeMap::end(map)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Members;

                impl<'de> serde::de::Visitor<'de> for Members {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("a JSON object of shape ", stringify!($name)))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        #[allow(unused_mut, reason = "a structure without members has nothing to set")]
                        let mut structure = $name::default();
                        while let Some(member) = map.next_key::<String>()? {
                            match member.as_str() {
                                $($wire => structure.$field = $crate::structure::member(&mut map, $wire)?,)*
                                _ => drop(map.next_value::<serde::de::IgnoredAny>()?),
                            }
                        }
                        Ok(structure)
                    }
                }

                deserializer.deserialize_struct(stringify!($name), &[$($wire),*], Members)
            }
        }
    };
}

pub(crate) use structure;

/// Reads the value of one member; an error says which member it is about.
pub(crate) fn member<'de, A, T>(map: &mut A, name: &str) -> Result<T, A::Error>
where
    A: serde::de::MapAccess<'de>,
    T: serde::Deserialize<'de>,
{
    map.next_value().map_err(|error| serde::de::Error::custom(format_args!("{name}: {error}")))
}

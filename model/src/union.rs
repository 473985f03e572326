//! The wire form of unions: a JSON object in which exactly one member is set.

/// Declares a union: an enumeration with one variant per member, and its wire form.
macro_rules! union {
    ($(#[$meta:meta])* $name:ident { $($variant:ident($shape:ty) = $wire:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $(#[doc = concat!("`", $wire, "`")] $variant($shape),)+
            /// A member that the API model does not have; only its name is kept.
            Unknown(String),
        }

        impl $name {
            /// The names of the members, in the model's order.
            pub const MEMBERS: &'static [&'static str] = &[$($wire),+];

            /// The name of the member that is set.
            pub fn member(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $wire,)+
                    Self::Unknown(member) => member,
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(1))?;
                match self {
                    $(Self::$variant(value) => serde::ser::SerializeMap::serialize_entry(&mut map, $wire, value)?,)+
                    Self::Unknown(member) => {
                        let nothing = std::collections::BTreeMap::<String, String>::new();
                        serde::ser::SerializeMap::serialize_entry(&mut map, member, &nothing)?;
                    }
                }
                serde::ser::SerializeMap::end(map)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Members;

                impl<'de> serde::de::Visitor<'de> for Members {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("a JSON object of union ", stringify!($name)))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut found = $crate::union::OneMember::new(stringify!($name), $name::MEMBERS);
                        while let Some(member) = map.next_key::<String>()? {
                            let value = match member.as_str() {
                                $($wire => $crate::structure::member::<A, Option<$shape>>(&mut map, $wire)?.map($name::$variant),)+
                                _ => map.next_value::<Option<serde::de::IgnoredAny>>()?.map(|_| $name::Unknown(member)),
                            };
                            found.set(value)?;
                        }
                        found.finish()
                    }
                }

                deserializer.deserialize_struct(stringify!($name), $name::MEMBERS, Members)
            }
        }
    };
}

pub(crate) use union;

/// Counts the members that are set while a union is read.
pub(crate) struct OneMember<T> {
    union: &'static str,
    members: &'static [&'static str],
    value: Option<T>,
}

impl<T> OneMember<T> {
    /// Nothing is set yet.
    pub(crate) fn new(union: &'static str, members: &'static [&'static str]) -> Self {
        Self { union, members, value: None }
    }

    /// Takes one member's value; `null` is the same as absent.
    pub(crate) fn set<E: serde::de::Error>(&mut self, value: Option<T>) -> Result<(), E> {
        match (&self.value, value) {
            (_, None) => Ok(()),
            (None, value) => {
                self.value = value;
                Ok(())
            }
            (Some(_), Some(_)) => Err(self.error("more than one")),
        }
    }

    /// The value, or the error that none was set.
    pub(crate) fn finish<E: serde::de::Error>(self) -> Result<T, E> {
        let error = self.error("none");
        self.value.ok_or(error)
    }

    fn error<E: serde::de::Error>(&self, count: &str) -> E {
        let (union, members) = (self.union, self.members.join(", "));
        E::custom(format_args!("{union} needs exactly one of its members ({members}), but {count} is set"))
    }
}

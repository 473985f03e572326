//! A `serde` source that sets every member of any shape, so that a test can look at all of them.
//!
//! Text is `text of <member>`, numbers are 1, lists have one item. A union gets the member at the
//! position asked for, counted around.

use std::{cell::RefCell, collections::BTreeSet};

use serde::{
    Deserialize, Deserializer,
    de::{self, IntoDeserializer, Visitor, value::Error},
};

/// What a filler has seen: the names of the structures and unions.
pub type Seen = RefCell<BTreeSet<&'static str>>;

/// Fills one value.
#[derive(Clone, Copy)]
pub struct Filler<'s> {
    member: &'static str,
    /// Which member of a union is set.
    choice: usize,
    seen: &'s Seen,
}

/// A value with every member set.
pub fn fill<T: for<'de> Deserialize<'de>>(choice: usize, seen: &Seen) -> T {
    let filler = Filler { member: "root", choice, seen };
    T::deserialize(filler).unwrap()
}

/// The text that members of this name get.
pub fn text_of(member: &str) -> String {
    format!("text of {member}.")
}

/// The unions of the API; everything else is a structure.
const UNIONS: [&str; 2] = ["DeploymentState", "TemplateVersionSourceInput"];

impl<'de> Deserializer<'de> for Filler<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.seen.borrow_mut().insert(name);
        let fields = match self.choice % fields.len().max(1) {
            chosen if UNIONS.contains(&name) => &fields[chosen..=chosen],
            _ => fields,
        };
        visitor.visit_map(Members { filler: self, fields })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(OneItem(Some(self)))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(text_of(self.member))
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_i32(1)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_f64(1.5)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(true)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(de::Error::custom(format!("{} is of a kind that the API does not have", self.member)))
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i64 i128 u8 u16 u32 u64 u128 f32 char str bytes byte_buf unit unit_struct
        newtype_struct tuple tuple_struct map enum identifier ignored_any
    }
}

struct Members<'s> {
    filler: Filler<'s>,
    fields: &'static [&'static str],
}

impl<'de> de::MapAccess<'de> for Members<'_> {
    type Error = Error;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((first, rest)) = self.fields.split_first() else {
            return Ok(None);
        };
        (self.filler.member, self.fields) = (first, rest);
        seed.deserialize((*first).into_deserializer()).map(Some)
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(self.filler)
    }
}

struct OneItem<'s>(Option<Filler<'s>>);

impl<'de> de::SeqAccess<'de> for OneItem<'_> {
    type Error = Error;

    fn next_element_seed<T: de::DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.take().map(|filler| seed.deserialize(filler)).transpose()
    }
}

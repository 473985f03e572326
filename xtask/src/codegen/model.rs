//! The part of botocore's service description that the generator uses.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::Deserialize;

/// A service description.
#[derive(Deserialize)]
pub struct Model {
    pub metadata: Metadata,
    pub operations: BTreeMap<String, Operation>,
    pub shapes: BTreeMap<String, Shape>,
}

/// Names of the service on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    pub api_version: String,
    pub signing_name: String,
    pub target_prefix: String,
}

/// One operation.
#[derive(Deserialize)]
pub struct Operation {
    pub input: Reference,
    pub output: Reference,
    #[serde(default)]
    pub errors: Vec<Reference>,
    #[serde(default)]
    pub idempotent: bool,
}

/// A use of a shape.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reference {
    pub shape: String,
    #[serde(default)]
    pub idempotency_token: bool,
}

/// One shape.
#[derive(Deserialize)]
pub struct Shape {
    #[serde(rename = "type")]
    pub kind: Kind,
    #[serde(default)]
    pub members: BTreeMap<String, Reference>,
    #[serde(default)]
    pub required: BTreeSet<String>,
    pub member: Option<Reference>,
    #[serde(default, rename = "enum")]
    pub values: Vec<String>,
    pub min: Option<u32>,
    pub max: Option<u32>,
    pub pattern: Option<String>,
    #[serde(default)]
    pub sensitive: bool,
    #[serde(default)]
    pub union: bool,
    #[serde(default)]
    pub exception: bool,
    #[serde(default)]
    pub fault: bool,
}

/// The kinds of shapes that this API has. Another one is an error when the model is read.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Structure,
    String,
    List,
    Integer,
    Boolean,
    Timestamp,
}

impl Shape {
    /// Whether the shape is a string with a set of values.
    pub fn is_enum(&self) -> bool {
        self.kind == Kind::String && !self.values.is_empty()
    }

    /// Whether a rule for the shape's text is needed.
    pub fn has_text_rule(&self) -> bool {
        let limited = self.min.is_some() || self.max.is_some() || self.pattern.is_some();
        self.kind == Kind::String && !self.is_enum() && limited
    }
}

impl Model {
    /// The shape of that name.
    pub fn shape(&self, name: &str) -> Result<&Shape> {
        self.shapes.get(name).with_context(|| format!("the model has no shape {name}, but refers to it"))
    }

    /// The item shape of a list.
    pub fn item<'a>(&'a self, name: &str, shape: &'a Shape) -> Result<(&'a str, &'a Shape)> {
        let item = shape.member.as_ref().with_context(|| format!("list {name} has no member shape"))?;
        Ok((&item.shape, self.shape(&item.shape)?))
    }

    /// Structures and unions that become types: all but the exceptions.
    pub fn structures(&self) -> impl Iterator<Item = (&str, &Shape)> {
        let structures = self.shapes.iter().filter(|(_, shape)| shape.kind == Kind::Structure && !shape.exception);
        structures.map(|(name, shape)| (name.as_str(), shape))
    }

    /// The shapes that a request can contain, the inputs included.
    pub fn reachable_from_inputs(&self) -> Result<BTreeSet<&str>> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&str> = self.operations.values().map(|operation| operation.input.shape.as_str()).collect();
        while let Some(name) = open.pop() {
            if reached.insert(name) {
                let shape = self.shape(name)?;
                open.extend(shape.members.values().chain(&shape.member).map(|used| used.shape.as_str()));
            }
        }
        Ok(reached)
    }
}

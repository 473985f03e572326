//! The parsed schema and its input types.

use std::fmt;
use std::sync::Arc;

use jsonschema::Validator;
use serde_json::{Map, Value};

use super::defaults::Fill;
use super::violation::{self, InputViolation};
use crate::bundle::archive::SCHEMA_FILE;
use crate::bundle::document::DocumentError;
use crate::bundle::error::{BundleError, Fault};

/// Whose inputs a type describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputKind {
    /// `environment_input_type`
    Environment,
    /// `service_input_type`: the inputs of a service instance.
    Service,
    /// `pipeline_input_type`
    Pipeline,
}

impl InputKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Environment, Self::Service, Self::Pipeline];

    /// The key in the schema file.
    pub fn key(self) -> &'static str {
        match self {
            Self::Environment => "environment_input_type",
            Self::Service => "service_input_type",
            Self::Pipeline => "pipeline_input_type",
        }
    }

    /// The key as AWS Proton's messages spell it.
    pub fn property(self) -> &'static str {
        match self {
            Self::Environment => "environmentInputType",
            Self::Service => "serviceInputType",
            Self::Pipeline => "pipelineInputType",
        }
    }
}

/// A schema file that keeps the grammar. `Debug` shows the names of the input types only.
#[derive(Clone)]
pub struct Schema {
    /// The raw text, as `GetEnvironmentTemplateVersion` returns it.
    pub text: String,
    pub(super) inputs: Vec<(InputKind, InputType)>,
}

impl Schema {
    /// Parses the text of `schema.yaml`. What a kind of template needs is checked by [`Schema::check_kind`].
    pub fn parse(text: &str) -> Result<Self, BundleError> {
        Self::parse_with_warnings(text).map(|(schema, _)| schema)
    }

    /// Like [`Schema::parse`], with what is accepted but probably not meant.
    pub fn parse_with_warnings(text: &str) -> Result<(Self, Vec<String>), BundleError> {
        let (schema, warnings) = super::grammar::parse(text).map_err(in_schema)?;
        Ok((schema, warnings.into_iter().map(|warning| format!("{SCHEMA_FILE}: {warning}")).collect()))
    }

    /// The input type of that kind, if the schema has one.
    pub fn inputs(&self, kind: InputKind) -> Option<&InputType> {
        self.inputs.iter().find(|(found, _)| *found == kind).map(|(_, input)| input)
    }
}

/// A complaint about the schema file.
pub(super) fn in_schema(error: DocumentError) -> BundleError {
    BundleError::in_document(Fault::Schema, SCHEMA_FILE, error)
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.inputs.iter().map(|(kind, input)| (kind, &input.name))).finish()
    }
}

impl PartialEq for Schema {
    /// Two schemas are equal if their texts are.
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// The named types of a schema file, as written.
pub(super) type Types = Map<String, Value>;

/// One input type, ready to validate.
#[derive(Clone)]
pub struct InputType {
    pub(super) name: String,
    pub(super) types: Arc<Types>,
    pub(super) validator: Arc<Validator>,
}

impl InputType {
    /// The type's name in the schema.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Checks what a user supplied: `inputs` is the `spec:` mapping of an environment or instance, or `pipeline:`.
    ///
    /// Inputs that the schema does not know are accepted unless it says `additionalProperties: false`; a required
    /// input with a default may be left out. No violation holds a value.
    pub fn validate(&self, inputs: &Value) -> Result<(), Vec<InputViolation>> {
        let mut violations = violation::collect(&self.validator, inputs);
        if violations.is_empty() && !self.filled(inputs.clone()).1 {
            violations.push(InputViolation::too_many());
        }
        if violations.is_empty() { Ok(()) } else { Err(violations) }
    }

    /// The inputs with defaults filled in, also in nested objects that are present: first those of the schema, in
    /// its order, then those that it does not know.
    pub fn with_defaults(&self, inputs: Value) -> Value {
        self.filled(inputs).0
    }

    /// The value, and whether all of it fitted into the budget.
    pub(super) fn filled(&self, inputs: Value) -> (Value, bool) {
        let mut fill = Fill::new(&self.types);
        let value = fill.value(self.definition(), inputs);
        (value, fill.complete())
    }

    pub(super) fn definition(&self) -> &Value {
        self.types.get(&self.name).unwrap_or(&Value::Null)
    }
}

impl fmt::Debug for InputType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InputType").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;

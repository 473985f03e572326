//! Which input types a kind of template must and must not have.
//!
//! | kind | environment_input_type | service_input_type | pipeline_input_type |
//! |---|---|---|---|
//! | environment (also customer managed) | required | forbidden | forbidden |
//! | service | forbidden | required | required |
//! | service, pipeline customer managed | forbidden | required | forbidden |

use super::customer_managed;
use super::model::{InputKind, Schema, in_schema};
use crate::bundle::document::{Document, DocumentError, DocumentLimits};
use crate::bundle::error::BundleError;
use crate::bundle::layout::TemplateKind;

impl Schema {
    /// Checks the input types against the kind of template; see the table above.
    pub fn check_kind(&self, kind: TemplateKind, customer_managed: bool) -> Result<(), BundleError> {
        check(self, kind, customer_managed).map_err(in_schema)
    }
}

/// Which kinds of input a template takes.
pub(super) fn wanted(kind: TemplateKind, customer_managed: bool) -> &'static [InputKind] {
    match (kind, customer_managed) {
        (TemplateKind::Environment, _) => &[InputKind::Environment],
        (TemplateKind::Service, false) => &[InputKind::Service, InputKind::Pipeline],
        (TemplateKind::Service, true) => &[InputKind::Service],
    }
}

fn check(schema: &Schema, kind: TemplateKind, customer_managed: bool) -> Result<(), DocumentError> {
    let document = Document::parse(&schema.text, DocumentLimits::default())?;
    let root = document.root();
    let place = root.member("schema").unwrap_or(root);
    let wanted = wanted(kind, customer_managed);
    let title = kind.title();
    for input in InputKind::ALL {
        match (wanted.contains(&input), place.member(input.key())) {
            (true, None) => {
                let (property, fix) = (input.property(), missing(input));
                return Err(place.complain(format!("{title} template schema is not valid: Missing property [{property}]. {fix}")));
            }
            (false, Some(extra)) => {
                let (property, fix) = (input.property(), unwanted(input, kind));
                return Err(
                    extra.complain(format!("{title} template schema is not valid: Unexpected property [{property}]. {fix}"))
                );
            }
            _ => {}
        }
    }
    if kind == TemplateKind::Environment && customer_managed {
        customer_managed::check(schema, &place)?;
    }
    Ok(())
}

fn missing(input: InputKind) -> String {
    let key = input.key();
    let write = format!("Write `{key}: \"<name of a type>\"` and describe that type under schema.types");
    match input {
        InputKind::Pipeline => format!(
            "{write}; for a service template without a pipeline create the template with pipelineProvisioning CUSTOMER_MANAGED"
        ),
        _ => write,
    }
}

fn unwanted(input: InputKind, kind: TemplateKind) -> &'static str {
    match (input, kind) {
        (InputKind::Pipeline, TemplateKind::Service) => {
            "The template was created with pipelineProvisioning CUSTOMER_MANAGED: remove the line"
        }
        (_, TemplateKind::Service) => "It belongs to environment templates: remove the line",
        (_, TemplateKind::Environment) => "It belongs to service templates: remove the line",
    }
}

//! What the operations on template sync configurations have in common.

use proton_model::TemplateType;

use super::{ApiError, Engine};
use crate::bundle::TemplateKind;
use crate::domain::sync_config::{Sync, absent};
use crate::domain::template;
use crate::store::Reader;

/// The template that a request names.
pub(super) struct Of {
    pub(super) kind: Option<TemplateType>,
    pub(super) name: String,
    pub(super) arn: String,
}

impl Of {
    pub(super) fn new(engine: &Engine, kind: Option<TemplateType>, name: Option<String>) -> Self {
        let of = match kind {
            Some(TemplateType::Service) => TemplateKind::Service,
            _ => TemplateKind::Environment,
        };
        let name = name.unwrap_or_default();
        Self { kind, arn: template::arn(&engine.arns, of, &name), name }
    }

    /// The configuration, or ResourceNotFoundException.
    pub(super) async fn existing(&self, reader: &mut Reader) -> Result<Sync, ApiError> {
        reader.template_sync(&self.arn).await?.ok_or_else(|| ApiError::not_found(absent(&self.arn)))
    }
}

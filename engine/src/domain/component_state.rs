//! What is deployed of a component.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is deployed of a component (API model, shape ComponentState).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ComponentState {
    /// The service and its instance that it is attached to.
    pub attachment: Option<Attachment>,
    /// The document that an attached component takes the instance's inputs from. Sensitive.
    pub service_spec: Option<String>,
    /// The text of its infrastructure file. Sensitive.
    pub template_file: String,
}

/// A service instance that a component is attached to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The service.
    pub service: String,
    /// The instance.
    pub instance: String,
}

impl fmt::Debug for ComponentState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ComponentState").field("attachment", &self.attachment).finish_non_exhaustive()
    }
}

//! Rendering without a child, for simulations and tests, whose templates are their own.

use super::renderer::{Renderer, Rendering, RenderingError};
use crate::render::{ErrorClass, Limits, render};

/// Renders in this process. A template that overflows the stack ends it.
#[derive(Clone, Copy, Debug, Default)]
pub struct InProcess;

#[async_trait::async_trait]
impl Renderer for InProcess {
    async fn render(&self, rendering: Rendering) -> Result<String, RenderingError> {
        let work = move || render(&rendering.source, &rendering.file, &rendering.context, &Limits::default());
        let done = tokio::task::spawn_blocking(work).await.map_err(|error| RenderingError::Unavailable(error.to_string()))?;
        done.map_err(|error| match error.class() {
            ErrorClass::Template => RenderingError::Template(error.to_string()),
            ErrorClass::Transient => RenderingError::Unavailable(error.to_string()),
        })
    }
}

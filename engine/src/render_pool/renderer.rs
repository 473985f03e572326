//! What is rendered, by whom, and how it can fail.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

/// One template with its values.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendering {
    /// The file inside the bundle; messages name it.
    pub file: String,
    /// Its text. Sensitive.
    pub source: String,
    /// The namespace: an object of names and values. Sensitive.
    pub context: Value,
}

impl fmt::Debug for Rendering {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Rendering").field("file", &self.file).finish_non_exhaustive()
    }
}

/// Why there is no rendered text. No message holds a value of the context.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderingError {
    /// The template or its values are at fault; the text names file, line and cause.
    #[error("{0}")]
    Template(String),
    /// The process that rendered it ended, twice.
    #[error(
        "{file}: rendering ended abnormally ({ending}), also when it was repeated: the template nests too deeply, holds itself, or needs too much memory; make it simpler"
    )]
    Abnormal {
        /// The file.
        file: String,
        /// How the process ended.
        ending: String,
    },
    /// It took too long and was stopped.
    #[error(
        "{file}: rendering did not end within {limit:?} and was stopped; look for long loops, large values and very long expressions"
    )]
    OutOfTime {
        /// The file.
        file: String,
        /// How long it could have taken.
        limit: Duration,
    },
    /// The machine cannot do it now; nothing is wrong with the template.
    #[error("no process for rendering can be started: {0}")]
    Unavailable(String),
}

/// Whoever renders for deployments.
#[async_trait::async_trait]
pub trait Renderer: Send + Sync + 'static {
    /// Renders one template.
    async fn render(&self, rendering: Rendering) -> Result<String, RenderingError>;
}

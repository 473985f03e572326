//! The kinds of work that the outbox holds.

use strum::{EnumString, IntoStaticStr};

/// What the worker is to do for an outbox row. Persisted by name, so names never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum EffectKind {
    /// Bring a deployment to its end. The key is the deployment's id.
    Deployment,
    /// Fetch, check and keep a template version's bundle. The key is the version's ARN.
    Registration,
}

impl EffectKind {
    /// The word that the store keeps.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

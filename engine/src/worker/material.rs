//! What a deployment is prepared from, gathered from the store by the kind of its target.

use super::component_preparation;
use super::environment_preparation;
use super::service_preparation;
use super::subject::Subject;
use crate::domain::target::{Method, TargetKind};
use crate::render_pool::Rendering;
use crate::store::{Reader, StoreError};

/// Everything that preparing needs, so that it can be done away from the store.
pub(super) enum Material {
    /// Of an environment.
    Environment(environment_preparation::Material),
    /// Of a service instance or a pipeline.
    Service(service_preparation::Material),
    /// Of a component.
    Component(component_preparation::Material),
}

/// How a deployment is provisioned, and what has to be rendered for that.
pub(super) struct Plan {
    /// How the target is provisioned.
    pub(super) method: Method,
    /// The file to render. None for deletions, and where nothing is rendered.
    pub(super) rendering: Option<Rendering>,
}

/// Gathers it.
pub(super) async fn gather(reader: &mut Reader, subject: &Subject) -> Result<Material, StoreError> {
    match subject.deployment.kind {
        TargetKind::Environment => Ok(Material::Environment(environment_preparation::gather(reader, subject).await?)),
        TargetKind::ServiceInstance | TargetKind::ServicePipeline => {
            Ok(Material::Service(service_preparation::gather(reader, subject).await?))
        }
        TargetKind::Component => Ok(Material::Component(component_preparation::gather(reader, subject).await?)),
    }
}

impl Material {
    /// Chooses the method and what to render. The error is the status message of the failed deployment.
    pub(super) fn prepare(&self) -> Result<Plan, String> {
        match self {
            Self::Environment(material) => environment_preparation::prepare(material),
            Self::Service(material) => service_preparation::prepare(material),
            Self::Component(material) => component_preparation::prepare(material),
        }
    }
}

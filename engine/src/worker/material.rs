//! What a deployment is prepared from, gathered from the store by the kind of its target.

use super::component_preparation;
use super::environment_preparation;
use super::service_preparation;
use super::subject::Subject;
use crate::domain::target::{Prepared, TargetKind};
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
    /// Chooses the method and renders. The error is the status message of the failed deployment.
    pub(super) fn prepare(&self) -> Result<Prepared, String> {
        match self {
            Self::Environment(material) => environment_preparation::prepare(material),
            Self::Service(material) => service_preparation::prepare(material),
            Self::Component(material) => component_preparation::prepare(material),
        }
    }
}

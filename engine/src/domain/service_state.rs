//! What is deployed of a service's instances and of its pipeline.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::version::VersionNumber;

/// What is deployed of a service instance (API model, shape ServiceInstanceState). The three kinds of ids name the
/// deployments whose outputs the rendering uses, so that a rendering can be repeated from them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceInstanceState {
    /// The service template.
    pub template_name: String,
    /// The version of it.
    pub version: VersionNumber,
    /// The document of the whole service; the instance uses its own entry. Sensitive.
    pub spec: String,
    /// The environment's deployment.
    pub environment_deployment_id: Option<String>,
    /// The attached component's deployment; one at most.
    #[serde(default)]
    pub component_deployment_ids: Vec<String>,
    /// The pipeline's deployment.
    pub pipeline_deployment_id: Option<String>,
}

/// What is deployed of a service's pipeline (API model, shape ServicePipelineState).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePipelineState {
    /// The service template.
    pub template_name: String,
    /// The version of it.
    pub version: VersionNumber,
    /// The document of the whole service; the pipeline uses its `pipeline:` section. Sensitive.
    pub spec: String,
}

impl fmt::Debug for ServiceInstanceState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ServiceInstanceState")
            .field("template_name", &self.template_name)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ServicePipelineState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ServicePipelineState")
            .field("template_name", &self.template_name)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

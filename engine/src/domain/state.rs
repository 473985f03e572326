//! What a deployment deploys: the members of the API's DeploymentState union, as the engine keeps them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::component_state::ComponentState;
use super::service_state::{ServiceInstanceState, ServicePipelineState};
use super::version::VersionNumber;

/// The state that a deployment starts from or brings about (API model, shape DeploymentState). Stored as JSON,
/// tagged by kind; the other kinds of targets get variants of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeployedState {
    /// Of an environment.
    Environment(EnvironmentState),
    /// Of a service instance.
    ServiceInstance(ServiceInstanceState),
    /// Of a service's pipeline.
    ServicePipeline(ServicePipelineState),
    /// Of a component.
    Component(ComponentState),
}

impl DeployedState {
    /// The template version that the state names.
    pub fn version(&self) -> Option<(&str, VersionNumber)> {
        match self {
            Self::Environment(state) => Some((&state.template_name, state.version)),
            Self::ServiceInstance(state) => Some((&state.template_name, state.version)),
            Self::ServicePipeline(state) => Some((&state.template_name, state.version)),
            Self::Component(_) => None,
        }
    }

    /// The state of an environment, where it is one.
    pub fn as_environment(&self) -> Option<&EnvironmentState> {
        match self {
            Self::Environment(state) => Some(state),
            _ => None,
        }
    }

    /// The state of a component, where it is one.
    pub fn as_component(&self) -> Option<&ComponentState> {
        match self {
            Self::Component(state) => Some(state),
            _ => None,
        }
    }

    /// The state of a service instance, where it is one.
    pub fn as_service_instance(&self) -> Option<&ServiceInstanceState> {
        match self {
            Self::ServiceInstance(state) => Some(state),
            _ => None,
        }
    }

    /// The state of a service's pipeline, where it is one.
    pub fn as_service_pipeline(&self) -> Option<&ServicePipelineState> {
        match self {
            Self::ServicePipeline(state) => Some(state),
            _ => None,
        }
    }
}

/// What is deployed of an environment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentState {
    /// The environment template.
    pub template_name: String,
    /// The version of it.
    pub version: VersionNumber,
    /// The spec as it was given, character by character. Sensitive.
    pub spec: String,
}

impl fmt::Debug for EnvironmentState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("EnvironmentState")
            .field("template_name", &self.template_name)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

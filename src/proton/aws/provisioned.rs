//! What targets were provisioned as: for people who look for the stack. No decision needs it, so it is no part of [`crate::proton::Proton`].

use super::classify::classify;
use super::sdk::types::ProvisionedResource;
use super::{AwsProton, view};
use crate::proton::{Result, TargetName};

impl AwsProton {
    /// ListEnvironmentProvisionedResources: `identifier` of each.
    ///
    /// # Errors
    /// What the endpoint answers.
    pub async fn provisioned_for_environment(&self, name: &str) -> Result<Vec<String>> {
        let answer = self.reads.list_environment_provisioned_resources().environment_name(name).send().await.map_err(classify)?;
        Ok(identifiers(answer.provisioned_resources))
    }

    /// The same for the other targets.
    ///
    /// # Errors
    /// What the endpoint answers.
    pub async fn provisioned_for(&self, target: &TargetName) -> Result<Vec<String>> {
        let found = match target {
            TargetName::Instance { service, name } => {
                let call = self.reads.list_service_instance_provisioned_resources().service_name(service);
                call.service_instance_name(name).send().await.map_err(classify)?.provisioned_resources
            }
            TargetName::Pipeline { service } => {
                let call = self.reads.list_service_pipeline_provisioned_resources().service_name(service);
                call.send().await.map_err(classify)?.provisioned_resources
            }
            TargetName::Component { name } => {
                let call = self.reads.list_component_provisioned_resources().component_name(name);
                call.send().await.map_err(classify)?.provisioned_resources
            }
        };
        Ok(identifiers(found))
    }
}

fn identifiers(resources: Vec<ProvisionedResource>) -> Vec<String> {
    resources.into_iter().filter_map(|resource| view::present(resource.identifier)).collect()
}

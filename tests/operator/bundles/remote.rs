//! What the API itself says, through the SDK: a status has to mirror it.
#![allow(deprecated, reason = "the SDK marks every call of this API as deprecated")]

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use aws_sdk_proton::Client;
use aws_sdk_proton::config::retry::RetryConfig;
use aws_sdk_proton::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_proton::types::{DeploymentTargetResourceType, Output, ProvisionedResource};
use proton_rig::Engine;

/// A client of the engine.
pub struct Remote {
    client: Client,
}

/// A deployable target by its names.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    Environment(&'a str),
    Instance(&'a str, &'a str),
    Pipeline(&'a str),
    Component(&'a str),
}

/// What a target shows of its deployments.
pub struct Facts {
    pub arn: String,
    pub status: String,
    pub attempted: Option<String>,
    pub succeeded: Option<String>,
    /// `major.minor`; a component has none.
    pub version: Option<String>,
}

impl Remote {
    /// The administrator's client.
    pub fn of(engine: &Engine) -> Self {
        let (id, secret) = engine.keys();
        let config = aws_sdk_proton::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(engine.endpoint())
            .credentials_provider(Credentials::new(id, secret, None, None, "test"))
            .retry_config(RetryConfig::disabled())
            .http_client(proton_engine::aws::http_client());
        Self { client: Client::from_conf(config.build()) }
    }

    /// `Get…` of a target.
    pub async fn facts(&self, target: Target<'_>) -> Result<Facts> {
        let api = &self.client;
        Ok(match target {
            Target::Environment(name) => {
                let found = api.get_environment().name(name).send().await?.environment.context("an environment")?;
                Facts {
                    arn: found.arn,
                    status: found.deployment_status.to_string(),
                    attempted: found.last_attempted_deployment_id,
                    succeeded: found.last_succeeded_deployment_id,
                    version: Some(format!("{}.{}", found.template_major_version, found.template_minor_version)),
                }
            }
            Target::Instance(service, name) => {
                let call = api.get_service_instance().service_name(service).name(name);
                let found = call.send().await?.service_instance.context("an instance")?;
                Facts {
                    arn: found.arn,
                    status: found.deployment_status.to_string(),
                    attempted: found.last_attempted_deployment_id,
                    succeeded: found.last_succeeded_deployment_id,
                    version: Some(format!("{}.{}", found.template_major_version, found.template_minor_version)),
                }
            }
            Target::Pipeline(service) => {
                let found = api.get_service().name(service).send().await?.service.context("a service")?;
                let pipeline = found.pipeline.context("a pipeline")?;
                Facts {
                    arn: found.arn,
                    status: pipeline.deployment_status.to_string(),
                    attempted: pipeline.last_attempted_deployment_id,
                    succeeded: pipeline.last_succeeded_deployment_id,
                    version: Some(format!("{}.{}", pipeline.template_major_version, pipeline.template_minor_version)),
                }
            }
            Target::Component(name) => {
                let found = api.get_component().name(name).send().await?.component.context("a component")?;
                Facts {
                    arn: found.arn,
                    status: found.deployment_status.to_string(),
                    attempted: found.last_attempted_deployment_id,
                    succeeded: found.last_succeeded_deployment_id,
                    version: None,
                }
            }
        })
    }

    /// Id and status of every deployment of a target, newest first.
    pub async fn deployments(&self, target: Target<'_>) -> Result<Vec<(String, String)>> {
        let list = self.client.list_deployments();
        let list = match target {
            Target::Environment(name) => list.environment_name(name),
            Target::Instance(service, name) => list.service_name(service).service_instance_name(name),
            Target::Pipeline(service) => list.service_name(service),
            Target::Component(name) => list.component_name(name),
        };
        let kind = match target {
            Target::Environment(_) => DeploymentTargetResourceType::Environment,
            Target::Instance(..) => DeploymentTargetResourceType::ServiceInstance,
            Target::Pipeline(_) => DeploymentTargetResourceType::ServicePipeline,
            Target::Component(_) => DeploymentTargetResourceType::Component,
        };
        let rows = list.send().await?.deployments;
        let rows = rows.into_iter().filter(|row| row.target_resource_type == kind);
        Ok(rows.map(|row| (row.id, row.deployment_status.to_string())).collect())
    }

    /// The current outputs of a target.
    pub async fn outputs(&self, target: Target<'_>) -> Result<BTreeMap<String, String>> {
        let api = &self.client;
        let outputs = match target {
            Target::Environment(name) => api.list_environment_outputs().environment_name(name).send().await?.outputs,
            Target::Instance(service, name) => {
                api.list_service_instance_outputs().service_name(service).service_instance_name(name).send().await?.outputs
            }
            Target::Pipeline(service) => api.list_service_pipeline_outputs().service_name(service).send().await?.outputs,
            Target::Component(name) => api.list_component_outputs().component_name(name).send().await?.outputs,
        };
        let pair = |output: Output| (output.key.unwrap_or_default(), output.value_string.unwrap_or_default());
        Ok(outputs.into_iter().map(pair).collect())
    }

    /// The stack of a target that was really provisioned.
    pub async fn stack(&self, target: Target<'_>) -> Result<String> {
        let api = &self.client;
        let resources: Vec<ProvisionedResource> = match target {
            Target::Environment(name) => {
                api.list_environment_provisioned_resources().environment_name(name).send().await?.provisioned_resources
            }
            Target::Instance(service, name) => {
                let call = api.list_service_instance_provisioned_resources().service_name(service);
                call.service_instance_name(name).send().await?.provisioned_resources
            }
            Target::Pipeline(service) => {
                api.list_service_pipeline_provisioned_resources().service_name(service).send().await?.provisioned_resources
            }
            Target::Component(name) => {
                api.list_component_provisioned_resources().component_name(name).send().await?.provisioned_resources
            }
        };
        resources.into_iter().find_map(|resource| resource.identifier).context("a stack was provisioned")
    }
}

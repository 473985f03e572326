//! The AWS Proton API through the AWS SDK for Rust: the only place of the operator that names the SDK crate.
//!
//! Works against any endpoint that speaks the API. Calls that start, change or cancel something are sent once, because the API
//! knows no client token for environments and a second send could not be told from a second wish; reads are repeated by the SDK.
#![allow(deprecated, reason = "the SDK marks every Proton call as deprecated since the service was closed")]

mod classify;
mod provisioned;
mod service_view;
mod services;
#[cfg(test)]
mod tests;
mod view;

use std::time::Duration;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_proton as sdk;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

use super::request::{CreateEnvironment, UpdateEnvironment};
use super::types::{
    Deployment, DeploymentSummary, EnvironmentSummary, EnvironmentTemplate, EnvironmentView, Output, Page, Tag, TemplateVersion,
};
use super::{ErrorClass, Proton, ProtonError, Result};
use classify::classify;

/// The longest that one call takes, retries included. The lease must outlive it.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// The longest that one try of a read takes.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(9);
/// The longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
/// Rows per page; the API's greatest.
const PAGE: i32 = 100;

/// A client of one endpoint with one set of keys.
#[derive(Clone, Debug)]
pub struct AwsProton {
    reads: sdk::Client,
    writes: sdk::Client,
}

impl AwsProton {
    /// A client with the endpoint, region and keys of `config`. An `endpoint` given here goes before any variable.
    pub fn new(config: &SdkConfig, endpoint: Option<&str>) -> Self {
        let mut base = sdk::config::Builder::from(config);
        if let Some(endpoint) = endpoint {
            base.set_endpoint_url(Some(endpoint.to_owned()));
        }
        let reads = base
            .clone()
            .timeout_config(timeouts().operation_attempt_timeout(ATTEMPT_TIMEOUT).build())
            .retry_config(RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(200)));
        let writes = base.timeout_config(timeouts().build()).retry_config(RetryConfig::disabled());
        Self { reads: sdk::Client::from_conf(reads.build()), writes: sdk::Client::from_conf(writes.build()) }
    }
}

fn timeouts() -> aws_smithy_types::timeout::TimeoutConfigBuilder {
    TimeoutConfig::builder().operation_timeout(CALL_TIMEOUT).connect_timeout(CONNECT_TIMEOUT)
}

/// The answer lacks the member that the API model requires.
fn empty(member: &str) -> ProtonError {
    ProtonError::new(ErrorClass::Internal, "EmptyAnswer", format!("the endpoint answered without the member '{member}'"))
}

fn environment(answer: Option<sdk::types::Environment>) -> Result<EnvironmentView> {
    answer.and_then(view::environment).ok_or_else(|| empty("environment"))
}

#[async_trait]
impl Proton for AwsProton {
    async fn get_environment(&self, name: &str) -> Result<EnvironmentView> {
        let answer = self.reads.get_environment().name(name).send().await.map_err(classify)?;
        environment(answer.environment)
    }

    async fn create_environment(&self, request: &CreateEnvironment) -> Result<EnvironmentView> {
        let call = self
            .writes
            .create_environment()
            .name(&request.name)
            .template_name(&request.template_name)
            .template_major_version(&request.template_major_version)
            .set_template_minor_version(request.template_minor_version.clone())
            .set_description(view::text(request.description.as_ref()))
            .spec(request.spec.as_str())
            .set_proton_service_role_arn(request.proton_service_role_arn.clone())
            .set_environment_account_connection_id(request.environment_account_connection_id.clone())
            .set_provisioning_repository(view::repository_input(request.provisioning_repository.as_ref())?)
            .set_codebuild_role_arn(request.codebuild_role_arn.clone())
            .set_component_role_arn(request.component_role_arn.clone())
            .set_tags(view::tags_input(&request.tags)?);
        environment(call.send().await.map_err(classify)?.environment)
    }

    async fn update_environment(&self, request: &UpdateEnvironment) -> Result<EnvironmentView> {
        let call = self
            .writes
            .update_environment()
            .name(&request.name)
            .deployment_type(request.deployment_type.as_str().into())
            .set_template_major_version(request.template_major_version.clone())
            .set_template_minor_version(request.template_minor_version.clone())
            .set_description(view::text(request.description.as_ref()))
            .set_spec(view::text(request.spec.as_ref()))
            .set_proton_service_role_arn(request.proton_service_role_arn.clone())
            .set_environment_account_connection_id(request.environment_account_connection_id.clone())
            .set_provisioning_repository(view::repository_input(request.provisioning_repository.as_ref())?)
            .set_codebuild_role_arn(request.codebuild_role_arn.clone())
            .set_component_role_arn(request.component_role_arn.clone());
        environment(call.send().await.map_err(classify)?.environment)
    }

    async fn cancel_environment_deployment(&self, name: &str) -> Result<EnvironmentView> {
        let call = self.writes.cancel_environment_deployment().environment_name(name);
        environment(call.send().await.map_err(classify)?.environment)
    }

    async fn delete_environment(&self, name: &str) -> Result<Option<EnvironmentView>> {
        let answer = self.writes.delete_environment().name(name).send().await.map_err(classify)?;
        Ok(answer.environment.and_then(view::environment))
    }

    async fn list_environments(&self, next_token: Option<&str>) -> Result<Page<EnvironmentSummary>> {
        let call = self.reads.list_environments().max_results(PAGE).set_next_token(next_token.map(str::to_owned));
        let answer = call.send().await.map_err(classify)?;
        let items = answer.environments.into_iter().map(view::environment_summary).collect();
        Ok(Page { items, next_token: view::present(answer.next_token) })
    }

    async fn list_environment_outputs(&self, name: &str, deployment_id: Option<&str>) -> Result<Vec<Output>> {
        let call = self.reads.list_environment_outputs().environment_name(name);
        let answer = call.set_deployment_id(deployment_id.map(str::to_owned)).send().await.map_err(classify)?;
        Ok(answer.outputs.into_iter().filter_map(view::output).collect())
    }

    async fn get_deployment(&self, id: &str) -> Result<Deployment> {
        let answer = self.reads.get_deployment().id(id).send().await.map_err(classify)?;
        answer.deployment.and_then(view::deployment).ok_or_else(|| empty("deployment"))
    }

    async fn list_environment_deployments(&self, name: &str, next_token: Option<&str>) -> Result<Page<DeploymentSummary>> {
        let call = self.reads.list_deployments().environment_name(name).max_results(PAGE);
        let answer = call.set_next_token(next_token.map(str::to_owned)).send().await.map_err(classify)?;
        let items = answer.deployments.into_iter().map(view::deployment_summary).collect();
        Ok(Page { items, next_token: view::present(answer.next_token) })
    }

    async fn delete_deployment(&self, id: &str) -> Result<()> {
        self.writes.delete_deployment().id(id).send().await.map_err(classify)?;
        Ok(())
    }

    async fn get_environment_template(&self, name: &str) -> Result<EnvironmentTemplate> {
        let answer = self.reads.get_environment_template().name(name).send().await.map_err(classify)?;
        answer.environment_template.map(view::environment_template).ok_or_else(|| empty("environmentTemplate"))
    }

    async fn list_environment_template_versions(&self, name: &str, major: Option<&str>) -> Result<Vec<TemplateVersion>> {
        let call = self.reads.list_environment_template_versions().template_name(name).max_results(PAGE);
        let mut pages = call.set_major_version(major.map(str::to_owned)).into_paginator().items().send();
        let mut versions = Vec::new();
        while let Some(row) = pages.next().await {
            versions.push(view::template_version(row.map_err(classify)?));
        }
        Ok(versions)
    }

    async fn list_tags(&self, arn: &str) -> Result<Vec<Tag>> {
        let call = self.reads.list_tags_for_resource().resource_arn(arn).max_results(PAGE);
        let mut pages = call.into_paginator().items().send();
        let mut tags = Vec::new();
        while let Some(tag) = pages.next().await {
            tags.extend(view::customer_tag(tag.map_err(classify)?));
        }
        Ok(tags)
    }

    async fn tag(&self, arn: &str, tags: &[Tag]) -> Result<()> {
        let call = self.writes.tag_resource().resource_arn(arn).set_tags(view::tags_input(tags)?);
        call.send().await.map_err(classify)?;
        Ok(())
    }

    async fn untag(&self, arn: &str, keys: &[String]) -> Result<()> {
        let call = self.writes.untag_resource().resource_arn(arn).set_tag_keys(Some(keys.to_vec()));
        call.send().await.map_err(classify)?;
        Ok(())
    }
}

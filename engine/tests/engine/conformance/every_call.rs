//! One valid call of every operation, for refusals that have nothing to do with what is asked.

use std::future::Future;

use aws_sdk_proton::Client;
use aws_sdk_proton::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_proton::types::{CompatibleEnvironmentTemplateInput, DeploymentUpdateType, Tag, TemplateVersionSourceInput};
use proton_model::ErrorKind;

use super::bundle::SPEC;
use super::component_calls;
use super::link_calls;
use super::record::{Record, is_refused};
use super::stage::{NO_ID, TEMPLATE, arn, source};

/// How every call must be refused.
pub struct Refused<'a> {
    pub record: &'a Record,
    pub kind: ErrorKind,
    /// How often a call is made until it is; anything may come of those before.
    pub attempts: usize,
    /// Looks at each message.
    pub check: fn(&str),
}

impl Refused<'_> {
    pub async fn see<O, E, F>(&self, call: impl Fn() -> F)
    where
        O: std::fmt::Debug,
        E: ProvideErrorMetadata + std::fmt::Debug,
        F: Future<Output = Result<O, SdkError<E>>>,
    {
        let mut result = call().await;
        for _ in 1..self.attempts {
            if is_refused(self.kind, &result) {
                break;
            }
            result = call().await;
        }
        (self.check)(&self.record.refusal(self.kind, result));
    }
}

/// Makes the calls that change something.
pub async fn mutating(client: &Client, refused: &Refused<'_>) {
    mutating_templates(client, refused).await;
    mutating_environments(client, refused).await;
    mutating_service_templates(client, refused).await;
    mutating_services(client, refused).await;
    component_calls::mutating(client, refused).await;
    link_calls::mutating(client, refused).await;
    let environment = arn("environment/any");
    let tag = Tag::builder().key("k").value("v").build().unwrap();
    refused.see(|| client.tag_resource().resource_arn(&environment).tags(tag.clone()).send()).await;
    refused.see(|| client.untag_resource().resource_arn(&environment).tag_keys("k").send()).await;
}

async fn mutating_templates(client: &Client, refused: &Refused<'_>) {
    refused.see(|| client.create_environment_template().name("any").send()).await;
    refused.see(|| client.update_environment_template().name("any").description("new").send()).await;
    refused.see(|| client.delete_environment_template().name("any").send()).await;
    let create = || client.create_environment_template_version().template_name(TEMPLATE).source(some_source());
    refused.see(|| create().send()).await;
    let update = || client.update_environment_template_version().template_name(TEMPLATE).major_version("9");
    refused.see(|| update().minor_version("9").send()).await;
    let delete = || client.delete_environment_template_version().template_name(TEMPLATE).major_version("9");
    refused.see(|| delete().minor_version("9").send()).await;
}

async fn mutating_environments(client: &Client, refused: &Refused<'_>) {
    let create = || client.create_environment().name("any").template_name("none").template_major_version("1").spec(SPEC);
    refused.see(|| create().send()).await;
    let update = || client.update_environment().name("any").deployment_type(DeploymentUpdateType::None);
    refused.see(|| update().send()).await;
    refused.see(|| client.cancel_environment_deployment().environment_name("any").send()).await;
    refused.see(|| client.delete_environment().name("any").send()).await;
    refused.see(|| client.delete_deployment().id(NO_ID).send()).await;
}

async fn mutating_service_templates(client: &Client, refused: &Refused<'_>) {
    refused.see(|| client.create_service_template().name("any").send()).await;
    refused.see(|| client.update_service_template().name("any").description("new").send()).await;
    refused.see(|| client.delete_service_template().name("any").send()).await;
    let compatible = CompatibleEnvironmentTemplateInput::builder().template_name("any").major_version("1").build().unwrap();
    let create = || client.create_service_template_version().template_name("any").source(some_source());
    refused.see(|| create().compatible_environment_templates(compatible.clone()).send()).await;
    let update = || client.update_service_template_version().template_name("any").major_version("9");
    refused.see(|| update().minor_version("9").send()).await;
    let delete = || client.delete_service_template_version().template_name("any").major_version("9");
    refused.see(|| delete().minor_version("9").send()).await;
}

async fn mutating_services(client: &Client, refused: &Refused<'_>) {
    const SPEC: &str = "proton: ServiceSpec\ninstances: []\n";
    const NONE: DeploymentUpdateType = DeploymentUpdateType::None;
    let create = || client.create_service().name("any").template_name("none").template_major_version("1").spec(SPEC);
    refused.see(|| create().send()).await;
    refused.see(|| client.update_service().name("any").send()).await;
    refused.see(|| client.delete_service().name("any").send()).await;
    refused.see(|| client.create_service_instance().service_name("any").name("any").spec(SPEC).send()).await;
    let update = || client.update_service_instance().service_name("any").name("any");
    refused.see(|| update().deployment_type(NONE).send()).await;
    refused.see(|| client.update_service_pipeline().service_name("any").deployment_type(NONE).spec(SPEC).send()).await;
    let cancel = || client.cancel_service_instance_deployment().service_name("any");
    refused.see(|| cancel().service_instance_name("any").send()).await;
    refused.see(|| client.cancel_service_pipeline_deployment().service_name("any").send()).await;
}

async fn reading_services(client: &Client, refused: &Refused<'_>) {
    refused.see(|| client.get_service_template().name("any").send()).await;
    refused.see(|| client.list_service_templates().send()).await;
    let get = || client.get_service_template_version().template_name("any").major_version("1").minor_version("0");
    refused.see(|| get().send()).await;
    refused.see(|| client.list_service_template_versions().template_name("any").send()).await;
    refused.see(|| client.get_service().name("any").send()).await;
    refused.see(|| client.list_services().send()).await;
    refused.see(|| client.get_service_instance().service_name("any").name("any").send()).await;
    refused.see(|| client.list_service_instances().send()).await;
    let outputs = || client.list_service_instance_outputs().service_name("any");
    refused.see(|| outputs().service_instance_name("any").send()).await;
    let resources = || client.list_service_instance_provisioned_resources().service_name("any");
    refused.see(|| resources().service_instance_name("any").send()).await;
    refused.see(|| client.list_service_pipeline_outputs().service_name("any").send()).await;
    refused.see(|| client.list_service_pipeline_provisioned_resources().service_name("any").send()).await;
}

/// Makes the calls that read.
pub async fn reading(client: &Client, refused: &Refused<'_>) {
    reading_services(client, refused).await;
    component_calls::reading(client, refused).await;
    link_calls::reading(client, refused).await;
    refused.see(|| client.get_environment_template().name("any").send()).await;
    refused.see(|| client.list_environment_templates().send()).await;
    let get = || client.get_environment_template_version().template_name("any").major_version("1").minor_version("0");
    refused.see(|| get().send()).await;
    refused.see(|| client.list_environment_template_versions().template_name("any").send()).await;
    refused.see(|| client.get_environment().name("any").send()).await;
    refused.see(|| client.list_environments().send()).await;
    refused.see(|| client.get_deployment().id(NO_ID).send()).await;
    refused.see(|| client.list_deployments().send()).await;
    refused.see(|| client.list_environment_outputs().environment_name("any").send()).await;
    refused.see(|| client.list_environment_provisioned_resources().environment_name("any").send()).await;
    let environment = arn("environment/any");
    refused.see(|| client.list_tags_for_resource().resource_arn(&environment).send()).await;
}

fn some_source() -> TemplateVersionSourceInput {
    source("some-bucket", "bundle.tar.gz")
}

//! Services, instances, pipelines and components through the SDK.

use async_trait::async_trait;

use super::classify::classify;
use super::sdk::types as wire;
use super::{AwsProton, PAGE, empty, service_view, view};
use crate::proton::request::UpdateType;
use crate::proton::service_requests::{
    CreateComponent, CreateService, CreateServiceInstance, EXPECTED_SPEC, UpdateComponent, UpdateService, UpdateServiceInstance,
    UpdateServicePipeline,
};
use crate::proton::service_types::{
    ComponentSummary, ComponentView, InstanceSummary, InstanceView, ServiceSummary, ServiceView, TargetName,
};
use crate::proton::types::{DeploymentSummary, Output, Page, TemplateVersion};
use crate::proton::{Result, services::Services};

fn service(answer: Option<wire::Service>) -> Result<ServiceView> {
    answer.and_then(service_view::service).ok_or_else(|| empty("service"))
}

fn instance(answer: Option<wire::ServiceInstance>) -> Result<InstanceView> {
    answer.and_then(service_view::instance).ok_or_else(|| empty("serviceInstance"))
}

fn component(answer: Option<wire::Component>) -> Result<ComponentView> {
    answer.and_then(service_view::component).ok_or_else(|| empty("component"))
}

fn component_type(kind: UpdateType) -> wire::ComponentDeploymentUpdateType {
    match kind {
        UpdateType::None => wire::ComponentDeploymentUpdateType::None,
        _ => wire::ComponentDeploymentUpdateType::CurrentVersion,
    }
}

fn pair(names: Option<&(String, String)>) -> (Option<String>, Option<String>) {
    names.cloned().unzip()
}

#[async_trait]
impl Services for AwsProton {
    async fn has_pipeline(&self, template: &str) -> Result<bool> {
        let answer = self.reads.get_service_template().name(template).send().await.map_err(classify)?;
        let found = answer.service_template.ok_or_else(|| empty("serviceTemplate"))?;
        Ok(found.pipeline_provisioning.is_none())
    }

    async fn list_service_template_versions(&self, name: &str, major: &str) -> Result<Vec<TemplateVersion>> {
        let call = self.reads.list_service_template_versions().template_name(name).major_version(major).max_results(PAGE);
        let mut pages = call.into_paginator().items().send();
        let mut versions = Vec::new();
        while let Some(row) = pages.next().await {
            versions.push(service_view::template_version(row.map_err(classify)?));
        }
        Ok(versions)
    }

    async fn list_services(&self, next_token: Option<&str>) -> Result<Page<ServiceSummary>> {
        let call = self.reads.list_services().max_results(PAGE).set_next_token(next_token.map(str::to_owned));
        let answer = call.send().await.map_err(classify)?;
        let items = answer.services.into_iter().map(service_view::service_summary).collect();
        Ok(Page { items, next_token: view::present(answer.next_token) })
    }

    async fn get_service(&self, name: &str) -> Result<ServiceView> {
        service(self.reads.get_service().name(name).send().await.map_err(classify)?.service)
    }

    async fn create_service(&self, request: &CreateService) -> Result<ServiceView> {
        let (connection, id, branch) =
            request.repository.clone().map_or((None, None, None), |(a, b, c)| (Some(a), Some(b), Some(c)));
        let call = self
            .writes
            .create_service()
            .name(&request.name)
            .set_description(view::text(request.description.as_ref()))
            .template_name(&request.template_name)
            .template_major_version(&request.template_major_version)
            .set_template_minor_version(request.template_minor_version.clone())
            .spec(request.spec.as_str())
            .set_repository_connection_arn(connection)
            .set_repository_id(id)
            .set_branch_name(branch)
            .set_tags(view::tags_input(&request.tags)?);
        service(call.send().await.map_err(classify)?.service)
    }

    async fn update_service(&self, request: &UpdateService) -> Result<ServiceView> {
        let call = self.writes.update_service().name(&request.name).set_description(view::text(request.description.as_ref()));
        let mut call = call.set_spec(view::text(request.spec.as_ref())).customize();
        if let Some(expected) = request.expected_spec() {
            // Set before signing, so that it is signed.
            call = call.mutate_request(move |sent| {
                sent.headers_mut().insert(EXPECTED_SPEC, expected.clone());
            });
        }
        service(call.send().await.map_err(classify)?.service)
    }

    async fn delete_service(&self, name: &str) -> Result<()> {
        self.writes.delete_service().name(name).send().await.map_err(classify)?;
        Ok(())
    }

    async fn list_service_instances(&self, service: Option<&str>, next_token: Option<&str>) -> Result<Page<InstanceSummary>> {
        let call = self.reads.list_service_instances().set_service_name(service.map(str::to_owned)).max_results(PAGE);
        let answer = call.set_next_token(next_token.map(str::to_owned)).send().await.map_err(classify)?;
        let items = answer.service_instances.into_iter().map(service_view::instance_summary).collect();
        Ok(Page { items, next_token: view::present(answer.next_token) })
    }

    async fn get_service_instance(&self, service: &str, name: &str) -> Result<InstanceView> {
        let call = self.reads.get_service_instance().service_name(service).name(name);
        instance(call.send().await.map_err(classify)?.service_instance)
    }

    async fn create_service_instance(&self, request: &CreateServiceInstance) -> Result<InstanceView> {
        let call = self
            .writes
            .create_service_instance()
            .service_name(&request.service_name)
            .name(&request.name)
            .spec(request.spec.as_str())
            .template_major_version(&request.template_major_version)
            .set_template_minor_version(request.template_minor_version.clone())
            .set_tags(view::tags_input(&request.tags)?)
            .set_client_token(request.client_token.clone());
        instance(call.send().await.map_err(classify)?.service_instance)
    }

    async fn update_service_instance(&self, request: &UpdateServiceInstance) -> Result<InstanceView> {
        let call = self
            .writes
            .update_service_instance()
            .service_name(&request.service_name)
            .name(&request.name)
            .deployment_type(request.deployment_type.as_str().into())
            .set_spec(view::text(request.spec.as_ref()))
            .set_template_major_version(request.template_major_version.clone())
            .set_template_minor_version(request.template_minor_version.clone())
            .set_client_token(request.client_token.clone());
        instance(call.send().await.map_err(classify)?.service_instance)
    }

    async fn cancel_service_instance_deployment(&self, service: &str, name: &str) -> Result<()> {
        let call = self.writes.cancel_service_instance_deployment().service_name(service).service_instance_name(name);
        call.send().await.map_err(classify)?;
        Ok(())
    }

    async fn update_service_pipeline(&self, request: &UpdateServicePipeline) -> Result<()> {
        let call = self
            .writes
            .update_service_pipeline()
            .service_name(&request.service_name)
            .deployment_type(request.deployment_type.as_str().into())
            .spec(request.spec.as_str())
            .set_template_major_version(request.template_major_version.clone())
            .set_template_minor_version(request.template_minor_version.clone());
        call.send().await.map_err(classify)?;
        Ok(())
    }

    async fn cancel_service_pipeline_deployment(&self, service: &str) -> Result<()> {
        self.writes.cancel_service_pipeline_deployment().service_name(service).send().await.map_err(classify)?;
        Ok(())
    }

    async fn get_component(&self, name: &str) -> Result<ComponentView> {
        component(self.reads.get_component().name(name).send().await.map_err(classify)?.component)
    }

    async fn create_component(&self, request: &CreateComponent) -> Result<ComponentView> {
        let (service, instance) = pair(request.attached_to.as_ref());
        let call = self
            .writes
            .create_component()
            .name(&request.name)
            .set_description(view::text(request.description.as_ref()))
            .set_environment_name(request.environment_name.clone())
            .set_service_name(service)
            .set_service_instance_name(instance)
            .set_service_spec(view::text(request.service_spec.as_ref()))
            .template_file(request.template_file.as_str())
            .manifest(request.manifest.as_str())
            .set_tags(view::tags_input(&request.tags)?)
            .set_client_token(request.client_token.clone());
        component(call.send().await.map_err(classify)?.component)
    }

    async fn update_component(&self, request: &UpdateComponent) -> Result<ComponentView> {
        let (service, instance) = pair(request.attached_to.as_ref());
        let call = self
            .writes
            .update_component()
            .name(&request.name)
            .deployment_type(component_type(request.deployment_type))
            .set_description(view::text(request.description.as_ref()))
            .set_service_name(service)
            .set_service_instance_name(instance)
            .set_service_spec(view::text(request.service_spec.as_ref()))
            .set_template_file(view::text(request.template_file.as_ref()))
            .set_client_token(request.client_token.clone());
        component(call.send().await.map_err(classify)?.component)
    }

    async fn cancel_component_deployment(&self, name: &str) -> Result<()> {
        self.writes.cancel_component_deployment().component_name(name).send().await.map_err(classify)?;
        Ok(())
    }

    async fn delete_component(&self, name: &str) -> Result<()> {
        self.writes.delete_component().name(name).send().await.map_err(classify)?;
        Ok(())
    }

    async fn list_components(&self, attached: Option<(&str, &str)>, next_token: Option<&str>) -> Result<Page<ComponentSummary>> {
        let (service, instance) = attached.unzip();
        let call = self.reads.list_components().max_results(PAGE).set_next_token(next_token.map(str::to_owned));
        let call = call.set_service_name(service.map(str::to_owned)).set_service_instance_name(instance.map(str::to_owned));
        let answer = call.send().await.map_err(classify)?;
        let items = answer.components.into_iter().map(service_view::component_summary).collect();
        Ok(Page { items, next_token: view::present(answer.next_token) })
    }

    async fn list_deployments(&self, next_token: Option<&str>) -> Result<Page<DeploymentSummary>> {
        let call = self.reads.list_deployments().max_results(PAGE).set_next_token(next_token.map(str::to_owned));
        let answer = call.send().await.map_err(classify)?;
        let items = answer.deployments.into_iter().map(view::deployment_summary).collect();
        Ok(Page { items, next_token: view::present(answer.next_token) })
    }

    async fn list_target_deployments(&self, target: &TargetName, next_token: Option<&str>) -> Result<Page<DeploymentSummary>> {
        let call = self.reads.list_deployments().max_results(PAGE).set_next_token(next_token.map(str::to_owned));
        let call = match target {
            TargetName::Instance { service, name } => call.service_name(service).service_instance_name(name),
            TargetName::Pipeline { service } => call.service_name(service),
            TargetName::Component { name } => call.component_name(name),
        };
        let answer = call.send().await.map_err(classify)?;
        let items = answer.deployments.into_iter().map(view::deployment_summary).collect();
        Ok(Page { items, next_token: view::present(answer.next_token) })
    }

    async fn list_target_outputs(&self, target: &TargetName, deployment_id: &str) -> Result<Vec<Output>> {
        let outputs = match target {
            TargetName::Instance { service, name } => {
                let call = self.reads.list_service_instance_outputs().service_name(service).service_instance_name(name);
                call.deployment_id(deployment_id).send().await.map_err(classify)?.outputs
            }
            TargetName::Pipeline { service } => {
                let call = self.reads.list_service_pipeline_outputs().service_name(service);
                call.deployment_id(deployment_id).send().await.map_err(classify)?.outputs
            }
            TargetName::Component { name } => {
                let call = self.reads.list_component_outputs().component_name(name);
                call.deployment_id(deployment_id).send().await.map_err(classify)?.outputs
            }
        };
        Ok(outputs.into_iter().filter_map(view::output).collect())
    }
}

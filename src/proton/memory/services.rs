//! The other half of the Proton in memory: services, instances, pipelines and components, as far as tests need them.

mod component;
mod others;
mod pages;
mod pipeline;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{MemoryProton, State, error};
use crate::plan::ServiceDocument;
use crate::plan::document::CURRENT_VALUE;
use crate::proton::types::*;
use crate::proton::*;
use component::deploy_component;
use pages::{page, row};

const ROOT: &str = "arn:aws:proton:eu-west-1:123456789012";

fn instance_arn(service: &str, name: &str) -> String {
    format!("{ROOT}:service/{service}/service-instance/{name}")
}

fn state_of(spec: Option<Sensitive>) -> EnvironmentState {
    EnvironmentState { spec, template_name: "svc".into(), template_major_version: "1".into(), template_minor_version: "0".into() }
}

/// A document whose placeholders in one entry became the deployed values.
fn filled(given: &Sensitive, name: &str, deployed: Option<&Sensitive>) -> Sensitive {
    let mut document = ServiceDocument::parse(given.as_str()).unwrap();
    let deployed = deployed.map(|text| ServiceDocument::parse(text.as_str()).unwrap());
    for entry in document.instances.iter_mut().filter(|entry| entry.name == name) {
        for (input, value) in entry.inputs.iter_mut().filter(|(_, value)| *value == CURRENT_VALUE) {
            *value = deployed.as_ref().unwrap().entry(name).unwrap().inputs[input].clone();
        }
    }
    document.compose().into()
}

impl State {
    fn record(
        &mut self,
        target_arn: String,
        initial: Option<EnvironmentState>,
        target: EnvironmentState,
        used: UsedIds,
    ) -> String {
        let id = format!("00000000-0000-4000-8000-{:012}", self.deployments.len() + 1);
        let deployment = Deployment {
            id: id.clone(),
            target_arn,
            deployment_status: DeploymentStatus::InProgress,
            deployment_status_message: None,
            created_at: Timestamp::UNIX_EPOCH,
            completed_at: None,
            initial_state: initial,
            target_state: Some(target),
            used,
        };
        self.deployments.insert(id.clone(), deployment);
        id
    }

    fn service(&mut self, name: &str) -> Result<&mut ServiceView> {
        self.services.get_mut(name).ok_or_else(|| error(ErrorClass::NotFound))
    }

    fn instance(&mut self, service: &str, name: &str) -> Result<&mut InstanceView> {
        self.instances.get_mut(&(service.to_owned(), name.to_owned())).ok_or_else(|| error(ErrorClass::NotFound))
    }

    fn component(&mut self, name: &str) -> Result<&mut ComponentView> {
        self.components.get_mut(name).ok_or_else(|| error(ErrorClass::NotFound))
    }

    fn attached(&self, service: &str, name: &str) -> Vec<String> {
        let here = |component: &&ComponentView| {
            component.service_name.as_deref() == Some(service) && component.service_instance_name.as_deref() == Some(name)
        };
        self.components.values().filter(here).filter_map(|component| component.last_succeeded_deployment_id.clone()).collect()
    }

    fn deploy_instance(&mut self, service: &str, name: &str, spec: Sensitive) -> Result<InstanceView> {
        let used = UsedIds { components: self.attached(service, name), ..UsedIds::default() };
        let id = self.record(instance_arn(service, name), None, state_of(Some(spec)), used);
        let view = self.instance(service, name)?;
        view.deployment_status = DeploymentStatus::InProgress;
        view.last_attempted_deployment_id = Some(id);
        Ok(view.clone())
    }

    fn add_instance(&mut self, service: &str, name: &str, spec: Sensitive) -> Result<InstanceView> {
        let document = ServiceDocument::parse(spec.as_str()).unwrap();
        let environment_name = document.entry(name).ok_or_else(|| error(ErrorClass::Validation))?.environment.clone();
        let view = InstanceView {
            name: name.into(),
            arn: instance_arn(service, name),
            service_name: service.into(),
            environment_name,
            created_at: Timestamp::UNIX_EPOCH,
            last_deployment_attempted_at: Some(Timestamp::UNIX_EPOCH),
            last_deployment_succeeded_at: None,
            template_name: "svc".into(),
            template_major_version: None,
            template_minor_version: None,
            deployment_status: DeploymentStatus::InProgress,
            deployment_status_message: None,
            spec: None,
            last_attempted_deployment_id: None,
            last_succeeded_deployment_id: None,
        };
        self.instances.insert((service.into(), name.into()), view);
        self.deploy_instance(service, name, spec)
    }

    /// Puts an entry into the service's document, as every accepted change of an instance does.
    fn merge(&mut self, service: &str, from: &Sensitive, name: &str) -> Result<()> {
        let new = ServiceDocument::parse(from.as_str()).unwrap().entry(name).cloned();
        let view = self.service(service)?;
        let mut document = ServiceDocument::parse(view.spec.as_ref().unwrap().as_str()).unwrap();
        document.instances.retain(|entry| entry.name != name);
        document.instances.extend(new);
        view.spec = Some(document.compose().into());
        Ok(())
    }
}

impl MemoryProton {
    /// The instances of a service.
    pub(crate) fn instances(&self, service: &str) -> Vec<String> {
        self.state().instances.keys().filter(|(of, _)| of == service).map(|(_, name)| name.clone()).collect()
    }

    /// An instance as it is.
    pub(crate) fn instance(&self, service: &str, name: &str) -> Option<InstanceView> {
        self.state().instances.get(&(service.to_owned(), name.to_owned())).cloned()
    }

    /// A service as it is.
    pub(crate) fn service(&self, name: &str) -> Option<ServiceView> {
        self.state().services.get(name).cloned()
    }

    /// A component as it is.
    pub(crate) fn component(&self, name: &str) -> Option<ComponentView> {
        self.state().components.get(name).cloned()
    }

    /// Every later service has a pipeline.
    pub(crate) fn with_pipeline(&self) {
        self.state().pipelines = true;
    }

    /// Ends everything that runs, well.
    pub(crate) fn finish_all(&self) {
        let mut state = self.state();
        let running: Vec<Deployment> = state
            .deployments
            .values()
            .filter(|deployment| deployment.deployment_status.is_running() && !deployment.target_arn.contains(":environment/"))
            .cloned()
            .collect();
        for deployment in running {
            let cancelled = deployment.deployment_status == DeploymentStatus::Cancelling;
            let end = if cancelled { DeploymentStatus::Cancelled } else { DeploymentStatus::Succeeded };
            state.deployments.get_mut(&deployment.id).unwrap().deployment_status = end.clone();
            let target = deployment.target_state.clone().unwrap();
            for view in
                state.instances.values_mut().filter(|view| view.last_attempted_deployment_id.as_ref() == Some(&deployment.id))
            {
                view.deployment_status = end.clone();
                if !cancelled {
                    view.spec.clone_from(&target.spec);
                    view.template_major_version = Some("1".into());
                    view.template_minor_version = Some("0".into());
                    view.last_succeeded_deployment_id = Some(deployment.id.clone());
                }
            }
            for view in
                state.components.values_mut().filter(|view| view.last_attempted_deployment_id.as_ref() == Some(&deployment.id))
            {
                view.deployment_status = end.clone();
                if !cancelled {
                    view.last_succeeded_deployment_id = Some(deployment.id.clone());
                }
            }
            for pipeline in state.services.values_mut().filter_map(|service| service.pipeline.as_mut()) {
                if pipeline.last_attempted_deployment_id.as_ref() == Some(&deployment.id) {
                    pipeline.deployment_status = end.clone();
                    if !cancelled {
                        pipeline.spec.clone_from(&target.spec);
                        pipeline.template_major_version = Some("1".into());
                        pipeline.template_minor_version = Some("0".into());
                        pipeline.last_succeeded_deployment_id = Some(deployment.id.clone());
                    }
                }
            }
        }
        state.components.retain(|_, component| component.deployment_status != DeploymentStatus::DeleteInProgress);
        let going: Vec<String> =
            state.services.values().filter(|view| view.status == "DELETE_IN_PROGRESS").map(|view| view.name.clone()).collect();
        state.services.retain(|name, _| !going.contains(name));
        state.instances.retain(|(service, _), _| !going.contains(service));
        state.instances.retain(|_, view| view.deployment_status != DeploymentStatus::DeleteInProgress);
        state.services.values_mut().for_each(|view| view.status = "ACTIVE".into());
    }
}

#[async_trait]
impl Services for MemoryProton {
    async fn has_pipeline(&self, _: &str) -> Result<bool> {
        self.perform("GetServiceTemplate", |state| Ok(state.pipelines))
    }

    async fn list_service_template_versions(&self, _: &str, major: &str) -> Result<Vec<TemplateVersion>> {
        let version =
            TemplateVersion { major: major.into(), minor: "0".into(), recommended_minor: Some("0".into()), published: true };
        self.perform("ListServiceTemplateVersions", |_| Ok(vec![version]))
    }

    async fn list_services(&self, next_token: Option<&str>) -> Result<Page<ServiceSummary>> {
        self.perform("ListServices", |state| {
            let row = |view: &ServiceView| ServiceSummary { name: view.name.clone(), status: view.status.clone() };
            Ok(page(state.services.values().map(row).collect(), next_token))
        })
    }

    async fn get_service(&self, name: &str) -> Result<ServiceView> {
        self.perform("GetService", |state| state.service(name).cloned())
    }

    async fn create_service(&self, request: &CreateService) -> Result<ServiceView> {
        self.perform("CreateService", |state| {
            if state.services.contains_key(&request.name) {
                return Err(error(ErrorClass::Conflict));
            }
            let arn = format!("{ROOT}:service/{}", request.name);
            state.tags.insert(arn.clone(), request.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect());
            let document = ServiceDocument::parse(request.spec.as_str()).unwrap();
            let view = ServiceView {
                name: request.name.clone(),
                arn,
                description: request.description.clone(),
                template_name: request.template_name.clone(),
                created_at: Timestamp::UNIX_EPOCH,
                status: if document.instances.is_empty() && !state.pipelines { "ACTIVE" } else { "CREATE_IN_PROGRESS" }.into(),
                status_message: None,
                spec: Some(request.spec.clone()),
                pipeline: None,
            };
            state.services.insert(request.name.clone(), view.clone());
            for entry in &document.instances {
                state.add_instance(&request.name, &entry.name, request.spec.clone())?;
            }
            if state.pipelines {
                Self::begin_pipeline(state, &request.name);
            }
            Ok(view)
        })
    }

    async fn update_service(&self, request: &UpdateService) -> Result<ServiceView> {
        self.perform("UpdateService", |state| {
            let view = state.service(&request.name)?;
            if view.status.ends_with("_IN_PROGRESS") {
                return Err(error(ErrorClass::Conflict));
            }
            if request.read.as_ref().is_some_and(|read| Some(read) != view.spec.as_ref()) {
                return Err(error(ErrorClass::Conflict));
            }
            view.description = request.description.clone().or(view.description.take());
            if let Some(spec) = &request.spec {
                view.status = "UPDATE_IN_PROGRESS".into();
                let mut document = ServiceDocument::parse(spec.as_str()).unwrap();
                let old = ServiceDocument::parse(view.spec.as_ref().unwrap().as_str()).unwrap();
                for entry in &mut document.instances {
                    let kept = old.entry(&entry.name).map(|entry| entry.inputs.clone()).unwrap_or_default();
                    for (name, value) in entry.inputs.iter_mut().filter(|(_, value)| *value == CURRENT_VALUE) {
                        *value = kept[name].clone();
                    }
                }
                document.pipeline = old.pipeline;
                view.spec = Some(document.compose().into());
                let names: Vec<String> = document.names().into_iter().map(str::to_owned).collect();
                let gone = |(service, name): &(String, String)| *service == request.name && !names.contains(name);
                for (_, instance) in state.instances.iter_mut().filter(|(key, _)| gone(key)) {
                    instance.deployment_status = DeploymentStatus::DeleteInProgress;
                }
                if state.pipelines {
                    Self::begin_pipeline(state, &request.name);
                }
            }
            state.service(&request.name).cloned()
        })
    }

    async fn delete_service(&self, name: &str) -> Result<()> {
        self.perform("DeleteService", |state| {
            state.service(name)?.status = "DELETE_IN_PROGRESS".into();
            Ok(())
        })
    }

    async fn list_service_instances(&self, service: Option<&str>, _: Option<&str>) -> Result<Page<InstanceSummary>> {
        self.perform("ListServiceInstances", |state| {
            let of = |view: &&InstanceView| service.is_none_or(|service| view.service_name == service);
            let row = |view: &InstanceView| InstanceSummary {
                name: view.name.clone(),
                service_name: view.service_name.clone(),
                environment_name: view.environment_name.clone(),
                arn: view.arn.clone(),
                deployment_status: view.deployment_status.clone(),
                last_attempted_deployment_id: view.last_attempted_deployment_id.clone(),
                last_succeeded_deployment_id: view.last_succeeded_deployment_id.clone(),
            };
            Ok(Page { items: state.instances.values().filter(of).map(row).collect(), next_token: None })
        })
    }

    async fn get_service_instance(&self, service: &str, name: &str) -> Result<InstanceView> {
        self.perform("GetServiceInstance", |state| state.instance(service, name).cloned())
    }

    async fn create_service_instance(&self, request: &CreateServiceInstance) -> Result<InstanceView> {
        self.perform("CreateServiceInstance", |state| {
            if state.service(&request.service_name)?.status.ends_with("_IN_PROGRESS") {
                return Err(error(ErrorClass::Conflict));
            }
            if state.instance(&request.service_name, &request.name).is_ok() {
                return Err(error(ErrorClass::Conflict));
            }
            let tags = request.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
            state.tags.insert(instance_arn(&request.service_name, &request.name), tags);
            state.merge(&request.service_name, &request.spec, &request.name)?;
            state.add_instance(&request.service_name, &request.name, request.spec.clone())
        })
    }

    async fn update_service_instance(&self, request: &UpdateServiceInstance) -> Result<InstanceView> {
        self.perform("UpdateServiceInstance", |state| {
            let view = state.instance(&request.service_name, &request.name)?;
            if view.deployment_status.is_running() {
                return Err(error(ErrorClass::Conflict));
            }
            let spec = request.spec.clone().or_else(|| view.spec.clone()).unwrap();
            let spec = filled(&spec, &request.name, view.spec.as_ref());
            state.merge(&request.service_name, &spec, &request.name)?;
            state.deploy_instance(&request.service_name, &request.name, spec)
        })
    }

    async fn cancel_service_instance_deployment(&self, service: &str, name: &str) -> Result<()> {
        self.perform("CancelServiceInstanceDeployment", |state| {
            let view = state.instance(service, name)?;
            view.deployment_status = DeploymentStatus::Cancelling;
            let id = view.last_attempted_deployment_id.clone().unwrap();
            state.deployments.get_mut(&id).unwrap().deployment_status = DeploymentStatus::Cancelling;
            Ok(())
        })
    }

    async fn update_service_pipeline(&self, request: &UpdateServicePipeline) -> Result<()> {
        self.perform("UpdateServicePipeline", |state| {
            state.service(&request.service_name)?.spec = Some(request.spec.clone());
            Self::begin_pipeline(state, &request.service_name);
            Ok(())
        })
    }

    async fn cancel_service_pipeline_deployment(&self, service: &str) -> Result<()> {
        self.perform("CancelServicePipelineDeployment", |state| state.service(service).map(drop))
    }

    async fn get_component(&self, name: &str) -> Result<ComponentView> {
        self.perform("GetComponent", |state| state.component(name).cloned())
    }

    async fn create_component(&self, request: &CreateComponent) -> Result<ComponentView> {
        self.perform("CreateComponent", |state| {
            if state.components.contains_key(&request.name) {
                return Err(error(ErrorClass::Conflict));
            }
            let arn = format!("{ROOT}:component/{}", request.name);
            state.tags.insert(arn.clone(), request.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect());
            let (service_name, service_instance_name) = request.attached_to.clone().unzip();
            let view = ComponentView {
                name: request.name.clone(),
                arn,
                description: request.description.clone(),
                environment_name: request.environment_name.clone().unwrap_or_default(),
                service_name,
                service_instance_name,
                created_at: Timestamp::UNIX_EPOCH,
                last_deployment_attempted_at: Some(Timestamp::UNIX_EPOCH),
                last_deployment_succeeded_at: None,
                deployment_status: DeploymentStatus::InProgress,
                deployment_status_message: None,
                service_spec: request.service_spec.clone(),
                last_attempted_deployment_id: None,
                last_succeeded_deployment_id: None,
            };
            state.components.insert(request.name.clone(), view);
            deploy_component(state, &request.name, Some(&request.template_file))
        })
    }

    async fn update_component(&self, request: &UpdateComponent) -> Result<ComponentView> {
        self.perform("UpdateComponent", |state| {
            let view = state.component(&request.name)?;
            if view.deployment_status.is_running() {
                return Err(error(ErrorClass::Conflict));
            }
            view.description = request.description.clone().or(view.description.take());
            if request.deployment_type == UpdateType::None {
                return Ok(view.clone());
            }
            if let Some((service, instance)) = request.attached_to.clone() {
                view.service_name = Some(service).filter(|name| !name.is_empty());
                view.service_instance_name = Some(instance).filter(|name| !name.is_empty());
            }
            view.service_spec = request.service_spec.clone().filter(|_| view.service_name.is_some());
            deploy_component(state, &request.name, request.template_file.as_ref())
        })
    }

    async fn cancel_component_deployment(&self, name: &str) -> Result<()> {
        self.perform("CancelComponentDeployment", |state| state.component(name).map(drop))
    }

    async fn delete_component(&self, name: &str) -> Result<()> {
        self.perform("DeleteComponent", |state| {
            let view = state.component(name)?;
            if view.service_name.is_some() {
                return Err(error(ErrorClass::Validation));
            }
            view.deployment_status = DeploymentStatus::DeleteInProgress;
            Ok(())
        })
    }

    async fn list_components(&self, attached: Option<(&str, &str)>, _: Option<&str>) -> Result<Page<ComponentSummary>> {
        self.perform("ListComponents", |state| {
            let here = |view: &&ComponentView| {
                attached.is_none_or(|(service, name)| {
                    view.service_name.as_deref() == Some(service) && view.service_instance_name.as_deref() == Some(name)
                })
            };
            let row = |view: &ComponentView| ComponentSummary {
                name: view.name.clone(),
                deployment_status: view.deployment_status.clone(),
                service_name: view.service_name.clone(),
                service_instance_name: view.service_instance_name.clone(),
                last_attempted_deployment_id: view.last_attempted_deployment_id.clone(),
                last_succeeded_deployment_id: view.last_succeeded_deployment_id.clone(),
            };
            Ok(Page { items: state.components.values().filter(here).map(row).collect(), next_token: None })
        })
    }

    async fn list_deployments(&self, next_token: Option<&str>) -> Result<Page<DeploymentSummary>> {
        self.perform("ListDeployments", |state| Ok(page(state.deployments.values().rev().map(row).collect(), next_token)))
    }

    async fn list_target_deployments(&self, _: &TargetName, _: Option<&str>) -> Result<Page<DeploymentSummary>> {
        self.perform("ListDeployments", |state| {
            Ok(Page { items: state.deployments.values().rev().map(row).collect(), next_token: None })
        })
    }

    async fn list_target_outputs(&self, _: &TargetName, _: &str) -> Result<Vec<Output>> {
        self.perform("ListTargetOutputs", |state| Ok(state.outputs.clone()))
    }
}

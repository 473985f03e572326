//! A small Proton in memory for tests: environments that deploy until the test ends them, a log of calls, and failures to order.

mod services;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use jiff::Timestamp;

use super::request::{CreateEnvironment, UpdateEnvironment, UpdateType};
use super::types::*;
use super::{ErrorClass, Proton, ProtonError, Result};

#[derive(Default)]
struct State {
    environments: BTreeMap<String, EnvironmentView>,
    services: BTreeMap<String, super::ServiceView>,
    instances: BTreeMap<(String, String), super::InstanceView>,
    components: BTreeMap<String, super::ComponentView>,
    pipelines: bool,
    deployments: BTreeMap<String, Deployment>,
    tags: BTreeMap<String, BTreeMap<String, String>>,
    outputs: Vec<Output>,
    calls: Vec<&'static str>,
    failures: HashMap<&'static str, VecDeque<(ErrorClass, bool)>>,
    intrusions: HashMap<&'static str, Intrusion>,
}

/// What someone else does just before a call arrives.
type Intrusion = Box<dyn FnOnce(&mut State) + Send>;

/// The endpoint.
#[derive(Default)]
pub(crate) struct MemoryProton(Mutex<State>);

fn arn(name: &str) -> String {
    format!("arn:aws:proton:eu-west-1:123456789012:environment/{name}")
}

fn blank(name: &str) -> EnvironmentView {
    EnvironmentView {
        name: name.into(),
        arn: arn(name),
        description: None,
        created_at: Timestamp::UNIX_EPOCH,
        last_deployment_attempted_at: Some(Timestamp::UNIX_EPOCH),
        last_deployment_succeeded_at: None,
        template_name: "t".into(),
        template_major_version: None,
        template_minor_version: None,
        deployment_status: DeploymentStatus::InProgress,
        deployment_status_message: None,
        proton_service_role_arn: None,
        environment_account_connection_id: None,
        spec: None,
        customer_managed: false,
        provisioning_repository: None,
        component_role_arn: None,
        codebuild_role_arn: None,
        last_attempted_deployment_id: None,
        last_succeeded_deployment_id: None,
    }
}

fn error(class: ErrorClass) -> ProtonError {
    ProtonError::new(class, format!("{class:?}Exception"), "from memory")
}

impl MemoryProton {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Names of the calls so far.
    pub(crate) fn calls(&self) -> Vec<&'static str> {
        self.state().calls.clone()
    }

    /// Names of the calls so far that change something.
    pub(crate) fn changes(&self) -> Vec<&'static str> {
        self.calls().into_iter().filter(|call| !call.starts_with("Get") && !call.starts_with("List")).collect()
    }

    /// The next such call fails without effect.
    pub(crate) fn fail_next(&self, call: &'static str, class: ErrorClass) {
        self.state().failures.entry(call).or_default().push_back((class, false));
    }

    /// The next such call works, but its answer is lost.
    pub(crate) fn lose_answer(&self, call: &'static str) {
        self.state().failures.entry(call).or_default().push_back((ErrorClass::Unreachable, true));
    }

    /// Puts an environment there as it is.
    pub(crate) fn place(&self, name: &str, status: DeploymentStatus, attempted: &str) {
        let view =
            EnvironmentView { deployment_status: status, last_attempted_deployment_id: Some(attempted.into()), ..blank(name) };
        self.state().environments.insert(name.into(), view);
    }

    /// Takes an environment away.
    pub(crate) fn remove(&self, name: &str) {
        self.state().environments.remove(name);
    }

    /// The environment as it is.
    pub(crate) fn environment(&self, name: &str) -> Option<EnvironmentView> {
        self.state().environments.get(name).cloned()
    }

    /// Outputs of every later success.
    pub(crate) fn set_outputs(&self, outputs: &[(&str, &str)]) {
        self.state().outputs = outputs.iter().map(|(key, value)| Output { key: (*key).into(), value: (*value).into() }).collect();
    }

    /// How many deployments were ever begun.
    pub(crate) fn deployments(&self) -> usize {
        self.state().deployments.len()
    }

    /// Ends what runs on an environment.
    pub(crate) fn finish(&self, name: &str, status: DeploymentStatus) {
        let mut state = self.state();
        let view = state.environments.get_mut(name).expect("no such environment");
        if view.deployment_status == DeploymentStatus::DeleteInProgress && status == DeploymentStatus::DeleteComplete {
            state.environments.remove(name);
            return;
        }
        view.deployment_status = status.clone();
        let id = view.last_attempted_deployment_id.clone().expect("no deployment");
        let deployment = state.deployments.get_mut(&id).expect("no such deployment");
        deployment.deployment_status = status.clone();
        deployment.completed_at = Some(Timestamp::UNIX_EPOCH);
        let target = deployment.target_state.clone().expect("no target");
        let view = state.environments.get_mut(name).expect("no such environment");
        if status == DeploymentStatus::Succeeded {
            view.last_succeeded_deployment_id = Some(id);
            view.last_deployment_succeeded_at = view.last_deployment_attempted_at;
            view.spec = target.spec;
            view.template_major_version = Some(target.template_major_version);
            view.template_minor_version = Some(target.template_minor_version);
        }
    }

    /// Logs a call, lets it fail if that was ordered, performs it otherwise.
    fn perform<T>(&self, call: &'static str, work: impl FnOnce(&mut State) -> Result<T>) -> Result<T> {
        let mut state = self.state();
        if let Some(intrusion) = state.intrusions.remove(call) {
            intrusion(&mut state);
        }
        state.calls.push(call);
        let failure = state.failures.get_mut(call).and_then(VecDeque::pop_front);
        match failure {
            Some((class, false)) => Err(error(class)),
            Some((class, true)) => work(&mut state).and_then(|_| Err(error(class))),
            None => work(&mut state),
        }
    }
}

impl State {
    fn find(&mut self, name: &str) -> Result<&mut EnvironmentView> {
        self.environments.get_mut(name).ok_or_else(|| error(ErrorClass::NotFound))
    }

    fn begin(&mut self, name: &str, target: EnvironmentState) -> Result<EnvironmentView> {
        let id = format!("00000000-0000-4000-8000-{:012}", self.deployments.len() + 1);
        let deployment = Deployment {
            id: id.clone(),
            target_arn: arn(name),
            deployment_status: DeploymentStatus::InProgress,
            deployment_status_message: None,
            created_at: Timestamp::UNIX_EPOCH,
            completed_at: None,
            initial_state: None,
            target_state: Some(target),
            used: Default::default(),
        };
        self.deployments.insert(id.clone(), deployment);
        let view = self.find(name)?;
        view.deployment_status = DeploymentStatus::InProgress;
        view.last_attempted_deployment_id = Some(id);
        Ok(view.clone())
    }
}

#[async_trait]
impl Proton for MemoryProton {
    async fn get_environment(&self, name: &str) -> Result<EnvironmentView> {
        self.perform("GetEnvironment", |state| state.find(name).cloned())
    }

    async fn create_environment(&self, request: &CreateEnvironment) -> Result<EnvironmentView> {
        self.perform("CreateEnvironment", |state| {
            if state.environments.contains_key(&request.name) {
                return Err(error(ErrorClass::Conflict));
            }
            let tags = request.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
            state.tags.insert(arn(&request.name), tags);
            let view = EnvironmentView {
                description: request.description.clone(),
                template_name: request.template_name.clone(),
                proton_service_role_arn: request.proton_service_role_arn.clone(),
                component_role_arn: request.component_role_arn.clone(),
                codebuild_role_arn: request.codebuild_role_arn.clone(),
                ..blank(&request.name)
            };
            state.environments.insert(request.name.clone(), view);
            let target = EnvironmentState {
                spec: Some(request.spec.clone()),
                template_name: request.template_name.clone(),
                template_major_version: request.template_major_version.clone(),
                template_minor_version: request.template_minor_version.clone().unwrap_or_else(|| "0".into()),
            };
            state.begin(&request.name, target)
        })
    }

    async fn update_environment(&self, request: &UpdateEnvironment) -> Result<EnvironmentView> {
        self.perform("UpdateEnvironment", |state| {
            let view = state.find(&request.name)?;
            if view.deployment_status.is_running() {
                return Err(error(ErrorClass::Conflict));
            }
            view.description = request.description.clone().or(view.description.take());
            if request.deployment_type == UpdateType::None {
                return Ok(view.clone());
            }
            let kept = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone()).unwrap_or_default();
            let target = EnvironmentState {
                spec: request.spec.clone().or_else(|| view.spec.clone()),
                template_name: view.template_name.clone(),
                template_major_version: kept(&request.template_major_version, &view.template_major_version),
                template_minor_version: kept(&request.template_minor_version, &view.template_minor_version),
            };
            state.begin(&request.name, target)
        })
    }

    async fn cancel_environment_deployment(&self, name: &str) -> Result<EnvironmentView> {
        self.perform("CancelEnvironmentDeployment", |state| {
            let view = state.find(name)?;
            if view.deployment_status != DeploymentStatus::InProgress || view.last_succeeded_deployment_id.is_none() {
                return Err(error(ErrorClass::Conflict));
            }
            view.deployment_status = DeploymentStatus::Cancelling;
            Ok(view.clone())
        })
    }

    async fn delete_environment(&self, name: &str) -> Result<Option<EnvironmentView>> {
        self.perform("DeleteEnvironment", |state| {
            let Ok(view) = state.find(name) else {
                return Ok(None);
            };
            view.deployment_status = DeploymentStatus::DeleteInProgress;
            Ok(Some(view.clone()))
        })
    }

    async fn list_environments(&self, next_token: Option<&str>) -> Result<Page<EnvironmentSummary>> {
        self.perform("ListEnvironments", |state| {
            let row = |view: &EnvironmentView| EnvironmentSummary {
                name: view.name.clone(),
                arn: view.arn.clone(),
                deployment_status: view.deployment_status.clone(),
                last_attempted_deployment_id: view.last_attempted_deployment_id.clone(),
                last_succeeded_deployment_id: view.last_succeeded_deployment_id.clone(),
            };
            let start: usize = next_token.map_or(0, |token| token.parse().unwrap());
            let end = (start + 100).min(state.environments.len());
            let items = state.environments.values().skip(start).take(end - start).map(row).collect();
            Ok(Page { items, next_token: (end < state.environments.len()).then(|| end.to_string()) })
        })
    }

    async fn list_environment_outputs(&self, name: &str, _: Option<&str>) -> Result<Vec<Output>> {
        self.perform("ListEnvironmentOutputs", |state| state.find(name).cloned().map(|_| state.outputs.clone()))
    }

    async fn get_deployment(&self, id: &str) -> Result<Deployment> {
        self.perform("GetDeployment", |state| state.deployments.get(id).cloned().ok_or_else(|| error(ErrorClass::NotFound)))
    }

    async fn list_environment_deployments(&self, name: &str, _: Option<&str>) -> Result<Page<DeploymentSummary>> {
        self.perform("ListDeployments", |state| {
            let row = |deployment: &Deployment| DeploymentSummary {
                id: deployment.id.clone(),
                target_arn: deployment.target_arn.clone(),
                deployment_status: deployment.deployment_status.clone(),
                created_at: deployment.created_at,
                completed_at: deployment.completed_at,
            };
            let items =
                state.deployments.values().rev().filter(|deployment| deployment.target_arn == arn(name)).map(row).collect();
            Ok(Page { items, next_token: None })
        })
    }

    async fn delete_deployment(&self, id: &str) -> Result<()> {
        self.perform("DeleteDeployment", |state| {
            state.deployments.remove(id);
            Ok(())
        })
    }

    async fn get_environment_template(&self, name: &str) -> Result<EnvironmentTemplate> {
        let template =
            EnvironmentTemplate { name: name.into(), recommended_version: Some("1.0".into()), customer_managed: false };
        self.perform("GetEnvironmentTemplate", |_| Ok(template))
    }

    async fn list_environment_template_versions(&self, _: &str, major: Option<&str>) -> Result<Vec<TemplateVersion>> {
        let major = major.unwrap_or("1").to_owned();
        let version = TemplateVersion { major, minor: "0".into(), recommended_minor: Some("0".into()), published: true };
        self.perform("ListEnvironmentTemplateVersions", |_| Ok(vec![version]))
    }

    async fn list_tags(&self, arn: &str) -> Result<Vec<Tag>> {
        self.perform("ListTagsForResource", |state| {
            let tags = state.tags.get(arn).cloned().unwrap_or_default();
            Ok(tags.into_iter().map(|(key, value)| Tag { key, value }).collect())
        })
    }

    async fn tag(&self, arn: &str, tags: &[Tag]) -> Result<()> {
        self.perform("TagResource", |state| {
            let kept = state.tags.entry(arn.into()).or_default();
            kept.extend(tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())));
            Ok(())
        })
    }

    async fn untag(&self, arn: &str, keys: &[String]) -> Result<()> {
        self.perform("UntagResource", |state| {
            state.tags.entry(arn.into()).or_default().retain(|key, _| !keys.contains(key));
            Ok(())
        })
    }
}

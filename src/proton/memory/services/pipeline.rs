//! Pipelines in memory, and services placed there as they are.

use jiff::Timestamp;

use super::{ROOT, State, state_of};
use crate::proton::memory::MemoryProton;
use crate::proton::*;

impl MemoryProton {
    /// Puts a service there whose pipeline is being deployed, and gives the deployment's id.
    pub(crate) fn place_service(&self, name: &str) -> String {
        let mut state = self.state();
        let view = ServiceView {
            name: name.into(),
            arn: format!("{ROOT}:service/{name}"),
            description: None,
            template_name: "svc".into(),
            created_at: Timestamp::UNIX_EPOCH,
            status: "ACTIVE".into(),
            status_message: None,
            spec: Some("proton: ServiceSpec\ninstances: []\n".into()),
            pipeline: None,
        };
        state.services.insert(name.into(), view);
        Self::begin_pipeline(&mut state, name);
        let pipeline = state.services[name].pipeline.clone().unwrap();
        pipeline.last_attempted_deployment_id.unwrap()
    }

    /// Changes a service as something else than its own calls would.
    pub(crate) fn alter_service(&self, name: &str, change: impl FnOnce(&mut ServiceView)) {
        change(self.state().services.get_mut(name).unwrap());
    }

    /// Deploys a pipeline again.
    pub(crate) fn redeploy_pipeline(&self, service: &str) {
        Self::begin_pipeline(&mut self.state(), service);
    }

    /// Takes a service away.
    pub(crate) fn remove_service(&self, name: &str) {
        self.state().services.remove(name);
    }

    /// Takes the records of all deployments away.
    pub(crate) fn forget_deployments(&self) {
        self.state().deployments.clear();
    }

    pub(super) fn begin_pipeline(state: &mut State, name: &str) {
        let spec = state.services[name].spec.clone();
        let arn = format!("{ROOT}:service/{name}/pipeline/x");
        let id = state.record(arn.clone(), None, state_of(spec), UsedIds::default());
        let old = state.services[name].pipeline.clone();
        let blank = PipelineView {
            arn,
            last_deployment_attempted_at: Some(Timestamp::UNIX_EPOCH),
            last_deployment_succeeded_at: None,
            template_major_version: None,
            template_minor_version: None,
            deployment_status: DeploymentStatus::InProgress,
            deployment_status_message: None,
            spec: None,
            last_attempted_deployment_id: None,
            last_succeeded_deployment_id: None,
        };
        let pipeline = PipelineView {
            deployment_status: DeploymentStatus::InProgress,
            last_attempted_deployment_id: Some(id),
            ..old.unwrap_or(blank)
        };
        state.services.get_mut(name).unwrap().pipeline = Some(pipeline);
    }
}

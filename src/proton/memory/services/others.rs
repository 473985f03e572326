//! What someone else does in memory.

use crate::plan::ServiceDocument;
use crate::proton::memory::{MemoryProton, State};
use crate::proton::*;

impl MemoryProton {
    /// Someone else deploys an instance with this input.
    pub(crate) fn set_input(&self, service: &str, name: &str, input: &str, value: &str) {
        let mut state = self.state();
        let mut document = ServiceDocument::parse(state.services[service].spec.as_ref().unwrap().as_str()).unwrap();
        for entry in document.instances.iter_mut().filter(|entry| entry.name == name) {
            entry.inputs.insert(input.into(), value.into());
        }
        let spec: Sensitive = document.compose().into();
        state.merge(service, &spec, name).unwrap();
        state.deploy_instance(service, name, spec).unwrap();
    }

    /// Someone else creates an instance just before the next such call arrives.
    pub(crate) fn add_before(&self, call: &'static str, service: &'static str, name: &'static str) {
        let spec = format!("proton: ServiceSpec\ninstances: [{{name: {name}, environment: e, spec: {{}}}}]");
        let create = move |state: &mut State| {
            let spec = Sensitive::from(spec.as_str());
            state.merge(service, &spec, name).unwrap();
            state.add_instance(service, name, spec).unwrap();
        };
        self.state().intrusions.insert(call, Box::new(create));
    }

    /// An instance whose deletion failed: it is listed, and the service's document lacks it.
    pub(crate) fn strand(&self, service: &str, name: &str) {
        let mut state = self.state();
        let spec = format!("proton: ServiceSpec\ninstances: [{{name: {name}, environment: e, spec: {{}}}}]");
        state.add_instance(service, name, spec.as_str().into()).unwrap();
        state.instance(service, name).unwrap().deployment_status = DeploymentStatus::DeleteFailed;
    }
}

//! Deployments of components in memory.

use super::State;
use crate::proton::types::*;
use crate::proton::*;

pub(super) fn deploy_component(state: &mut State, name: &str, file: Option<&Sensitive>) -> Result<ComponentView> {
    let view = state.component(name)?.clone();
    let old = view
        .last_succeeded_deployment_id
        .as_ref()
        .and_then(|id| state.deployments.get(id))
        .and_then(|old| old.target_state.clone());
    let kept = old.as_ref().and_then(|state| state.spec.as_ref()).and_then(|text| {
        serde_json::from_str::<serde_json::Value>(text.as_str()).unwrap()["templateFile"].as_str().map(str::to_owned)
    });
    let spec = serde_json::json!({
        "templateFile": file.map(|file| file.as_str().to_owned()).or(kept),
        "serviceName": view.service_name,
        "serviceInstanceName": view.service_instance_name,
        "serviceSpec": view.service_spec.as_ref().map(Sensitive::as_str),
    });
    let target = EnvironmentState {
        spec: Some(spec.to_string().into()),
        template_name: String::new(),
        template_major_version: String::new(),
        template_minor_version: String::new(),
    };
    let id = state.record(view.arn.clone(), old, target, UsedIds::default());
    let view = state.component(name)?;
    view.deployment_status = DeploymentStatus::InProgress;
    view.last_attempted_deployment_id = Some(id);
    Ok(view.clone())
}

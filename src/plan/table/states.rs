//! Remote states of each kind in the form that every plan works on.

use jiff::Timestamp;

use crate::api::DeploymentRecord;
use crate::api::status::time;
use crate::plan::TargetKind;
use crate::plan::fixture::{self, at};
use crate::plan::service::KnownInstance;
use crate::plan::service_document::Entry;
use crate::proton::DeploymentStatus::{self, DeleteFailed, DeleteInProgress, Succeeded};
use crate::proton::{EnvironmentState, EnvironmentView, InstanceSummary, PipelineView, ServiceView};

/// The service of the instance, and the service itself.
pub const SERVICE: &str = "shop";

/// A deployed state; of a component the file `F<count>`.
pub fn state(kind: TargetKind, count: i64) -> EnvironmentState {
    match kind {
        TargetKind::Component => EnvironmentState {
            spec: Some(format!("proton: EnvironmentSpec\nspec: {{templateFile: F{count}}}\n").into()),
            template_name: String::new(),
            template_major_version: String::new(),
            template_minor_version: String::new(),
        },
        _ => fixture::state("0", count),
    }
}

/// Shows a state as the deployed one.
pub fn show(view: &mut EnvironmentView, state: &EnvironmentState) {
    view.spec.clone_from(&state.spec);
    view.template_name.clone_from(&state.template_name);
    view.template_major_version = Some(state.template_major_version.clone());
    view.template_minor_version = Some(state.template_minor_version.clone());
}

/// The service whose pipeline shows this status, deployed for instance a.
pub fn service(status: Option<&DeploymentStatus>) -> ServiceView {
    let word = match status {
        Some(DeleteInProgress) => "DELETE_IN_PROGRESS",
        Some(DeleteFailed) => "DELETE_FAILED",
        _ => "ACTIVE",
    };
    let document = "proton: ServiceSpec\npipeline: {count: 1}\ninstances: [{name: a, environment: e, spec: {}}]";
    ServiceView {
        name: SERVICE.into(),
        arn: fixture::ARN.into(),
        description: None,
        template_name: "vpc".into(),
        created_at: at(0),
        status: word.into(),
        status_message: None,
        spec: Some(document.into()),
        pipeline: Some(PipelineView {
            arn: "arn:pipeline".into(),
            last_deployment_attempted_at: Some(at(0)),
            last_deployment_succeeded_at: Some(at(0)),
            template_major_version: Some("1".into()),
            template_minor_version: Some("0".into()),
            deployment_status: status.cloned().unwrap_or(Succeeded),
            deployment_status_message: None,
            spec: Some(document.into()),
            last_attempted_deployment_id: Some("d2".into()),
            last_succeeded_deployment_id: Some("d1".into()),
        }),
    }
}

/// An instance at rest.
pub fn row(name: &str) -> InstanceSummary {
    InstanceSummary {
        name: name.into(),
        service_name: SERVICE.into(),
        environment_name: "e".into(),
        arn: name.into(),
        deployment_status: Succeeded,
        last_attempted_deployment_id: None,
        last_succeeded_deployment_id: None,
    }
}

/// The ServiceInstance object of instance a.
pub fn known(goes: bool, ready: bool) -> Vec<KnownInstance> {
    let entry = Entry { name: "a".into(), environment: "e".into(), inputs: serde_json::Map::new() };
    vec![KnownInstance { entry, owner: "default/ns/a".into(), ready, goes }]
}

/// Three deployments of this object that were cancelled one after the other.
pub fn cancelled() -> Vec<DeploymentRecord> {
    let record = |second: i64| DeploymentRecord {
        id: format!("c{second}"),
        type_: Some("CURRENT_VERSION".into()),
        status: DeploymentStatus::Cancelled.as_str().to_owned(),
        message: None,
        version: None,
        generation: Some(1),
        created_at: Some(time(Timestamp::from_second(second).unwrap())),
        completed_at: None,
    };
    [3, 2, 1].map(record).into()
}

//! Small values for the tests of this folder.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::api::ProtonEnvironment;
use crate::api::annotation::{FINALIZER, OWNER_TAG};
use crate::proton::{Deployment, DeploymentStatus, EnvironmentState, EnvironmentView, Tag};

use super::compare::Wanted;
use super::desired::{Desired, Identity};
use super::observed::Observed;

/// ARN of the environment of the tests.
pub const ARN: &str = "arn:aws:proton:eu-west-1:123456789012:environment/e";

/// A time, in seconds.
pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// Identity of the object of the tests.
pub fn identity() -> Identity {
    desired().identity
}

/// An object with members of its spec replaced.
pub fn object(changes: Value) -> ProtonEnvironment {
    let mut spec = json!({"templateName": "vpc", "templateMajorVersion": "1", "inputs": {"count": 1}});
    for (name, value) in changes.as_object().unwrap() {
        spec[name] = value.clone();
    }
    serde_json::from_value(json!({
        "apiVersion": "proton-operator.dev/v1alpha1",
        "kind": "ProtonEnvironment",
        "metadata": {"name": "e", "namespace": "ns", "uid": "u-1", "generation": 1, "finalizers": [FINALIZER]},
        "spec": spec,
    }))
    .unwrap()
}

/// What an object with these changes wants.
pub fn desiring(changes: Value) -> Desired {
    Desired::of(&object(changes), "default")
}

/// What the plain object wants: template vpc, version 1, input count 1.
pub fn desired() -> Desired {
    desiring(json!({}))
}

/// The wanted state of the plain object.
pub fn wanted() -> Wanted {
    super::version::wanted(&desired(), &observed(None), &Default::default(), None).unwrap()
}

/// A state of version 1.
pub fn state(minor: &str, count: i64) -> EnvironmentState {
    EnvironmentState {
        spec: Some(format!("proton: EnvironmentSpec\nspec: {{count: {count}}}\n").into()),
        template_name: "vpc".into(),
        template_major_version: "1".into(),
        template_minor_version: minor.into(),
    }
}

/// An environment with version 1.0 and count 0 deployed, if anything ever succeeded.
pub fn environment(status: DeploymentStatus, attempted: Option<&str>, succeeded: Option<&str>) -> EnvironmentView {
    let deployed = succeeded.map(|_| state("0", 0));
    EnvironmentView {
        name: "e".into(),
        arn: ARN.into(),
        description: None,
        created_at: at(0),
        last_deployment_attempted_at: Some(at(0)),
        last_deployment_succeeded_at: succeeded.map(|_| at(0)),
        template_name: "vpc".into(),
        template_major_version: deployed.as_ref().map(|state| state.template_major_version.clone()),
        template_minor_version: deployed.as_ref().map(|state| state.template_minor_version.clone()),
        deployment_status: status,
        deployment_status_message: None,
        proton_service_role_arn: None,
        environment_account_connection_id: None,
        spec: deployed.and_then(|state| state.spec),
        customer_managed: false,
        provisioning_repository: None,
        component_role_arn: None,
        codebuild_role_arn: None,
        last_attempted_deployment_id: attempted.map(Into::into),
        last_succeeded_deployment_id: succeeded.map(Into::into),
    }
}

/// A deployment of this target state.
pub fn deployment(id: &str, status: DeploymentStatus, target: &EnvironmentState) -> Deployment {
    Deployment {
        id: id.into(),
        target_arn: ARN.into(),
        completed_at: (!status.is_running()).then(|| at(0)),
        deployment_status: status,
        deployment_status_message: None,
        created_at: at(0),
        initial_state: Some(state("0", 0)),
        target_state: Some(target.clone()),
        used: Default::default(),
    }
}

/// The owner tag, if there is one.
pub fn tags(owner: Option<&str>) -> Vec<Tag> {
    owner.map(|value| Tag { key: OWNER_TAG.into(), value: value.into() }).into_iter().collect()
}

/// An observation of this environment, owned by the object of the tests.
pub fn observed(environment: Option<EnvironmentView>) -> Observed {
    Observed { tags: tags(environment.as_ref().map(|_| "default/ns/e")), environment, ..Observed::absent(at(0)) }
}

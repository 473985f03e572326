//! What is shown around an update of each kind of target, however a cancellation of it ends (AWS Proton User Guide, pages
//! ag-env-update, ag-svc-instance-update, ag-svc-pipeline-update, ag-components-states).

use proton_model::Operation;
use rstest::rstest;
use serde_json::{Value, json};

use super::rig::{Rig, spec};
use super::service_lifecycle::{created, document};
use crate::worker::scripted::Answer;

const MANIFEST: &str =
    "infrastructure:\n  templates:\n    - {file: t.yaml, rendering_engine: jinja, template_language: cloudformation}\n";

/// A kind of target and the calls on the one of the rig.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Environment,
    Instance,
    Pipeline,
    Component,
}

impl Kind {
    /// What describes it now.
    async fn shown(self, rig: &Rig) -> Value {
        let (operation, body, path) = match self {
            Self::Environment => (Operation::GetEnvironment, json!({"name": "prod"}), "/environment"),
            Self::Instance => (Operation::GetServiceInstance, json!({"serviceName": "shop", "name": "one"}), "/serviceInstance"),
            Self::Pipeline => (Operation::GetService, json!({"name": "shop"}), "/service/pipeline"),
            Self::Component => (Operation::GetComponent, json!({"name": "table"}), "/component"),
        };
        rig.call(operation, body).await.unwrap().pointer(path).unwrap().clone()
    }

    async fn update(self, rig: &Rig) -> Result<Value, (String, String)> {
        let (operation, body) = match self {
            Self::Environment => (Operation::UpdateEnvironment, json!({"name": "prod", "spec": spec("10.9.0.0/16")})),
            Self::Instance => {
                let spec = document(true, &["one:81"]);
                (Operation::UpdateServiceInstance, json!({"serviceName": "shop", "name": "one", "spec": spec}))
            }
            Self::Pipeline => {
                let spec = document(true, &["one"]).replace("make all", "ninja");
                (Operation::UpdateServicePipeline, json!({"serviceName": "shop", "spec": spec}))
            }
            Self::Component => {
                (Operation::UpdateComponent, json!({"name": "table", "templateFile": "Description: two\nResources: {}\n"}))
            }
        };
        let mut body = body;
        body["deploymentType"] = json!("CURRENT_VERSION");
        rig.call(operation, body).await
    }

    async fn cancel(self, rig: &Rig) -> Result<Value, (String, String)> {
        let (operation, body) = match self {
            Self::Environment => (Operation::CancelEnvironmentDeployment, json!({"environmentName": "prod"})),
            Self::Instance => {
                (Operation::CancelServiceInstanceDeployment, json!({"serviceName": "shop", "serviceInstanceName": "one"}))
            }
            Self::Pipeline => (Operation::CancelServicePipelineDeployment, json!({"serviceName": "shop"})),
            Self::Component => (Operation::CancelComponentDeployment, json!({"componentName": "table"})),
        };
        rig.call(operation, body).await
    }
}

/// `prod`, the service `shop` with the instance `one` and a pipeline, and the component `table`.
async fn platform() -> Rig {
    let rig = created("web", &["one"]).await;
    let component = json!({"name": "table", "environmentName": "prod", "manifest": MANIFEST, "templateFile": "Resources: {}\n"});
    rig.call(Operation::CreateComponent, component).await.unwrap();
    rig.settle().await;
    rig
}

/// The members that tell what is deployed.
fn deployed(shown: &Value) -> Vec<Value> {
    let members =
        ["spec", "templateMajorVersion", "templateMinorVersion", "lastDeploymentSucceededAt", "lastSucceededDeploymentId"];
    members.map(|member| shown[member].clone()).to_vec()
}

#[rstest]
#[case::cancelled(Answer::Cancelled, "CANCELLED", "User initiated cancellation.")]
#[case::failed(Answer::Fail("The cancellation failed."), "FAILED", "The cancellation failed.")]
#[case::too_late(Answer::Succeed, "SUCCEEDED", "")]
#[tokio::test]
async fn the_old_state_is_shown_until_the_new_one_is_deployed(
    #[values(Kind::Environment, Kind::Instance, Kind::Pipeline, Kind::Component)] kind: Kind,
    #[case] answer: Answer,
    #[case] status: &str,
    #[case] message: &str,
) {
    let rig = platform().await;
    let before = kind.shown(&rig).await;
    assert_eq!(before["lastSucceededDeploymentId"], before["lastAttemptedDeploymentId"]);
    assert_eq!(before["lastDeploymentSucceededAt"], before["lastDeploymentAttemptedAt"]);
    rig.pass(100);
    rig.script.then([Answer::Wait(600), answer]);
    kind.update(&rig).await.unwrap();
    rig.step().await;
    let running = kind.shown(&rig).await;
    assert_eq!((&running["deploymentStatus"], deployed(&running)), (&json!("IN_PROGRESS"), deployed(&before)));
    assert_ne!(running["lastAttemptedDeploymentId"], before["lastAttemptedDeploymentId"]);
    assert_eq!(kind.update(&rig).await.unwrap_err().0, "ConflictException");
    kind.cancel(&rig).await.unwrap();
    let cancelling = kind.shown(&rig).await;
    assert_eq!((&cancelling["deploymentStatus"], deployed(&cancelling)), (&json!("CANCELLING"), deployed(&before)));
    assert_eq!(kind.cancel(&rig).await.unwrap_err().0, "ConflictException");
    rig.settle().await;
    let after = kind.shown(&rig).await;
    assert_eq!(
        (after["deploymentStatus"].as_str(), after["deploymentStatusMessage"].as_str().unwrap_or_default()),
        (Some(status), message)
    );
    if status == "SUCCEEDED" {
        assert_eq!(after["lastSucceededDeploymentId"], running["lastAttemptedDeploymentId"]);
        assert_eq!(after["lastDeploymentSucceededAt"], after["lastDeploymentAttemptedAt"]);
    } else {
        assert_eq!(deployed(&after), deployed(&before));
    }
    assert_eq!(kind.cancel(&rig).await.unwrap_err().0, "ConflictException");
    kind.update(&rig).await.unwrap();
    rig.settle().await;
    assert_eq!(kind.shown(&rig).await["deploymentStatus"], "SUCCEEDED");
}

/// Whatever is in the templates, what was deployed can be deleted, and what failed, too.
#[tokio::test]
async fn nothing_needs_a_template_that_renders_to_be_deleted() {
    let rig = Rig::deployed().await;
    rig.register_file((1, 1), "Description: {{ nothing }}\n").await;
    rig.register_service_file("web", (1, 0), "Description: {{ nothing }}\n").await;
    let service = super::service_lifecycle::create("web", &["one"]);
    rig.call(Operation::CreateService, service).await.unwrap();
    rig.settle().await;
    let shown = super::service_lifecycle::service(&rig).await;
    assert_eq!((&shown["status"], &shown["pipeline"]["deploymentStatus"]), (&json!("CREATE_FAILED"), &json!("FAILED")));
    rig.update(json!({"deploymentType": "MINOR_VERSION"})).await.unwrap();
    rig.settle().await;
    assert_eq!(rig.status("prod").await, "FAILED");
    rig.call(Operation::DeleteService, json!({"name": "shop"})).await.unwrap();
    rig.settle().await;
    rig.call(Operation::DeleteEnvironment, json!({"name": "prod"})).await.unwrap();
    rig.settle().await;
    let dump = rig.dump().await;
    assert!(dump.contains("services (0)") && dump.contains("environments (0)") && dump.contains("targets (0)"), "{dump}");
}

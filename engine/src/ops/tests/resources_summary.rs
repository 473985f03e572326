//! GetResourcesSummary.

use proton_model::Operation;
use serde_json::json;

use super::rig::create;
use super::service_lifecycle::created;
use crate::worker::scripted::Answer;

#[tokio::test]
async fn resources_are_counted_by_kind_state_and_age() {
    let rig = created("web", &["one", "two"]).await;
    rig.script.then([Answer::Fail("no room")]);
    rig.call(Operation::CreateEnvironment, create("broken")).await.unwrap();
    rig.settle().await;
    rig.register((1, 1), "PUBLISHED").await;
    rig.register_service("web", (2, 0)).await;
    let update = json!({"serviceName": "shop", "name": "two", "deploymentType": "MAJOR_VERSION"});
    rig.call(Operation::UpdateServiceInstance, update).await.unwrap();
    rig.settle().await;
    let counts = rig.call(Operation::GetResourcesSummary, json!({})).await.unwrap()["counts"].clone();
    let expected = json!({
        "components": {"total": 0, "failed": 0},
        "environmentTemplates": {"total": 1},
        "environments": {"total": 2, "failed": 1, "upToDate": 0, "behindMinor": 1, "behindMajor": 0},
        "pipelines": {"total": 1, "failed": 0, "upToDate": 0, "behindMinor": 0, "behindMajor": 1},
        "serviceInstances": {"total": 2, "failed": 0, "upToDate": 1, "behindMinor": 0, "behindMajor": 1},
        "serviceTemplates": {"total": 2},
        "services": {"total": 1, "failed": 0},
    });
    assert_eq!(counts, expected);
}

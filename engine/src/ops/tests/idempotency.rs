//! The same create again, and quotas.

use proton_model::Operation;
use serde_json::json;

use super::rig::{Rig, create};

#[tokio::test]
async fn the_same_create_again_changes_nothing() {
    let rig = Rig::new().await;
    let first = rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap();
    let before = rig.dump().await;
    assert_eq!(rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap(), first);
    assert_eq!(rig.dump().await, before);
}

#[tokio::test]
async fn a_create_with_other_parameters_is_a_mismatch() {
    let rig = Rig::deployed().await;
    let mut other = create("prod");
    other["description"] = json!("other");
    let (name, message) = rig.call(Operation::CreateEnvironment, other).await.unwrap_err();
    assert!(name == "ValidationException" && message.contains("IdempotentParameterMismatch"), "{message}");
}

#[tokio::test]
async fn a_create_after_a_change_is_a_conflict() {
    let rig = Rig::deployed().await;
    rig.update(json!({"deploymentType": "NONE", "description": "new"})).await.unwrap();
    assert_eq!(rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap_err().0, "ConflictException");
}

#[tokio::test]
async fn the_quota_counts_environments() {
    let rig = Rig::new().await;
    for name in ["a", "b", "c"] {
        rig.call(Operation::CreateEnvironment, create(name)).await.unwrap();
    }
    assert_eq!(rig.call(Operation::CreateEnvironment, create("d")).await.unwrap_err().0, "ServiceQuotaExceededException");
    assert!(rig.call(Operation::CreateEnvironment, create("c")).await.is_ok());
}

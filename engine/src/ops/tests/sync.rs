//! Sync configurations: kept and shown, and never said to have done anything.

use proton_model::Operation;
use serde_json::{Value, json};

use super::repositories::link;
use super::rig::Rig;
use super::service_lifecycle::{created, document};

fn with(mut body: Value, more: Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn source(branch: &str) -> Value {
    json!({"repositoryProvider": "GITHUB", "repositoryName": "acme/infra", "branch": branch})
}

fn template() -> Value {
    json!({"templateName": "vpc", "templateType": "ENVIRONMENT"})
}

fn shop() -> Value {
    json!({"serviceName": "shop"})
}

async fn refused(rig: &Rig, operation: Operation, body: Value, expected: &str, says: &str) {
    let (name, message) = rig.call(operation, body).await.unwrap_err();
    assert!(name == expected && message.contains(says), "{name}: {message}");
}

/// An attempt that failed and says why.
fn is_not_watched(attempt: &Value) -> bool {
    attempt["status"] == "FAILED" && attempt["events"][0]["event"].as_str().unwrap().contains("does not watch")
}

#[tokio::test]
async fn the_configuration_of_a_template_is_kept_and_nothing_is_synced() {
    let rig = Rig::new().await;
    let create = with(template(), source("main"));
    refused(&rig, Operation::CreateTemplateSyncConfig, create.clone(), "ValidationException", "not linked").await;
    link(&rig).await;
    let nothing = with(create.clone(), json!({"templateName": "nothing"}));
    refused(&rig, Operation::CreateTemplateSyncConfig, nothing, "ValidationException", "environment-template/nothing").await;
    refused(&rig, Operation::UpdateTemplateSyncConfig, create.clone(), "ResourceNotFoundException", "vpc").await;
    let first = rig.call(Operation::CreateTemplateSyncConfig, create.clone()).await.unwrap();
    assert_eq!(rig.call(Operation::CreateTemplateSyncConfig, create.clone()).await.unwrap(), first);
    assert_eq!(rig.call(Operation::GetTemplateSyncConfig, template()).await.unwrap(), first);
    let other = with(template(), source("other"));
    refused(&rig, Operation::CreateTemplateSyncConfig, other.clone(), "ConflictException", "branch main").await;
    let moved = with(other, json!({"subdirectory": "templates"}));
    let updated = rig.call(Operation::UpdateTemplateSyncConfig, moved.clone()).await.unwrap();
    assert_eq!(updated["templateSyncConfig"], moved);
    let status = with(template(), json!({"templateVersion": "1"}));
    let status = rig.call(Operation::GetTemplateSyncStatus, status).await.unwrap();
    assert!(is_not_watched(&status["latestSync"]), "{status}");
    assert_eq!((status.get("desiredState"), status.get("latestSuccessfulSync")), (None, None));
    let of_branch = |branch: &str| with(source(branch), json!({"syncType": "TEMPLATE_SYNC"}));
    let repository = rig.call(Operation::GetRepositorySyncStatus, of_branch("other")).await.unwrap();
    assert!(is_not_watched(&repository["latestSync"]), "{repository}");
    refused(&rig, Operation::GetRepositorySyncStatus, of_branch("main"), "ResourceNotFoundException", "main").await;
    let which = json!({"repositoryProvider": "GITHUB", "repositoryName": "acme/infra", "syncType": "TEMPLATE_SYNC"});
    let definitions = rig.call(Operation::ListRepositorySyncDefinitions, which).await.unwrap()["syncDefinitions"].clone();
    assert_eq!((&definitions[0]["branch"], &definitions[0]["directory"]), (&json!("other"), &json!("templates")));
    assert!(definitions[0]["target"].as_str().unwrap().ends_with("environment-template/vpc"));
    assert_eq!(rig.call(Operation::DeleteTemplateSyncConfig, template()).await.unwrap(), updated);
    for operation in [Operation::GetTemplateSyncConfig, Operation::DeleteTemplateSyncConfig] {
        refused(&rig, operation, template(), "ResourceNotFoundException", "vpc").await;
    }
}

#[tokio::test]
async fn the_configuration_goes_with_its_template() {
    let rig = Rig::empty().await;
    link(&rig).await;
    rig.call(Operation::CreateServiceTemplate, json!({"name": "web"})).await.unwrap();
    let create = with(json!({"templateName": "web", "templateType": "SERVICE"}), source("main"));
    rig.call(Operation::CreateTemplateSyncConfig, create).await.unwrap();
    rig.call(Operation::DeleteServiceTemplate, json!({"name": "web"})).await.unwrap();
    assert!(rig.dump().await.contains("template_syncs (0)"));
    rig.call(Operation::DeleteRepository, json!({"provider": "GITHUB", "name": "acme/infra"})).await.unwrap();
}

#[tokio::test]
async fn what_is_done_by_hand_blocks_the_sync_of_a_service() {
    let rig = created("job", &["one", "two"]).await;
    link(&rig).await;
    let create = with(with(shop(), source("main")), json!({"filePath": "ops.yaml"}));
    let first = rig.call(Operation::CreateServiceSyncConfig, create.clone()).await.unwrap();
    assert_eq!(first["serviceSyncConfig"], create);
    assert_eq!(rig.call(Operation::CreateServiceSyncConfig, create.clone()).await.unwrap(), first);
    assert_eq!(rig.call(Operation::GetServiceSyncConfig, shop()).await.unwrap(), first);
    let one = json!({"serviceName": "shop", "serviceInstanceName": "one"});
    let status = rig.call(Operation::GetServiceInstanceSyncStatus, one.clone()).await.unwrap();
    assert!(is_not_watched(&status["latestSync"]), "{status}");
    let blockers = async |of: &Value| {
        let summary = rig.call(Operation::GetServiceSyncBlockerSummary, of.clone()).await.unwrap();
        summary["serviceSyncBlockerSummary"]["latestBlockers"].as_array().unwrap().clone()
    };
    assert!(blockers(&one).await.is_empty());
    for _ in 0..2 {
        let update = json!({"serviceName": "shop", "name": "one", "deploymentType": "CURRENT_VERSION"});
        rig.call(Operation::UpdateServiceInstance, update).await.unwrap();
        rig.settle().await;
    }
    let found = blockers(&one).await;
    assert_eq!((found.len(), &found[0]["status"], &found[0]["type"]), (1, &json!("ACTIVE"), &json!("AUTOMATED")));
    assert!(blockers(&shop()).await.is_empty());
    let remove = json!({"name": "shop", "spec": document(false, &["one"])});
    rig.call(Operation::UpdateService, remove).await.unwrap();
    rig.settle().await;
    assert_eq!(blockers(&shop()).await.len(), 1);
    let resolve = |reason: &str| json!({"id": found[0]["id"], "resolvedReason": reason});
    let resolved = rig.call(Operation::UpdateServiceSyncBlocker, resolve("merged")).await.unwrap();
    assert_eq!(resolved["serviceSyncBlocker"]["status"], "RESOLVED");
    assert_eq!((&resolved["serviceName"], &resolved["serviceInstanceName"]), (&json!("shop"), &json!("one")));
    assert_eq!(rig.call(Operation::UpdateServiceSyncBlocker, resolve("merged")).await.unwrap(), resolved);
    refused(&rig, Operation::UpdateServiceSyncBlocker, resolve("other"), "ConflictException", "already").await;
    rig.call(Operation::DeleteService, json!({"name": "shop"})).await.unwrap();
    for operation in [Operation::UpdateServiceSyncConfig, Operation::CreateServiceSyncConfig] {
        refused(&rig, operation, create.clone(), "ConflictException", "being deleted").await;
    }
    rig.settle().await;
    let dump = rig.dump().await;
    assert!(dump.contains("service_syncs (0)") && dump.contains("sync_blockers (0)"), "{dump}");
}

#[tokio::test]
async fn the_configuration_of_a_service_can_be_moved_and_removed() {
    let rig = created("job", &["one"]).await;
    link(&rig).await;
    let create = with(with(shop(), source("main")), json!({"filePath": "ops.yaml"}));
    refused(&rig, Operation::UpdateServiceSyncConfig, create.clone(), "ResourceNotFoundException", "shop").await;
    rig.call(Operation::CreateServiceSyncConfig, create.clone()).await.unwrap();
    let moved = with(create, source("other"));
    refused(&rig, Operation::CreateServiceSyncConfig, moved.clone(), "ConflictException", "branch main").await;
    let updated = rig.call(Operation::UpdateServiceSyncConfig, moved.clone()).await.unwrap();
    assert_eq!(updated["serviceSyncConfig"], moved);
    let which = json!({"repositoryProvider": "GITHUB", "repositoryName": "acme/infra", "syncType": "SERVICE_SYNC"});
    let definitions = rig.call(Operation::ListRepositorySyncDefinitions, which).await.unwrap()["syncDefinitions"].clone();
    assert_eq!(definitions[0]["directory"], "ops.yaml");
    let unlinked = with(moved, json!({"repositoryName": "acme/none"}));
    refused(&rig, Operation::UpdateServiceSyncConfig, unlinked, "ResourceNotFoundException", "acme/none").await;
    assert_eq!(rig.call(Operation::DeleteServiceSyncConfig, shop()).await.unwrap(), updated);
    refused(&rig, Operation::DeleteServiceSyncConfig, shop(), "ResourceNotFoundException", "shop").await;
}

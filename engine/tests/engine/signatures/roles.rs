//! What each role may do, operation by operation.

use proton_model::Operation;

use super::requests::{Sent, Signing};
use crate::started::{ADMIN, DEPLOYER, READER, Started};

/// Only the platform team changes what everybody deploys from: templates, account settings, repositories, connections.
const ADMIN_ONLY: &[&str] = &[
    "AcceptEnvironmentAccountConnection",
    "CreateEnvironmentAccountConnection",
    "CreateEnvironmentTemplate",
    "CreateEnvironmentTemplateVersion",
    "CreateRepository",
    "CreateServiceTemplate",
    "CreateServiceTemplateVersion",
    "CreateTemplateSyncConfig",
    "DeleteEnvironmentAccountConnection",
    "DeleteEnvironmentTemplate",
    "DeleteEnvironmentTemplateVersion",
    "DeleteRepository",
    "DeleteServiceTemplate",
    "DeleteServiceTemplateVersion",
    "DeleteTemplateSyncConfig",
    "RejectEnvironmentAccountConnection",
    "UpdateAccountSettings",
    "UpdateEnvironmentAccountConnection",
    "UpdateEnvironmentTemplate",
    "UpdateEnvironmentTemplateVersion",
    "UpdateServiceTemplate",
    "UpdateServiceTemplateVersion",
    "UpdateTemplateSyncConfig",
];

/// Developers and pipelines change what they deploy.
const DEPLOYER_TOO: &[&str] = &[
    "CancelComponentDeployment",
    "CancelEnvironmentDeployment",
    "CancelServiceInstanceDeployment",
    "CancelServicePipelineDeployment",
    "CreateComponent",
    "CreateEnvironment",
    "CreateService",
    "CreateServiceInstance",
    "CreateServiceSyncConfig",
    "DeleteComponent",
    "DeleteDeployment",
    "DeleteEnvironment",
    "DeleteService",
    "DeleteServiceSyncConfig",
    "NotifyResourceDeploymentStatusChange",
    "TagResource",
    "UntagResource",
    "UpdateComponent",
    "UpdateEnvironment",
    "UpdateService",
    "UpdateServiceInstance",
    "UpdateServicePipeline",
    "UpdateServiceSyncBlocker",
    "UpdateServiceSyncConfig",
];

/// Everybody reads: what is left.
const READS: usize = 40;

fn may(role: &str, operation: &str) -> bool {
    match role {
        ADMIN => true,
        DEPLOYER => !ADMIN_ONLY.contains(&operation),
        _ => !ADMIN_ONLY.contains(&operation) && !DEPLOYER_TOO.contains(&operation),
    }
}

#[test]
fn the_lists_cover_every_operation_once() {
    let known: Vec<&str> = Operation::ALL.iter().map(|operation| operation.name()).collect();
    assert_eq!(known.len(), 87);
    assert!(ADMIN_ONLY.iter().chain(DEPLOYER_TOO).all(|name| known.contains(name)));
    let reads: Vec<&&str> = known.iter().filter(|name| may(READER, name)).collect();
    assert!(reads.iter().all(|name| name.starts_with("Get") || name.starts_with("List")), "{reads:?}");
    assert_eq!((ADMIN_ONLY.len() + DEPLOYER_TOO.len(), reads.len()), (87 - READS, READS));
}

/// A request without members changes nothing: it is refused by the role, or by the constraints, or reads a list.
#[tokio::test]
async fn every_operation_asks_for_its_role() {
    let engine = Started::new().await;
    for id in [ADMIN, DEPLOYER, READER] {
        for operation in Operation::ALL.iter().filter(|operation| operation.name() != "UpdateAccountSettings" || id != ADMIN) {
            let name = operation.name();
            let answer = Sent::signed(&engine, &Signing { id, operation: name, ..Signing::default() }).send(&engine).await;
            let denied = answer.exception.as_deref() == Some("AccessDeniedException");
            assert_eq!(denied, !may(id, name), "{name} as {id}: {}", answer.text);
        }
    }
}

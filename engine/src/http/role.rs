//! What a caller may do.
//!
//! | Role      | Reads | Environments, services, instances, components, pipelines, their deployments and tags | Everything else |
//! |-----------|-------|--------------------------------------------------------------------------------------|-----------------|
//! | read-only | yes   | no                                                                                   | no              |
//! | deployer  | yes   | yes                                                                                  | no              |
//! | admin     | yes   | yes                                                                                  | yes             |
//!
//! "Everything else" is templates and their versions, account settings, repositories, account connections, template
//! sync and bundle uploads. A tag on something that a deployer may not change is refused where the ARN is known. Which
//! account a caller belongs to matters beside the role; that is decided with the operation.

use std::fmt;

use proton_model::Operation;
use serde::Deserialize;

/// The role of a key pair.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// `Get*` and `List*` only.
    ReadOnly,
    /// Reads, and whatever developers do: deploy, cancel, delete.
    Deployer,
    /// Everything.
    Admin,
}

impl Role {
    /// The name in the credentials file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::Deployer => "deployer",
            Self::Admin => "admin",
        }
    }

    /// The least role that may call an operation.
    pub fn needed_for(operation: Operation) -> Self {
        if operation.is_read_only() {
            Self::ReadOnly
        } else if is_deployers(operation) {
            Self::Deployer
        } else {
            Self::Admin
        }
    }

    /// Whether a caller of this role may call the operation.
    pub fn permits(self, operation: Operation) -> bool {
        self >= Self::needed_for(operation)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

fn is_deployers(operation: Operation) -> bool {
    use Operation as Op;
    matches!(
        operation,
        Op::CreateEnvironment
            | Op::UpdateEnvironment
            | Op::DeleteEnvironment
            | Op::CancelEnvironmentDeployment
            | Op::CreateService
            | Op::UpdateService
            | Op::DeleteService
            | Op::UpdateServicePipeline
            | Op::CancelServicePipelineDeployment
            | Op::CreateServiceInstance
            | Op::UpdateServiceInstance
            | Op::CancelServiceInstanceDeployment
            | Op::CreateComponent
            | Op::UpdateComponent
            | Op::DeleteComponent
            | Op::CancelComponentDeployment
            | Op::DeleteDeployment
            | Op::NotifyResourceDeploymentStatusChange
            | Op::CreateServiceSyncConfig
            | Op::UpdateServiceSyncConfig
            | Op::DeleteServiceSyncConfig
            | Op::UpdateServiceSyncBlocker
            | Op::TagResource
            | Op::UntagResource
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn read_only_is_get_and_list() {
        for operation in Operation::ALL.iter().copied() {
            let reads = operation.name().starts_with("Get") || operation.name().starts_with("List");
            assert_eq!(Role::ReadOnly.permits(operation), reads, "{}", operation.name());
        }
    }

    #[test]
    fn admin_may_do_everything() {
        assert!(Operation::ALL.iter().all(|operation| Role::Admin.permits(*operation)));
    }

    #[rstest]
    #[case(Operation::CreateEnvironment, true)]
    #[case(Operation::CancelEnvironmentDeployment, true)]
    #[case(Operation::GetEnvironmentTemplate, true)]
    #[case(Operation::TagResource, true)]
    #[case(Operation::CreateEnvironmentTemplate, false)]
    #[case(Operation::UpdateEnvironmentTemplateVersion, false)]
    #[case(Operation::DeleteServiceTemplate, false)]
    #[case(Operation::UpdateAccountSettings, false)]
    #[case(Operation::CreateRepository, false)]
    #[case(Operation::AcceptEnvironmentAccountConnection, false)]
    #[case(Operation::CreateTemplateSyncConfig, false)]
    fn deployer(#[case] operation: Operation, #[case] permitted: bool) {
        assert_eq!(Role::Deployer.permits(operation), permitted);
    }
}

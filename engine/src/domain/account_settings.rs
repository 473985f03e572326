//! The account's settings, with which pipelines are provisioned (API model, shape AccountSettings).
//!
//! | member of an update | absent | empty | a value |
//! |---|---|---|---|
//! | pipelineServiceRoleArn | stays | removed | set |
//! | pipelineCodebuildRoleArn | stays | removed | set |
//! | pipelineProvisioningRepository | stays, or with deletePipelineProvisioningRepository removed | - | set; not together with deletePipelineProvisioningRepository |

use super::environment_members::RepositoryBranch;
use super::refusal::Refusal;

/// The settings. An account that never set any has the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountSettings {
    /// The role that provisions pipelines with CloudFormation.
    pub pipeline_service_role_arn: Option<String>,
    /// The role that provisions pipelines with CodeBuild.
    pub pipeline_codebuild_role_arn: Option<String>,
    /// The linked repository for self-managed pipelines.
    pub pipeline_repository: Option<RepositoryBranch>,
}

/// The members of an update.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// pipelineServiceRoleArn, perhaps empty.
    pub pipeline_service_role_arn: Option<String>,
    /// pipelineCodebuildRoleArn, perhaps empty.
    pub pipeline_codebuild_role_arn: Option<String>,
    /// pipelineProvisioningRepository.
    pub pipeline_repository: Option<RepositoryBranch>,
    /// deletePipelineProvisioningRepository.
    pub delete_repository: bool,
}

/// The settings after an update.
pub fn updated(now: AccountSettings, changes: Changes) -> Result<AccountSettings, Refusal> {
    if changes.delete_repository && changes.pipeline_repository.is_some() {
        return Err(Refusal::Invalid(
            "deletePipelineProvisioningRepository and pipelineProvisioningRepository cannot be given together: remove one."
                .to_owned(),
        ));
    }
    let kept = now.pipeline_repository.filter(|_| !changes.delete_repository);
    Ok(AccountSettings {
        pipeline_service_role_arn: role(now.pipeline_service_role_arn, changes.pipeline_service_role_arn),
        pipeline_codebuild_role_arn: role(now.pipeline_codebuild_role_arn, changes.pipeline_codebuild_role_arn),
        pipeline_repository: changes.pipeline_repository.or(kept),
    })
}

/// Refuses a change while pipelines are being deployed, with the settings as they are: `running` are their ARNs.
pub fn check_quiet(now: &AccountSettings, next: &AccountSettings, running: &[String]) -> Result<(), Refusal> {
    if now == next || running.is_empty() {
        return Ok(());
    }
    Err(Refusal::Conflict(format!(
        "The settings cannot be changed while pipelines are being deployed with them: {}. Wait until that has ended.",
        running.join(", ")
    )))
}

fn role(now: Option<String>, given: Option<String>) -> Option<String> {
    match given {
        None => now,
        Some(given) => (!given.is_empty()).then_some(given),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn repository(name: &str) -> RepositoryBranch {
        let text = |text: &str| text.to_owned();
        RepositoryBranch { arn: text("arn"), provider: text("GITHUB"), name: text(name), branch: text("main") }
    }

    #[rstest]
    #[case(None, Some("old"))]
    #[case(Some(""), None)]
    #[case(Some("new"), Some("new"))]
    fn a_role_stays_goes_or_is_set(#[case] given: Option<&str>, #[case] expected: Option<&str>) {
        let now = AccountSettings { pipeline_service_role_arn: Some("old".to_owned()), ..AccountSettings::default() };
        let changes = Changes { pipeline_service_role_arn: given.map(str::to_owned), ..Changes::default() };
        let next = updated(now, changes).unwrap();
        assert_eq!(next.pipeline_service_role_arn.as_deref(), expected);
        assert_eq!(next.pipeline_codebuild_role_arn, None);
    }

    #[test]
    fn running_pipelines_keep_the_settings() {
        let now = AccountSettings::default();
        let next = AccountSettings { pipeline_service_role_arn: Some("new".to_owned()), ..now.clone() };
        let running = ["arn:pipeline".to_owned()];
        assert!(check_quiet(&now, &next, &[]).is_ok() && check_quiet(&now, &now, &running).is_ok());
        assert!(matches!(check_quiet(&now, &next, &running), Err(Refusal::Conflict(why)) if why.contains("arn:pipeline")));
    }

    #[rstest]
    #[case(None, false, Ok(Some("acme/old")))]
    #[case(None, true, Ok(None))]
    #[case(Some("acme/new"), false, Ok(Some("acme/new")))]
    #[case(Some("acme/new"), true, Err(()))]
    fn a_repository_stays_goes_or_is_set(
        #[case] given: Option<&str>,
        #[case] delete: bool,
        #[case] expected: Result<Option<&str>, ()>,
    ) {
        let now = AccountSettings { pipeline_repository: Some(repository("acme/old")), ..AccountSettings::default() };
        let changes = Changes { pipeline_repository: given.map(repository), delete_repository: delete, ..Changes::default() };
        let next = updated(now, changes).map(|next| next.pipeline_repository.map(|repository| repository.name));
        assert_eq!(next.map_err(|_| ()), expected.map(|name| name.map(str::to_owned)));
    }
}

//! Which members say how an environment provisions, and which of them an update may change.
//!
//! | created with | update may send |
//! |---|---|
//! | protonServiceRoleArn | protonServiceRoleArn |
//! | environmentAccountConnectionId | environmentAccountConnectionId |
//! | provisioningRepository | provisioningRepository |
//! | none of the three | protonServiceRoleArn |
//!
//! codebuildRoleArn may stand beside any but a connection, componentRoleArn beside all (API model, CreateEnvironment and
//! UpdateEnvironment; AWS Proton User Guide, page ag-env-update). None of the three is more than AWS Proton allowed:
//! the engine then provisions with its own credentials.

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// The members of an environment that say how it provisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// The role that provisions.
    pub service_role_arn: Option<String>,
    /// The role for CodeBuild.
    pub codebuild_role_arn: Option<String>,
    /// The role for directly defined components.
    pub component_role_arn: Option<String>,
    /// The connection to another account.
    pub connection_id: Option<String>,
    /// The linked repository for self-managed provisioning.
    pub repository: Option<RepositoryBranch>,
}

/// A branch of a linked repository (API model, shape RepositoryBranch).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryBranch {
    /// The ARN of the linked repository.
    pub arn: String,
    /// GITHUB, GITHUB_ENTERPRISE or BITBUCKET.
    pub provider: String,
    /// `owner/repository`.
    pub name: String,
    /// The branch.
    pub branch: String,
}

/// Checks the members of a create.
pub fn for_create(given: Members) -> Result<Members, Refusal> {
    let ways = [
        ("protonServiceRoleArn", given.service_role_arn.is_some()),
        ("environmentAccountConnectionId", given.connection_id.is_some()),
        ("provisioningRepository", given.repository.is_some()),
    ];
    let named: Vec<&str> = ways.iter().filter(|(_, is_given)| *is_given).map(|(name, _)| *name).collect();
    if named.len() > 1 {
        return Err(Refusal::Invalid(format!(
            "Only one of protonServiceRoleArn, environmentAccountConnectionId and provisioningRepository can be given; the request has {}.",
            named.join(" and ")
        )));
    }
    codebuild_or_connection(&given)?;
    Ok(given)
}

/// The members after an update that gives some of them; absent ones stay.
pub fn for_update(now: &Members, given: Members) -> Result<Members, Refusal> {
    if given.connection_id.is_some() && now.connection_id.is_none() {
        return refuse("environmentAccountConnectionId", "was created without an environment account connection");
    }
    if given.repository.is_some() && now.repository.is_none() {
        return refuse("provisioningRepository", "is not self-managed");
    }
    if given.service_role_arn.is_some() && now.connection_id.is_some() {
        return refuse("protonServiceRoleArn", "uses an environment account connection");
    }
    if given.service_role_arn.is_some() && now.repository.is_some() {
        return refuse("protonServiceRoleArn", "is self-managed with a provisioningRepository");
    }
    let next = Members {
        service_role_arn: given.service_role_arn.or_else(|| now.service_role_arn.clone()),
        codebuild_role_arn: given.codebuild_role_arn.or_else(|| now.codebuild_role_arn.clone()),
        component_role_arn: given.component_role_arn.or_else(|| now.component_role_arn.clone()),
        connection_id: given.connection_id.or_else(|| now.connection_id.clone()),
        repository: given.repository.or_else(|| now.repository.clone()),
    };
    codebuild_or_connection(&next)?;
    Ok(next)
}

fn codebuild_or_connection(members: &Members) -> Result<(), Refusal> {
    if members.codebuild_role_arn.is_some() && members.connection_id.is_some() {
        return refuse("codebuildRoleArn", "uses an environment account connection, which has a role of its own");
    }
    Ok(())
}

fn refuse<T>(member: &str, because: &str) -> Result<T, Refusal> {
    Err(Refusal::Invalid(format!("{member} cannot be given: the environment {because}.")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// Members named by letters: s(ervice role), c(onnection), r(epository), b (CodeBuild role), d (component role).
    fn members(letters: &str) -> Members {
        let given = |letter: char, value: &str| letters.contains(letter).then(|| value.to_owned());
        Members {
            service_role_arn: given('s', "role"),
            codebuild_role_arn: given('b', "build"),
            component_role_arn: given('d', "component"),
            connection_id: given('c', "connection"),
            repository: given('r', "main").map(|branch| RepositoryBranch {
                arn: "arn".to_owned(),
                provider: "GITHUB".to_owned(),
                name: "acme/infra".to_owned(),
                branch,
            }),
        }
    }

    #[rstest]
    #[case("", true)]
    #[case("s", true)]
    #[case("c", true)]
    #[case("r", true)]
    #[case("sbd", true)]
    #[case("bd", true)]
    #[case("cd", true)]
    #[case("rbd", true)]
    #[case("sc", false)]
    #[case("sr", false)]
    #[case("cr", false)]
    #[case("scr", false)]
    #[case("cb", false)]
    fn create(#[case] letters: &str, #[case] accepted: bool) {
        assert_eq!(for_create(members(letters)).is_ok(), accepted);
    }

    #[rstest]
    #[case("s", "s", Some("s"))]
    #[case("s", "bd", Some("sbd"))]
    #[case("s", "c", None)]
    #[case("s", "r", None)]
    #[case("c", "c", Some("c"))]
    #[case("c", "s", None)]
    #[case("c", "r", None)]
    #[case("c", "b", None)]
    #[case("r", "r", Some("r"))]
    #[case("r", "s", None)]
    #[case("r", "c", None)]
    #[case("", "s", Some("s"))]
    #[case("", "r", None)]
    #[case("", "c", None)]
    #[case("sb", "", Some("sb"))]
    fn update(#[case] now: &str, #[case] given: &str, #[case] next: Option<&str>) {
        assert_eq!(for_update(&members(now), members(given)).ok(), next.map(members));
    }
}

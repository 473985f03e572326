//! Members that UpdateEnvironment changes without a deployment: description, roles, connection, repository.
//!
//! A member that the spec leaves out is not managed: what is there stays.

use crate::api::Reason;
use crate::proton::{EnvironmentView, UpdateEnvironment, UpdateType};

use super::conditions::Phase;
use super::desired::Desired;
use super::version::order;

/// Puts the members that differ into a request. Gives their names.
pub fn fill(request: &mut UpdateEnvironment, desired: &Desired, environment: &EnvironmentView) -> Vec<&'static str> {
    let mut names = Vec::new();
    let shown = environment.description.clone().unwrap_or_default();
    if let Some(description) = desired.description.as_ref().filter(|description| **description != shown) {
        request.description = Some(description.clone());
        names.push("description");
    }
    let mut copy = |name, wanted: &Option<String>, is: &Option<String>, into: &mut Option<String>| {
        if wanted.is_some() && wanted != is {
            into.clone_from(wanted);
            names.push(name);
        }
    };
    copy(
        "protonServiceRoleArn",
        &desired.proton_service_role_arn,
        &environment.proton_service_role_arn,
        &mut request.proton_service_role_arn,
    );
    copy("codebuildRoleArn", &desired.codebuild_role_arn, &environment.codebuild_role_arn, &mut request.codebuild_role_arn);
    copy("componentRoleArn", &desired.component_role_arn, &environment.component_role_arn, &mut request.component_role_arn);
    copy(
        "environmentAccountConnectionId",
        &desired.environment_account_connection_id,
        &environment.environment_account_connection_id,
        &mut request.environment_account_connection_id,
    );
    if desired.provisioning_repository.is_some() && desired.provisioning_repository != environment.provisioning_repository {
        request.provisioning_repository.clone_from(&desired.provisioning_repository);
        names.push("provisioningRepository");
    }
    names
}

/// An update of metadata only, if any differs.
pub fn update(desired: &Desired, environment: &EnvironmentView) -> Option<(UpdateEnvironment, Vec<&'static str>)> {
    let mut request = UpdateEnvironment::new(desired.name.clone(), UpdateType::None);
    let names = fill(&mut request, desired, environment);
    (!names.is_empty()).then_some((request, names))
}

/// What the spec asks for and the API cannot change on this environment. Source: AWS Proton User Guide, page ag-env-update.
pub fn not_changeable(desired: &Desired, environment: &EnvironmentView, major: &str) -> Option<Phase> {
    let problem =
        template(desired, environment).or_else(|| lowered(environment, major)).or_else(|| provisioning(desired, environment))?;
    Some(Phase::refused(
        Reason::NotChangeable,
        format!("{problem} Write into the spec what is deployed, or create another {}.", desired.resource.noun().to_lowercase()),
    ))
}

fn template(desired: &Desired, environment: &EnvironmentView) -> Option<String> {
    (desired.template_name != environment.template_name)
        .then(|| format!("templateName is {} and {} is deployed.", desired.template_name, environment.template_name))
}

fn lowered(environment: &EnvironmentView, major: &str) -> Option<String> {
    let deployed = environment.template_major_version.as_deref()?;
    order(major, deployed)
        .is_lt()
        .then(|| format!("templateMajorVersion is {major} and {deployed} is deployed: a major version only goes up."))
}

fn provisioning(desired: &Desired, environment: &EnvironmentView) -> Option<String> {
    let connected = environment.environment_account_connection_id.is_some();
    let by_repository = environment.provisioning_repository.is_some();
    if desired.environment_account_connection_id.is_some() && !connected {
        return Some("environmentAccountConnectionId is set and the environment was created without a connection.".to_owned());
    }
    if desired.provisioning_repository.is_some() && !by_repository {
        return Some("provisioningRepository is set and the environment was created without one.".to_owned());
    }
    (desired.proton_service_role_arn.is_some() && (connected || by_repository)).then(|| {
        "protonServiceRoleArn is set and the environment is provisioned through a connection or a repository.".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fixture::{desired, environment};
    use crate::proton::DeploymentStatus::Succeeded;
    use crate::proton::RepositoryBranch;

    fn is() -> EnvironmentView {
        environment(Succeeded, Some("d1"), Some("d1"))
    }

    fn repository() -> Option<RepositoryBranch> {
        Some(RepositoryBranch { branch: "main".into(), name: "a/b".into(), provider: "GITHUB".into() })
    }

    #[test]
    fn only_what_differs_is_sent() {
        let mut wanted = desired();
        assert_eq!(update(&wanted, &is()), None);
        wanted.description = Some("new".into());
        wanted.component_role_arn = Some("arn:role".into());
        let (request, names) = update(&wanted, &is()).unwrap();
        assert_eq!(names, ["description", "componentRoleArn"]);
        assert_eq!(request.deployment_type, UpdateType::None);
        assert_eq!((request.spec, request.codebuild_role_arn), (None, None));
    }

    #[test]
    fn an_empty_description_is_none() {
        let wanted = Desired { description: Some("".into()), ..desired() };
        assert_eq!(update(&wanted, &is()), None);
    }

    #[test]
    fn what_the_api_cannot_change_is_said_before_it_is_sent() {
        let other = Desired { template_name: "other".into(), ..desired() };
        let connection = Desired { environment_account_connection_id: Some("c".into()), ..desired() };
        let pulled = Desired { provisioning_repository: repository(), ..desired() };
        for (wanted, major, says) in [
            (other, "1", "templateName is other"),
            (desired(), "0", "templateMajorVersion is 0 and 1 is deployed"),
            (connection, "1", "without a connection"),
            (pulled, "1", "created without one"),
        ] {
            let phase = not_changeable(&wanted, &is(), major).unwrap();
            assert!(phase.message.contains(says), "{}", phase.message);
        }
        assert_eq!(not_changeable(&desired(), &is(), "2"), None);
    }
}

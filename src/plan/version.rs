//! Which state is wanted, and what kind of deployment leads to it.

use std::cmp::Ordering;

use crate::api::{DeploymentCeiling, MinorVersionPolicy, Reason, TargetStatus};
use crate::proton::{Deployment, DeploymentStatus, EnvironmentState, UpdateType};

use super::compare::{Actual, Wanted};
use super::conditions::Phase;
use super::desired::Desired;
use super::document;
use super::observed::Observed;

/// The wanted state: the spec's, or with `rollbackTo` that deployment's target. `arn` is the remote resource's, if it exists.
pub fn wanted(desired: &Desired, observed: &Observed, target: &TargetStatus, arn: Option<&str>) -> Result<Wanted, Phase> {
    let inputs = desired.inputs.as_ref().map_err(|problem| Phase::refused(Reason::InvalidSpec, sentence(problem)))?;
    if let Some(id) = desired.policy.rollback_to.as_deref() {
        let state = rollback_state(id, observed.rollback.as_ref(), arn)?;
        return Ok(of_state(state));
    }
    Ok(Wanted {
        template_name: desired.template_name.clone(),
        major: desired.template_major_version.clone(),
        minor: minor(desired, observed, target),
        inputs: inputs.values().cloned(),
        external: desired.policy.external_inputs.clone(),
        minor_is_wish: desired.template_minor_version.is_some() || desired.minor_version_policy == MinorVersionPolicy::Follow,
    })
}

/// The named minor; or the recommended one, if that is followed; or the pinned one; or none.
fn minor(desired: &Desired, observed: &Observed, target: &TargetStatus) -> Option<String> {
    desired.template_minor_version.clone().or_else(|| match desired.minor_version_policy {
        MinorVersionPolicy::Follow => observed.recommended_minor.clone(),
        MinorVersionPolicy::Pin => pinned(target, &desired.template_major_version),
    })
}

/// The pinned minor of this major.
fn pinned(target: &TargetStatus, major: &str) -> Option<String> {
    let (pinned_major, minor) = target.pinned_version.as_deref()?.split_once('.')?;
    (pinned_major == major).then(|| minor.to_owned())
}

/// What to pin now that `deployed` is what is wanted; `None` where nothing has to be.
pub fn pin(desired: &Desired, target: &TargetStatus, deployed: &Actual) -> Option<String> {
    let open = desired.template_minor_version.is_none() && desired.minor_version_policy == MinorVersionPolicy::Pin;
    if !open || desired.policy.rollback_to.is_some() {
        return target.pinned_version.clone().filter(|_| open);
    }
    pinned(target, &desired.template_major_version)
        .map(|minor| format!("{}.{minor}", desired.template_major_version))
        .or_else(|| Some(deployed.version()))
}

/// The state to go back to, if it can be.
fn rollback_state<'a>(id: &str, found: Option<&'a Deployment>, arn: Option<&str>) -> Result<&'a EnvironmentState, Phase> {
    let problem = match found {
        None => "is not found".to_owned(),
        Some(deployment) if Some(deployment.target_arn.as_str()) != arn => "belongs to another resource".to_owned(),
        Some(deployment) if deployment.deployment_status != DeploymentStatus::Succeeded => {
            format!("is {}, not SUCCEEDED", deployment.deployment_status.as_str())
        }
        Some(deployment) => match deployment.target_state.as_ref() {
            Some(state) => return Ok(state),
            None => "has no target state".to_owned(),
        },
    };
    let message =
        format!("rollbackTo: deployment {id} {problem}. Choose another one out of status.deployments, or remove rollbackTo.");
    Err(Phase::refused(Reason::RollbackTargetInvalid, message))
}

/// The wish for exactly this state.
fn of_state(state: &EnvironmentState) -> Wanted {
    Wanted {
        template_name: state.template_name.clone(),
        major: state.template_major_version.clone(),
        minor: Some(state.template_minor_version.clone()),
        inputs: state.spec.as_ref().map_or_else(|| Some(Default::default()), |spec| document::parse(spec.as_str()).ok()),
        external: Vec::new(),
        minor_is_wish: true,
    }
}

/// The type of the update that leads from the deployed state to the wanted one. Before the first success there is no current version, so
/// any version is a new major.
pub fn update_type(wanted: &Wanted, deployed: Option<&Actual>) -> UpdateType {
    match deployed {
        None => UpdateType::MajorVersion,
        Some(actual) if actual.major != wanted.major => UpdateType::MajorVersion,
        Some(actual) if wanted.minor.as_ref().is_some_and(|minor| *minor != actual.minor) => UpdateType::MinorVersion,
        Some(_) => UpdateType::CurrentVersion,
    }
}

/// Whether the ceiling lets a deployment of this type through. A first deployment is stopped by None only.
pub fn allowed(ceiling: DeploymentCeiling, needed: UpdateType, first: bool) -> bool {
    match (ceiling, needed) {
        (_, UpdateType::None) | (DeploymentCeiling::Auto | DeploymentCeiling::MajorVersion, _) => true,
        (DeploymentCeiling::None, _) => false,
        (_, _) if first => true,
        (DeploymentCeiling::MinorVersion, needed) => needed <= UpdateType::MinorVersion,
        (DeploymentCeiling::CurrentVersion, needed) => needed <= UpdateType::CurrentVersion,
    }
}

/// Orders version numbers that may be longer than any integer.
pub fn order(left: &str, right: &str) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// Makes a sentence of a problem's text.
fn sentence(problem: &str) -> String {
    if problem.ends_with('.') { problem.to_owned() } else { format!("{problem}.") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fixture::{self, desired, observed, state};
    use rstest::rstest;

    fn actual(major: &str, minor: &str) -> Actual {
        Actual { major: major.into(), ..Actual::of_state(&state(minor, 1)) }
    }

    #[rstest]
    #[case(None, UpdateType::MajorVersion)]
    #[case(Some(("1", "0")), UpdateType::CurrentVersion)]
    #[case(Some(("1", "1")), UpdateType::MinorVersion)]
    #[case(Some(("2", "0")), UpdateType::MajorVersion)]
    fn types(#[case] deployed: Option<(&str, &str)>, #[case] expected: UpdateType) {
        let wanted = Wanted { minor: Some("0".into()), ..fixture::wanted() };
        assert_eq!(update_type(&wanted, deployed.map(|(major, minor)| actual(major, minor)).as_ref()), expected);
    }

    #[test]
    fn ceilings() {
        use DeploymentCeiling as C;
        use UpdateType as U;
        let highest = [
            (C::None, U::None),
            (C::CurrentVersion, U::CurrentVersion),
            (C::MinorVersion, U::MinorVersion),
            (C::Auto, U::MajorVersion),
        ];
        for (ceiling, highest) in highest {
            for needed in [U::None, U::CurrentVersion, U::MinorVersion, U::MajorVersion] {
                assert_eq!(allowed(ceiling, needed, false), needed <= highest, "{ceiling:?} {needed:?}");
            }
        }
        assert!(allowed(C::CurrentVersion, U::MajorVersion, true) && !allowed(C::None, U::MajorVersion, true));
    }

    #[rstest]
    #[case::named(Some("4"), MinorVersionPolicy::Pin, Some("1.2"), Some("4"))]
    #[case::pinned(None, MinorVersionPolicy::Pin, Some("1.2"), Some("2"))]
    #[case::pin_of_another_major(None, MinorVersionPolicy::Pin, Some("0.2"), None)]
    #[case::first(None, MinorVersionPolicy::Pin, None, None)]
    #[case::followed(None, MinorVersionPolicy::Follow, Some("1.2"), Some("9"))]
    fn minors(
        #[case] named: Option<&str>,
        #[case] policy: MinorVersionPolicy,
        #[case] pin: Option<&str>,
        #[case] expected: Option<&str>,
    ) {
        let mut desired = desired();
        desired.template_minor_version = named.map(Into::into);
        desired.minor_version_policy = policy;
        let observed = Observed { recommended_minor: Some("9".into()), ..observed(None) };
        let target = TargetStatus { pinned_version: pin.map(Into::into), ..TargetStatus::default() };
        assert_eq!(wanted(&desired, &observed, &target, None).unwrap().minor.as_deref(), expected);
    }

    #[test]
    fn versions_are_ordered_as_numbers() {
        assert_eq!(order("9", "10"), Ordering::Less);
        assert_eq!(order("99999999999999999999", "99999999999999999998"), Ordering::Greater);
    }

    #[rstest]
    #[case::missing(None, "is not found")]
    #[case::elsewhere(Some(("arn:other", DeploymentStatus::Succeeded)), "another resource")]
    #[case::failed(Some((fixture::ARN, DeploymentStatus::Failed)), "is FAILED")]
    fn bad_rollback_targets(#[case] found: Option<(&str, DeploymentStatus)>, #[case] says: &str) {
        let mut desired = desired();
        desired.policy.rollback_to = Some("d0".into());
        let rollback =
            found.map(|(arn, status)| Deployment { target_arn: arn.into(), ..fixture::deployment("d0", status, &state("0", 1)) });
        let observed = Observed { rollback, ..observed(None) };
        let phase = wanted(&desired, &observed, &TargetStatus::default(), Some(fixture::ARN)).unwrap_err();
        assert_eq!(phase.reason, Reason::RollbackTargetInvalid);
        assert!(phase.message.contains(says), "{}", phase.message);
    }
}

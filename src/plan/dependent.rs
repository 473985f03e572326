//! Objects that keep the remote resource of another one from being deleted. They are waited for by what the cluster shows, so that no call
//! is made that the API would refuse, and no pause after a refusal has to pass.
//!
//! | objects that still need it | condition |
//! |---|---|
//! | none | – |
//! | all being deleted | Reconciling Deleting |
//! | one that stays | Stalled DeletionBlocked, with the names of those that stay |

use std::time::Duration;

use crate::api::Reason;

use super::conditions::Phase;
use super::decision::Step;
use super::desired::Desired;

/// When to look again, should the end of one be missed.
const WAKE: Duration = Duration::from_secs(15);

/// An object whose remote resource needs another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependent {
    /// Kind and name, as in `ServiceInstance shop-staging`.
    pub object: String,
    /// Whether it is being deleted.
    pub deleting: bool,
}

/// The wait of an object that is being deleted; `None` if nothing needs it.
pub fn wait(desired: &Desired, dependents: &[Dependent]) -> Option<Step> {
    let named = |deleting: bool| -> Vec<&str> {
        dependents.iter().filter(|one| one.deleting == deleting).map(|one| one.object.as_str()).collect()
    };
    let (going, staying) = (named(true).join(", "), named(false).join(", "));
    let resource = format!("{} {}", desired.resource.noun(), desired.name);
    let phase = if !staying.is_empty() {
        let message = format!("{resource} is still needed by {staying}. Delete it first, or set deletionPolicy: Retain here.");
        Phase::stalled(Reason::DeletionBlocked, message)
    } else if !going.is_empty() {
        Phase::working(Reason::Deleting, format!("{resource} is deleted after {going}."))
    } else {
        return None;
    };
    Some(Step::rest(phase, desired.policy.interval.min(WAKE)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Standing;
    use crate::plan::fixture::desired;
    use rstest::rstest;

    #[rstest]
    #[case::nobody(&[], None)]
    #[case::going(&[("a", true), ("b", true)], Some((Standing::Working, "deleted after a, b.")))]
    #[case::staying(&[("a", true), ("b", false)], Some((Standing::Stalled, "still needed by b. Delete it first")))]
    fn they_are_waited_for_and_named(#[case] given: &[(&str, bool)], #[case] expected: Option<(Standing, &str)>) {
        let of = |(object, deleting): &(&str, bool)| Dependent { object: (*object).to_owned(), deleting: *deleting };
        let step = wait(&desired(), &given.iter().map(of).collect::<Vec<_>>());
        assert_eq!(step.as_ref().map(|step| step.phase.standing), expected.map(|(standing, _)| standing));
        let message = step.map(|step| step.phase.message).unwrap_or_default();
        assert!(message.contains(expected.map_or("", |(_, says)| says)), "{message}");
    }
}

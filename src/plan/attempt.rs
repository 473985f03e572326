//! The intent that is written ahead of a call, and how it finds its deployment again after a crash.
//!
//! An attempt is *pending* while the API still shows the baseline deployment: nothing has begun, the call may be made (again). It is *bound* once a
//! deployment other than the baseline is seen whose target is what the attempt set out to deploy. A deployment with another target is someone else's.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::api::status::time;
use crate::api::{Attempt, Operation};
use crate::proton::{Deployment, EnvironmentView};

use super::compare::{Actual, explains};
use super::desired::Identity;

/// Members of a new attempt that its maker decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    /// What to do.
    pub operation: Operation,
    /// Hash of the wanted state.
    pub spec_hash: String,
    /// The last attempted deployment now.
    pub baseline: Option<String>,
    /// How many times the same failed before.
    pub retries: i64,
}

/// The attempt that follows `previous`.
pub fn next(previous: Option<&Attempt>, identity: &Identity, intent: Intent, now: Timestamp) -> Attempt {
    let ordinal = previous.map_or(1, |attempt| attempt.ordinal.saturating_add(1));
    Attempt {
        operation: intent.operation,
        ordinal,
        generation: identity.generation,
        spec_hash: intent.spec_hash,
        client_token: client_token(identity, ordinal),
        baseline_deployment_id: intent.baseline,
        deployment_id: None,
        retries: intent.retries,
        started_at: time(now),
    }
}

/// The client token of an attempt: a hash of uid, generation and ordinal. 64 hexadecimal digits (API model, ClientToken: at most 64).
pub fn client_token(identity: &Identity, ordinal: i64) -> String {
    hex::encode(Sha256::digest(format!("{}/{}/{ordinal}", identity.uid, identity.generation)))
}

/// Whether the operation starts a deployment of the wanted (or last succeeded) state.
pub fn deploys(operation: Operation) -> bool {
    matches!(operation, Operation::Create | Operation::Update | Operation::Rollback)
}

/// Whether the attempt's call has had no effect so far: it may be made.
pub fn is_pending(attempt: &Attempt, environment: &EnvironmentView) -> bool {
    matches!(attempt.operation, Operation::Update | Operation::Rollback)
        && attempt.deployment_id.is_none()
        && attempt.baseline_deployment_id == environment.last_attempted_deployment_id
}

/// Whether the last attempted deployment is this attempt's.
pub fn is_ours(attempt: Option<&Attempt>, environment: &EnvironmentView) -> bool {
    attempt.is_some_and(|attempt| {
        attempt.operation != Operation::Delete
            && attempt.deployment_id.is_some()
            && attempt.deployment_id == environment.last_attempted_deployment_id
    })
}

/// Writes the deployment's id into an attempt that started it.
pub fn bind(attempt: &mut Attempt, environment: &EnvironmentView, attempted: Option<&Deployment>, external: &[String]) {
    let Some(id) = environment.last_attempted_deployment_id.as_ref() else {
        return;
    };
    let began = attempt.baseline_deployment_id.as_ref() != Some(id);
    if deploys(attempt.operation) && attempt.deployment_id.is_none() && began {
        let target = attempted.filter(|deployment| deployment.id == *id).and_then(|deployment| deployment.target_state.as_ref());
        if target.is_some_and(|state| started(attempt, environment, &Actual::of_state(state), external)) {
            attempt.deployment_id = Some(id.clone());
        }
    }
}

/// Whether this target is what the attempt set out to deploy.
fn started(attempt: &Attempt, environment: &EnvironmentView, target: &Actual, external: &[String]) -> bool {
    match attempt.operation {
        Operation::Rollback => Actual::deployed(environment).as_ref() == Some(target),
        _ => explains(&attempt.spec_hash, target, external),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fixture::{deployment, environment, identity, state};
    use crate::proton::DeploymentStatus::{InProgress, Succeeded};
    use rstest::rstest;

    fn attempt(operation: Operation, baseline: Option<&str>) -> Attempt {
        let wanted = crate::plan::fixture::wanted();
        let intent = Intent { operation, spec_hash: wanted.hash(), baseline: baseline.map(Into::into), retries: 0 };
        next(None, &identity(), intent, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn tokens_depend_on_uid_generation_and_ordinal() {
        let one = identity();
        let other = Identity { generation: 99, ..identity() };
        assert_eq!(client_token(&one, 1), client_token(&one, 1));
        assert_eq!(client_token(&one, 1).len(), 64);
        assert_ne!(client_token(&one, 1), client_token(&one, 2));
        assert_ne!(client_token(&one, 1), client_token(&other, 1));
    }

    #[rstest]
    #[case::not_begun(Operation::Update, "d1", 1, false)]
    #[case::begun(Operation::Update, "d2", 1, true)]
    #[case::anothers(Operation::Update, "d2", 9, false)]
    #[case::created(Operation::Create, "d2", 1, true)]
    #[case::deleting(Operation::Delete, "d2", 1, false)]
    fn a_deployment_is_bound_only_if_it_is_the_wanted_one(
        #[case] operation: Operation,
        #[case] seen: &str,
        #[case] count: i64,
        #[case] bound: bool,
    ) {
        let mut attempt = attempt(operation, Some("d1"));
        let environment = environment(InProgress, Some(seen), Some("d1"));
        let running = deployment(seen, InProgress, &state("0", count));
        bind(&mut attempt, &environment, Some(&running), &[]);
        assert_eq!(attempt.deployment_id.is_some(), bound);
        assert_eq!(is_ours(Some(&attempt), &environment), bound);
    }

    #[test]
    fn a_rollback_is_bound_to_a_deployment_of_the_deployed_state() {
        let mut attempt = attempt(Operation::Rollback, Some("d1"));
        let environment = environment(InProgress, Some("d2"), Some("d0"));
        bind(&mut attempt, &environment, Some(&deployment("d2", InProgress, &state("0", 0))), &[]);
        assert!(is_ours(Some(&attempt), &environment));
    }

    #[test]
    fn pending_means_the_baseline_is_still_shown() {
        let attempt = attempt(Operation::Update, Some("d1"));
        assert!(is_pending(&attempt, &environment(Succeeded, Some("d1"), Some("d1"))));
        assert!(!is_pending(&attempt, &environment(InProgress, Some("d2"), Some("d1"))));
    }
}

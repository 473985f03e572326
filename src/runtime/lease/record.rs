//! A Lease as far as the election needs it.

use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};

use super::{DURATION, NAME};

/// Who holds the Lease, by which version of the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// `holderIdentity`; `None` when it was released.
    pub holder: Option<String>,
    /// `leaseDurationSeconds` that the holder goes by.
    pub duration: Duration,
    /// `leaseTransitions`.
    pub transitions: i32,
    /// `resourceVersion`: another one means that the holder is alive.
    pub version: String,
}

impl Record {
    /// Reads a Lease.
    pub fn of(lease: &Lease) -> Self {
        let spec = lease.spec.clone().unwrap_or_default();
        let seconds = spec.lease_duration_seconds.and_then(|seconds| u64::try_from(seconds).ok());
        Self {
            holder: spec.holder_identity.filter(|holder| !holder.is_empty()),
            duration: seconds.map_or(DURATION, Duration::from_secs),
            transitions: spec.lease_transitions.unwrap_or_default(),
            version: lease.metadata.resource_version.clone().unwrap_or_default(),
        }
    }
}

/// The Lease held by `holder`, to be written over `lease`, or to be created.
pub fn held(lease: Option<&Lease>, holder: &str, now: Timestamp) -> Lease {
    let old = lease.and_then(|lease| lease.spec.clone()).unwrap_or_default();
    let same = old.holder_identity.as_deref() == Some(holder);
    let transitions = old.lease_transitions.unwrap_or_default();
    let spec = LeaseSpec {
        holder_identity: Some(holder.to_owned()),
        lease_duration_seconds: Some(i32::try_from(DURATION.as_secs()).unwrap_or(i32::MAX)),
        acquire_time: if same { old.acquire_time } else { Some(MicroTime(now)) },
        renew_time: Some(MicroTime(now)),
        lease_transitions: Some(if same || lease.is_none() { transitions } else { transitions.saturating_add(1) }),
        ..LeaseSpec::default()
    };
    Lease { metadata: metadata(lease), spec: Some(spec) }
}

/// The Lease without a holder, so that another replica need not wait.
pub fn released(lease: &Lease, now: Timestamp) -> Lease {
    let mut spec = lease.spec.clone().unwrap_or_default();
    spec.holder_identity = None;
    spec.renew_time = Some(MicroTime(now));
    Lease { metadata: metadata(Some(lease)), spec: Some(spec) }
}

fn metadata(lease: Option<&Lease>) -> ObjectMeta {
    let new = || ObjectMeta { name: Some(NAME.to_owned()), ..ObjectMeta::default() };
    lease.map_or_else(new, |lease| lease.metadata.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn taking_counts_a_transition_and_renewing_does_not() {
        let first = held(None, "a", NOW);
        assert_eq!(Record::of(&first).transitions, 0);
        let renewed = held(Some(&first), "a", NOW);
        assert_eq!(Record::of(&renewed).transitions, 0);
        let taken = held(Some(&renewed), "b", NOW);
        let record = Record::of(&taken);
        assert_eq!((record.holder.as_deref(), record.transitions, record.duration), (Some("b"), 1, DURATION));
    }

    #[test]
    fn a_release_leaves_nobody_and_keeps_the_count() {
        let taken = held(Some(&held(None, "a", NOW)), "b", NOW);
        let record = Record::of(&released(&taken, NOW));
        assert_eq!((record.holder, record.transitions), (None, 1));
        let mut empty = taken;
        empty.spec.as_mut().unwrap().holder_identity = Some(String::new());
        assert_eq!(Record::of(&empty).holder, None, "other programs release by an empty name");
    }
}

//! Leader election: of several replicas the one that holds the Lease acts, the others keep their caches warm and wait.
//!
//! A round is observe → decide → act → record: read the Lease, [`decide::next`], write it under the version that was read, note until when it
//! holds. Clocks of different machines are never compared: a replica trusts its own hold for [`DURATION`] from the moment before its
//! renewal was sent, and takes another's over only after it has itself seen that record unchanged for as long.
//!
//! | the Lease | next |
//! |---|---|
//! | absent | create it |
//! | released | take it |
//! | ours | renew it |
//! | another's, changed within its duration | wait |
//! | another's, unchanged for its duration | take it |
//!
//! The [`Hold`] is the [`super::fence::Fence`]: it lets a call through only while the hold outlasts the longest call, so none of ours can arrive
//! after another replica has taken over.

mod candidate;
mod decide;
mod elector;
mod hold;
mod record;

use std::time::Duration;

pub use candidate::Candidate;

use crate::proton::aws::CALL_TIMEOUT;

/// Name of the Lease, in the operator's own namespace.
pub const NAME: &str = "proton-operator";
/// For how long a renewal holds: twice the longest call, so that half of it may pass without a renewal before anything stops.
pub const DURATION: Duration = Duration::from_secs(CALL_TIMEOUT.as_secs() * 2);
/// Time between two rounds.
const PACE: Duration = Duration::from_secs(4);
/// The longest that one request about the Lease may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

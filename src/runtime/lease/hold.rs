//! Until when this process holds the Lease.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use tokio::sync::watch;

use super::DURATION;
use crate::proton::aws::CALL_TIMEOUT;
use crate::runtime::fence::{Fence, NotLeader};

/// A moment by two clocks: the monotonic one does not run while the machine sleeps, the other can be set back.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    steady: Instant,
    wall: SystemTime,
}

impl Moment {
    /// This moment.
    pub fn now() -> Self {
        Self { steady: Instant::now(), wall: SystemTime::now() }
    }

    /// The time since then, by the clock that saw more of it.
    pub fn elapsed(self) -> Duration {
        self.steady.elapsed().max(self.wall.elapsed().unwrap_or_default())
    }
}

/// The hold: renewed by the elector, asked before each mutating call.
#[derive(Debug)]
pub struct Hold {
    since: Mutex<Option<Moment>>,
    changed: watch::Sender<bool>,
}

impl Default for Hold {
    fn default() -> Self {
        Self { since: Mutex::default(), changed: watch::Sender::new(false) }
    }
}

impl Hold {
    /// The Lease is ours for [`DURATION`] from `since`, the moment before its renewal was sent. Returns whether that is news.
    pub fn renew(&self, since: Moment) -> bool {
        *self.lock() = Some(since);
        !self.changed.send_replace(true)
    }

    /// The Lease is not ours. Returns whether that is news.
    pub fn lose(&self) -> bool {
        *self.lock() = None;
        self.changed.send_replace(false)
    }

    /// How much of the hold is left.
    pub fn left(&self) -> Duration {
        self.lock().map_or(Duration::ZERO, |since| DURATION.saturating_sub(since.elapsed()))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Moment>> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Fence for Hold {
    fn check(&self) -> Result<(), NotLeader> {
        if self.left() > CALL_TIMEOUT { Ok(()) } else { Err(NotLeader) }
    }

    async fn granted(&self) {
        let mut changed = self.changed.subscribe();
        while self.check().is_err() {
            if changed.changed().await.is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    fn ago(time: Duration) -> Moment {
        Moment { steady: Instant::now().checked_sub(time).unwrap(), wall: SystemTime::now() }
    }

    #[test]
    fn a_call_is_let_through_only_while_the_hold_outlasts_it() {
        let hold = Hold::default();
        assert_eq!(hold.check(), Err(NotLeader));
        assert!(hold.renew(Moment::now()));
        assert_eq!(hold.check(), Ok(()));
        assert!(!hold.renew(ago(DURATION - CALL_TIMEOUT)));
        assert_eq!(hold.check(), Err(NotLeader), "it may outlast the hold");
        assert!(hold.lose() && !hold.lose());
    }

    #[test]
    fn a_machine_that_slept_knows_it_by_the_other_clock() {
        let hold = Hold::default();
        hold.renew(Moment { steady: Instant::now(), wall: SystemTime::now() - DURATION });
        assert_eq!(hold.left(), Duration::ZERO);
    }

    #[test]
    fn who_waits_for_the_lease_is_woken_by_it() {
        let hold = Hold::default();
        let mut waiting = std::pin::pin!(hold.granted());
        assert!(waiting.as_mut().now_or_never().is_none());
        hold.renew(Moment::now());
        assert!(waiting.now_or_never().is_some());
    }
}

//! The work queue as a pure data structure: no clock, no tasks; `now` is a parameter, measured from any fixed point.
//!
//! A key is in at most one place: waiting in a lane, delayed, or running. It never runs twice at once; a push while it runs
//! makes it wait again when it is done.
//!
//! | key is | push | push_after(at) | pop | done |
//! |---|---|---|---|---|
//! | absent | waits | delayed | - | - |
//! | delayed | waits at once | the earlier time wins | waits, once due | - |
//! | waiting | the more urgent lane wins | ignored: it runs before | runs | - |
//! | running | remembered | the earlier time is remembered | - | waits if pushed meanwhile, else delayed, else absent |

mod backoff;
mod lane;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use super::key::Key;
pub use backoff::Backoff;
use lane::FairLane;
pub use lane::Lane;

/// So many user edits in a row go before one of the background, so that a stream of edits cannot hold up resync and polling.
const USER_BURST: u32 = 8;

/// Where a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Waiting { lane: Lane, since: Duration },
    Delayed { at: Duration },
    Running { again: Option<Lane>, at: Option<Duration> },
}

/// A key that was taken out to be worked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The key.
    pub key: Key,
    /// How long it waited in its lane.
    pub waited: Duration,
}

/// The queue.
#[derive(Debug, Default)]
pub struct Queue {
    places: HashMap<Key, Place>,
    user: FairLane,
    background: FairLane,
    delayed: BTreeSet<(Duration, Key)>,
    user_in_a_row: u32,
}

impl Queue {
    /// Wants a pass for `key` as soon as possible. Returns whether that is news.
    pub fn push(&mut self, key: Key, lane: Lane, now: Duration) -> bool {
        match self.places.get_mut(&key) {
            Some(Place::Running { again, .. }) => {
                let before = again.replace(again.map_or(lane, |old| old.min(lane)));
                return before.is_none();
            }
            Some(Place::Waiting { lane: old, .. }) if *old <= lane => return false,
            Some(Place::Waiting { lane: old, .. }) => {
                let old = std::mem::replace(old, lane);
                self.lane(old).remove(&key);
                self.lane(lane).push(key);
                return false;
            }
            Some(Place::Delayed { at }) => {
                let at = *at;
                self.delayed.remove(&(at, key.clone()));
            }
            None => {}
        }
        self.places.insert(key.clone(), Place::Waiting { lane, since: now });
        self.lane(lane).push(key);
        true
    }

    /// Wants a pass for `key` at the time `at`, in the background lane.
    pub fn push_after(&mut self, key: Key, at: Duration) {
        match self.places.get_mut(&key) {
            Some(Place::Waiting { .. }) => return,
            Some(Place::Running { at: wanted, .. }) => {
                *wanted = Some(wanted.map_or(at, |old| old.min(at)));
                return;
            }
            Some(Place::Delayed { at: old }) if *old <= at => return,
            Some(Place::Delayed { at: old }) => {
                let old = *old;
                self.delayed.remove(&(old, key.clone()));
            }
            None => {}
        }
        self.places.insert(key.clone(), Place::Delayed { at });
        self.delayed.insert((at, key));
    }

    /// Takes the next key out; it runs until [`Queue::done`].
    pub fn pop(&mut self, now: Duration) -> Option<Taken> {
        self.wake(now);
        let key = self.next_key()?;
        let waited = match self.places.insert(key.clone(), Place::Running { again: None, at: None }) {
            Some(Place::Waiting { since, .. }) => now.saturating_sub(since),
            _ => Duration::ZERO,
        };
        Some(Taken { key, waited })
    }

    /// Ends the run of `key`. What was asked for meanwhile takes effect now.
    pub fn done(&mut self, key: &Key, now: Duration) {
        match self.places.remove(key) {
            Some(Place::Running { again: Some(lane), .. }) => {
                self.push(key.clone(), lane, now);
            }
            Some(Place::Running { at: Some(at), .. }) => self.push_after(key.clone(), at),
            Some(Place::Running { .. }) | None => {}
            Some(other) => {
                self.places.insert(key.clone(), other);
            }
        }
    }

    /// When the next delayed key falls due; `None` without one.
    pub fn next_due(&self) -> Option<Duration> {
        self.delayed.first().map(|(at, _)| *at)
    }

    /// How many keys wait in a lane.
    pub fn waiting(&self, lane: Lane) -> usize {
        match lane {
            Lane::User => self.user.len(),
            Lane::Background => self.background.len(),
        }
    }

    /// How many keys are being worked on.
    pub fn running(&self) -> usize {
        self.places.values().filter(|place| matches!(place, Place::Running { .. })).count()
    }

    fn lane(&mut self, lane: Lane) -> &mut FairLane {
        match lane {
            Lane::User => &mut self.user,
            Lane::Background => &mut self.background,
        }
    }

    fn wake(&mut self, now: Duration) {
        while let Some((at, _)) = self.delayed.first() {
            if *at > now {
                return;
            }
            if let Some((at, key)) = self.delayed.pop_first() {
                self.places.insert(key.clone(), Place::Waiting { lane: Lane::Background, since: at });
                self.background.push(key);
            }
        }
    }

    fn next_key(&mut self) -> Option<Key> {
        let background_first = self.user_in_a_row >= USER_BURST;
        if background_first && let Some(key) = self.background.pop() {
            self.user_in_a_row = 0;
            return Some(key);
        }
        if let Some(key) = self.user.pop() {
            self.user_in_a_row = self.user_in_a_row.saturating_add(1);
            return Some(key);
        }
        self.user_in_a_row = 0;
        self.background.pop()
    }
}

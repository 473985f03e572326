//! What will happen to a stack, and when.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::template::Template;

/// One thing that happens to a stack.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// The stack's state changes.
    Status(&'static str, Option<String>),
    /// A resource's state changes: logical id, state, reason.
    Resource(String, &'static str, Option<String>),
    /// The new template and tags become the stack's own, with these outputs beside the template's.
    Apply { template: Template, tags: Vec<(String, String)>, outputs: Vec<(String, String)> },
    /// The execution of the change set that is being executed ends.
    Execution(&'static str),
}

/// Steps in the order in which they happen.
#[derive(Debug, Default)]
pub(super) struct Timeline(VecDeque<(Instant, Step)>);

impl Timeline {
    pub(super) fn add(&mut self, at: Instant, step: Step) {
        self.0.push_back((at, step));
    }

    /// Takes the next step if its time has come.
    pub(super) fn due(&mut self, now: Instant) -> Option<Step> {
        self.0.front().filter(|(at, _)| *at <= now)?;
        self.0.pop_front().map(|(_, step)| step)
    }

    /// Takes the next step before its time.
    pub(super) fn next(&mut self) -> Option<Step> {
        self.0.pop_front().map(|(_, step)| step)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// `now + after`, without overflow.
pub(super) fn later(now: Instant, after: Duration) -> Instant {
    now.checked_add(after).unwrap_or(now)
}

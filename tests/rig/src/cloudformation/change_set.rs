//! A change set.

use std::time::Instant;

use super::template::Template;

/// A change set of a stack.
#[derive(Clone, Debug)]
pub(super) struct ChangeSet {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) template: Template,
    pub(super) tags: Vec<(String, String)>,
    /// When it is made.
    pub(super) ready_at: Instant,
    /// Why it can't be made.
    pub(super) problem: Option<String>,
    /// The execution's state, once it was executed.
    pub(super) execution: Option<&'static str>,
}

impl ChangeSet {
    pub(super) fn status(&self, now: Instant) -> &'static str {
        match &self.problem {
            _ if now < self.ready_at => "CREATE_IN_PROGRESS",
            Some(_) => "FAILED",
            None => "CREATE_COMPLETE",
        }
    }

    pub(super) fn execution_status(&self, now: Instant) -> &'static str {
        match (self.execution, self.status(now)) {
            (Some(execution), _) => execution,
            (None, "CREATE_COMPLETE") => "AVAILABLE",
            (None, _) => "UNAVAILABLE",
        }
    }

    pub(super) fn reason(&self, now: Instant) -> Option<&str> {
        self.problem.as_deref().filter(|_| now >= self.ready_at)
    }
}

//! What this provisioner keeps in a deployment's journal. Nothing in it is needed to stay safe: every field can be lost
//! with an unrecorded pass, and the plan then decides by what it observes.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::provision::{Journal, ProvisionError};

/// The journal's content.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Memory {
    /// The change set was executed.
    pub(super) executed: bool,
    /// What became of the cancellation, once it was tried.
    pub(super) cancel: Option<Cancel>,
    /// `ContinueUpdateRollback` was tried.
    pub(super) continued: bool,
    /// A deletion of the stack was begun.
    pub(super) deleting: bool,
    /// How the deployment ends; only the change set is left to tidy up.
    pub(super) ending: Option<Ending>,
    /// Passes in a row that only waited.
    pub(super) waits: u32,
}

/// What became of a cancellation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Cancel {
    /// CloudFormation took it.
    Accepted,
    /// The update had already gone too far.
    TooLate,
    /// It was refused, with this message; the update goes on.
    Refused(String),
}

/// How a deployment ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Ending {
    /// The stack has the wanted state.
    Succeeded,
    /// It had it already.
    NoChanges,
    /// With this message.
    Failed(String),
    /// The user's cancellation was carried out.
    Cancelled,
}

impl Memory {
    pub(super) fn read(journal: &Journal) -> Result<Self, ProvisionError> {
        if journal.is_null() {
            return Ok(Self::default());
        }
        Self::deserialize(journal).map_err(unreadable)
    }

    pub(super) fn write(&self) -> Result<Journal, ProvisionError> {
        serde_json::to_value(self).map_err(unreadable)
    }
}

fn unreadable(error: serde_json::Error) -> ProvisionError {
    ProvisionError::permanent(format!(
        "the deployment's CloudFormation journal can't be read ({error}); it was written by another version of the \
         engine. Deploy again."
    ))
}

/// How often a stack is looked at: often at first, then less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The first wait; each next one is longer by half of it.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
}

impl Default for Pace {
    /// 1 s, growing to 5 s.
    fn default() -> Self {
        Self::starting_with(Duration::from_secs(1))
    }
}

impl Pace {
    /// A first wait that grows to five times its length.
    pub fn starting_with(first: Duration) -> Self {
        Self { first, longest: first.saturating_mul(5) }
    }

    /// The wait after `waits` passes that only waited.
    pub(super) fn after(&self, waits: u32) -> Duration {
        let grown = self.first.saturating_add((self.first / 2).saturating_mul(waits));
        grown.min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_longest() {
        let pace = Pace::default();
        let waits: Vec<u128> = [0, 1, 2, 8, 100, u32::MAX].map(|n| pace.after(n).as_millis()).into();
        assert_eq!(waits, [1000, 1500, 2000, 5000, 5000, 5000]);
    }

    #[test]
    fn a_foreign_journal_is_refused_in_plain_words() {
        let error = Memory::read(&serde_json::json!({"rule": {}})).unwrap_err();
        assert!(error.message.contains("another version"), "{error}");
        let memory = Memory { cancel: Some(Cancel::Refused("no".to_owned())), waits: 2, ..Memory::default() };
        assert_eq!(Memory::read(&memory.write().unwrap()).unwrap(), memory);
    }
}

//! What the process still waits for. One source for the probe, the log and the tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Named gates; ready when none is closed.
#[derive(Clone, Debug, Default)]
pub struct Readiness {
    missing: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Readiness {
    /// Closes a gate, or says anew why it is closed. Returns whether the reason is news.
    pub fn wait_for(&self, gate: &str, reason: impl Into<String>) -> bool {
        let reason = reason.into();
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        missing.insert(gate.to_owned(), reason.clone()).as_ref() != Some(&reason)
    }

    /// Opens a gate. Returns whether it was closed.
    pub fn met(&self, gate: &str) -> bool {
        self.missing.lock().unwrap_or_else(PoisonError::into_inner).remove(gate).is_some()
    }

    /// What is missing, one line each; empty when ready.
    pub fn missing(&self) -> Vec<String> {
        let missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        missing.iter().map(|(gate, reason)| format!("{gate}: {reason}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Readiness;

    #[test]
    fn ready_means_that_every_gate_is_open() {
        let ready = Readiness::default();
        assert!(ready.wait_for("crd", "not installed"));
        assert!(!ready.wait_for("crd", "not installed"), "the same reason is no news");
        ready.wait_for("cache", "not filled");
        assert_eq!(ready.missing(), ["cache: not filled", "crd: not installed"]);
        assert!(ready.met("crd") && ready.met("cache") && !ready.met("cache"));
        assert!(ready.missing().is_empty());
    }
}

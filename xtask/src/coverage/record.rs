//! What the conformance tests saw, as `docs/coverage.json` keeps it.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;

/// The outcome that is not an error.
pub const SUCCESS: &str = "success";

/// The outcomes of one operation: `success` and names of exceptions.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcomes {
    /// Those that a real client got.
    pub recorded: Vec<String>,
    /// The others that the API model lists.
    pub missing: Vec<String>,
    /// Those that no situation makes true; `docs/compatibility.md` says why.
    pub never: Vec<String>,
}

/// All operations by name.
pub type Record = BTreeMap<String, Outcomes>;

/// What a row may claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Everything that the model lists and that can occur was recorded.
    Works,
    /// It succeeded, but not every listed error was recorded.
    Partly,
    /// It is answered with an error that says so.
    RoutedOnly,
}

impl Outcomes {
    /// What these outcomes allow to say.
    pub fn claim(&self) -> Claim {
        match (self.recorded.iter().any(|outcome| outcome == SUCCESS), self.missing.is_empty()) {
            (true, true) => Claim::Works,
            (true, false) => Claim::Partly,
            (false, _) => Claim::RoutedOnly,
        }
    }
}

/// Reads the record.
pub fn parse(text: &str) -> Result<Record> {
    Ok(serde_json::from_str(text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(recorded: &[&str], missing: &[&str]) -> Outcomes {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Outcomes { recorded: owned(recorded), missing: owned(missing), never: Vec::new() }
    }

    #[test]
    fn a_success_and_all_errors_make_it_work() {
        assert_eq!(outcomes(&["success", "ConflictException"], &[]).claim(), Claim::Works);
        assert_eq!(outcomes(&["success"], &["ConflictException"]).claim(), Claim::Partly);
    }

    #[test]
    fn errors_alone_do_not() {
        assert_eq!(outcomes(&["ConflictException"], &["success"]).claim(), Claim::RoutedOnly);
        assert_eq!(outcomes(&["ConflictException"], &[]).claim(), Claim::RoutedOnly);
    }
}

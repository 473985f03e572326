//! From what a plan found to the five conditions.
//!
//! | standing | Ready | Reconciling | Stalled |
//! |---|---|---|---|
//! | Ready | True | False | False |
//! | ReadyWorking | True | True | False |
//! | Working | False | True | False |
//! | Stalled | False | False | True |
//! | Resting | False | False | False |
//!
//! After the kstatus convention `Reconciling` and `Stalled` are abnormal-true. Resting is only for suspended objects, whose wanted state
//! is not deployed and on which nobody works.

use jiff::Timestamp;

use crate::api::{ConditionType, Conditions, ProtonEnvironmentStatus, Reason};

/// How an object stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::VariantArray)]
pub enum Standing {
    /// The wanted state is deployed and nothing is going on.
    Ready,
    /// The wanted state is deployed, but looking at the remote side is difficult now.
    ReadyWorking,
    /// Work goes on.
    Working,
    /// The user has to do something.
    Stalled,
    /// Nothing is done on purpose.
    Resting,
}

impl Standing {
    /// Ready, Reconciling, Stalled.
    pub fn truths(self) -> [bool; 3] {
        match self {
            Self::Ready => [true, false, false],
            Self::ReadyWorking => [true, true, false],
            Self::Working => [false, true, false],
            Self::Stalled => [false, false, true],
            Self::Resting => [false, false, false],
        }
    }
}

/// What a pass found, for the conditions.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// How the object stands.
    pub standing: Standing,
    /// Why.
    pub reason: Reason,
    /// For people; ends without a secret of the operator's own, but may quote the API.
    pub message: String,
    /// `Synced`: whether the API accepted the spec, `None` while that is open.
    pub synced: Option<bool>,
    /// `Drifted`: the paths at which someone else deployed something unwanted.
    pub drift: Vec<String>,
}

impl Phase {
    fn new(standing: Standing, reason: Reason, message: impl Into<String>, synced: Option<bool>) -> Self {
        Self { standing, reason, message: message.into(), synced, drift: Vec::new() }
    }

    /// The wanted state is deployed.
    pub fn ready(reason: Reason, message: impl Into<String>) -> Self {
        Self::new(Standing::Ready, reason, message, Some(true))
    }

    /// Work goes on after the API accepted it.
    pub fn working(reason: Reason, message: impl Into<String>) -> Self {
        Self::new(Standing::Working, reason, message, Some(true))
    }

    /// Something is about to be sent.
    pub fn progressing(message: impl Into<String>) -> Self {
        Self::new(Standing::Working, Reason::Progressing, message, None)
    }

    /// The user has to do something; the spec itself was accepted.
    pub fn stalled(reason: Reason, message: impl Into<String>) -> Self {
        Self::new(Standing::Stalled, reason, message, Some(true))
    }

    /// The user has to do something about the spec.
    pub fn refused(reason: Reason, message: impl Into<String>) -> Self {
        Self::new(Standing::Stalled, reason, message, Some(false))
    }

    /// Nothing is done on purpose.
    pub fn resting(reason: Reason, message: impl Into<String>) -> Self {
        Self::new(Standing::Resting, reason, message, None)
    }

    /// The same with the paths that drifted.
    pub fn drifted(mut self, paths: Vec<String>) -> Self {
        self.drift = paths;
        self
    }
}

/// Writes the conditions and `observedGeneration`.
pub fn write(status: &mut ProtonEnvironmentStatus, phase: &Phase, generation: i64, now: Timestamp) {
    status.observed_generation = Some(generation);
    let [ready, reconciling, stalled] = phase.standing.truths();
    let list = &mut status.conditions;
    for (kind, truth) in
        [(ConditionType::Ready, ready), (ConditionType::Reconciling, reconciling), (ConditionType::Stalled, stalled)]
    {
        list.upsert(kind, Some(truth), phase.reason, &phase.message, generation, now);
    }
    let (reason, message) = match phase.synced {
        Some(true) => (Reason::Accepted, "The API accepted the spec, or nothing had to be sent."),
        _ => (phase.reason, phase.message.as_str()),
    };
    list.upsert(ConditionType::Synced, phase.synced, reason, message, generation, now);
    let (reason, message) = if phase.drift.is_empty() {
        (Reason::InSync, "Nobody else deployed anything unwanted.".to_owned())
    } else {
        (Reason::DriftDetected, format!("Someone else deployed another state: {}.", listed(&phase.drift)))
    };
    list.upsert(ConditionType::Drifted, Some(!phase.drift.is_empty()), reason, &message, generation, now);
}

/// The first paths, and how many more there are.
pub fn listed(paths: &[String]) -> String {
    const SHOWN: usize = 10;
    let shown: Vec<&str> = paths.iter().take(SHOWN).map(String::as_str).collect();
    match paths.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray;

    /// The table in this module's documentation.
    #[test]
    fn the_table_is_what_the_code_does() {
        let rows: Vec<String> = include_str!("conditions.rs").lines().take(12).map(str::to_owned).collect();
        for standing in Standing::VARIANTS {
            let name: &str = standing.into();
            let [ready, reconciling, stalled] = standing.truths().map(|truth| if truth { "True" } else { "False" });
            let row = format!("//! | {name} | {ready} | {reconciling} | {stalled} |");
            assert!(rows.contains(&row), "{row}");
        }
        let entries = rows.iter().filter(|row| row.starts_with("//! | ") && !row.contains("standing")).count();
        assert_eq!(entries, Standing::VARIANTS.len());
    }

    #[test]
    fn all_five_are_written_for_the_generation() {
        let mut status = ProtonEnvironmentStatus::default();
        let now = Timestamp::from_second(1).unwrap();
        write(&mut status, &Phase::ready(Reason::Deployed, "ok").drifted(vec!["inputs.a".into()]), 7, now);
        let seen: Vec<_> = status.conditions.iter().map(|c| (c.type_.as_str(), c.status.as_str(), c.reason.as_str())).collect();
        assert_eq!(
            seen,
            [
                ("Ready", "True", "Deployed"),
                ("Reconciling", "False", "Deployed"),
                ("Stalled", "False", "Deployed"),
                ("Synced", "True", "Accepted"),
                ("Drifted", "True", "DriftDetected"),
            ]
        );
        assert!(status.conditions.iter().all(|c| c.observed_generation == Some(7)));
    }

    #[test]
    fn long_lists_of_paths_are_cut() {
        let paths: Vec<String> = (0..12).map(|at| format!("p{at}")).collect();
        assert!(listed(&paths).ends_with("p9 and 2 more"));
    }
}

//! What a failed call means: condition, reason and when to try again. A pure table over class and step.
//!
//! | class | observe | create, update | cancel | delete | other |
//! |---|---|---|---|---|---|
//! | Validation | Stalled SpecRefused slow | Stalled SpecRefused slow | ignored | Stalled DeletionBlocked medium | Stalled SpecRefused slow |
//! | AccessDenied | Stalled AccessDenied medium | Stalled AccessDenied medium | Stalled AccessDenied medium | Stalled AccessDenied medium | Stalled AccessDenied medium |
//! | Conflict | Working Conflict fast | Working Conflict fast | ignored | Stalled DeletionBlocked medium | Working Conflict fast |
//! | NotFound | Stalled ReferenceNotFound medium | Stalled ReferenceNotFound medium | ignored | Working Conflict fast | Working Conflict fast |
//! | QuotaExceeded | Stalled QuotaExceeded medium | Stalled QuotaExceeded medium | Stalled QuotaExceeded medium | Stalled QuotaExceeded medium | Stalled QuotaExceeded medium |
//! | Throttled | Working Throttled fast | Working Throttled fast | Working Throttled fast | Working Throttled fast | Working Throttled fast |
//! | Internal | Working EndpointUnavailable fast | Working EndpointUnavailable fast | Working EndpointUnavailable fast | Working EndpointUnavailable fast | Working EndpointUnavailable fast |
//! | Unreachable | Working EndpointUnavailable fast | Working EndpointUnavailable fast | Working EndpointUnavailable fast | Working EndpointUnavailable fast | Working EndpointUnavailable fast |
//! | Credentials | Stalled CredentialsRefused medium | Stalled CredentialsRefused medium | Stalled CredentialsRefused medium | Stalled CredentialsRefused medium | Stalled CredentialsRefused medium |
//! | Unsupported | Stalled EndpointIncompatible slow | Stalled EndpointIncompatible slow | Stalled EndpointIncompatible slow | Stalled EndpointIncompatible slow | Stalled EndpointIncompatible slow |
//!
//! A cancellation that is refused came too late: the deployment is let end. Every class is tried again; none is given up for ever.

use std::time::Duration;

use crate::api::Reason;
use crate::proton::ErrorClass;

use super::conditions::{Phase, Standing};
use super::decision::ActKind;

/// How fast to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Pace {
    /// From 1 s up to 2 min: it passes by itself.
    Fast,
    /// From 10 s up to 10 min: someone has to act elsewhere, and will expect it to be noticed.
    Medium,
    /// From 10 min up to 1 h: it stays until the spec changes, or nearly.
    Slow,
}

impl Pace {
    /// The pause after this many failures in a row: doubled each time, up to the longest.
    pub fn pause(self, consecutive: u32) -> Duration {
        let (first, longest) = match self {
            Self::Fast => (1, 120),
            Self::Medium => (10, 600),
            Self::Slow => (600, 3600),
        };
        let factor = 1u64.checked_shl(consecutive.saturating_sub(1).min(20)).unwrap_or(u64::MAX);
        Duration::from_secs(factor.saturating_mul(first).min(longest))
    }
}

/// What to make of a failure. `None`: it changes nothing, the plan goes on as if the step had been made.
pub fn classify(class: ErrorClass, kind: ActKind) -> Option<(Standing, Reason, Pace)> {
    use ErrorClass as E;
    use Standing::{Stalled, Working};
    let verdict = match (class, kind) {
        (E::Validation | E::Conflict | E::NotFound, ActKind::Cancel) => return None,
        (E::Validation | E::Conflict, ActKind::Delete) => (Stalled, Reason::DeletionBlocked, Pace::Medium),
        (E::Validation, _) => (Stalled, Reason::SpecRefused, Pace::Slow),
        (E::AccessDenied, _) => (Stalled, Reason::AccessDenied, Pace::Medium),
        (E::NotFound, ActKind::Observe | ActKind::Create | ActKind::Update | ActKind::UpdateMetadata) => {
            (Stalled, Reason::ReferenceNotFound, Pace::Medium)
        }
        (E::Conflict | E::NotFound, _) => (Working, Reason::Conflict, Pace::Fast),
        (E::QuotaExceeded, _) => (Stalled, Reason::QuotaExceeded, Pace::Medium),
        (E::Throttled, _) => (Working, Reason::Throttled, Pace::Fast),
        (E::Internal | E::Unreachable, _) => (Working, Reason::EndpointUnavailable, Pace::Fast),
        (E::Credentials, _) => (Stalled, Reason::CredentialsRefused, Pace::Medium),
        (E::Unsupported, _) => (Stalled, Reason::EndpointIncompatible, Pace::Slow),
    };
    Some(verdict)
}

/// The phase of a classified failure.
pub fn phase(standing: Standing, reason: Reason, call: &str, message: &str) -> Phase {
    let message = format!("{call}: {message}");
    match (standing, reason) {
        (_, Reason::SpecRefused | Reason::ReferenceNotFound) => Phase::refused(reason, message),
        (Standing::Stalled, _) => Phase { synced: None, ..Phase::stalled(reason, message) },
        _ => Phase { synced: None, ..Phase::working(reason, message) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray;

    const COLUMNS: [ActKind; 5] = [ActKind::Observe, ActKind::Update, ActKind::Cancel, ActKind::Delete, ActKind::Tag];

    #[test]
    fn the_table_is_what_the_code_does() {
        let source = include_str!("failure.rs");
        for class in ErrorClass::ALL {
            let cells: Vec<String> = COLUMNS
                .iter()
                .map(|kind| match classify(class, *kind) {
                    None => "ignored".to_owned(),
                    Some((standing, reason, pace)) => {
                        let (standing, pace): (&str, &str) = (standing.into(), pace.into());
                        format!("{standing} {} {pace}", reason.name())
                    }
                })
                .collect();
            let row = format!("//! | {class:?} | {} |\n", cells.join(" | "));
            assert!(source.contains(&row), "{row}");
        }
    }

    #[test]
    fn creating_and_updating_are_one_column() {
        for class in ErrorClass::ALL {
            for kind in [ActKind::Create, ActKind::UpdateMetadata] {
                assert_eq!(classify(class, kind), classify(class, ActKind::Update));
            }
        }
    }

    #[test]
    fn pauses_grow_and_end() {
        for pace in [Pace::Fast, Pace::Medium, Pace::Slow] {
            let pauses: Vec<_> = (0..200).map(|n| pace.pause(n)).collect();
            assert!(pauses.windows(2).all(|pair| pair[0] <= pair[1]));
            assert!(pauses[0] >= Duration::from_secs(1) && pauses[199] <= Duration::from_secs(3600));
        }
    }

    #[test]
    fn every_kind_names_its_call() {
        for target in crate::plan::TargetKind::VARIANTS {
            assert!(ActKind::VARIANTS.iter().all(|kind| !target.call(*kind).is_empty()));
        }
    }
}

//! Creates that are idempotent by a client token (API model, documentation of the service).
//!
//! | token | parameters | resource | decision |
//! |---|---|---|---|
//! | absent, unknown or forgotten | - | - | Create |
//! | known | same | there | Replay |
//! | known | same | deleted | Create |
//! | known | other | - | ValidationException, IdempotentParameterMismatch |

use jiff::{SignedDuration, Timestamp};

use super::idempotency::Verdict;
use super::refusal::Refusal;

/// How long a token is remembered.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(8);

/// What is remembered of a request with a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// Of the request without its token.
    pub fingerprint: String,
    /// The ARN of what it created.
    pub resource: String,
    /// When the token is forgotten.
    pub expires_at: Timestamp,
}

impl Remembered {
    /// What to remember of a request that creates `resource` now.
    pub fn new(fingerprint: String, resource: String, now: Timestamp) -> Self {
        Self { fingerprint, resource, expires_at: now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX) }
    }
}

/// Decides about a create. `exists` tells whether the remembered resource is still there.
pub fn decide(known: Option<&Remembered>, fingerprint: &str, exists: bool, now: Timestamp) -> Result<Verdict, Refusal> {
    match known.filter(|known| known.expires_at > now) {
        None => Ok(Verdict::Create),
        Some(known) if known.fingerprint != fingerprint => Err(Refusal::Invalid(
            "IdempotentParameterMismatch: clientToken was used within the last 8 hours with other parameters. Use a new token for a new request."
                .to_owned(),
        )),
        Some(_) if exists => Ok(Verdict::Replay),
        Some(_) => Ok(Verdict::Create),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(false, "same", true, 0, "Create")]
    #[case(true, "same", true, 0, "Replay")]
    #[case(true, "same", true, 28_799, "Replay")]
    #[case(true, "same", true, 28_800, "Create")]
    #[case(true, "same", false, 0, "Create")]
    #[case(true, "other", true, 0, "Invalid")]
    #[case(true, "other", false, 0, "Invalid")]
    #[case(true, "other", true, 28_800, "Create")]
    fn the_table(
        #[case] known: bool,
        #[case] fingerprint: &str,
        #[case] exists: bool,
        #[case] later: i64,
        #[case] expected: &str,
    ) {
        let remembered = Remembered::new("same".to_owned(), "arn".to_owned(), Timestamp::UNIX_EPOCH);
        let now = Timestamp::from_second(later).unwrap();
        let shown = match decide(known.then_some(&remembered), fingerprint, exists, now) {
            Ok(verdict) => format!("{verdict:?}"),
            Err(Refusal::Invalid(message)) => {
                assert!(message.contains("IdempotentParameterMismatch"));
                "Invalid".to_owned()
            }
            Err(other) => format!("{other:?}"),
        };
        assert_eq!(shown, expected);
    }
}

//! What keeps a service's sync from undoing what people did by hand (AWS Proton User Guide, page
//! ag-service-sync-configs).
//!
//! | by hand, while the service has a sync configuration | what is blocked |
//! |---|---|
//! | an instance is created or updated | the sync of that instance |
//! | an instance is removed | the sync of the whole service |
//!
//! | the blocker | resolve |
//! |---|---|
//! | is ACTIVE | RESOLVED |
//! | is RESOLVED for the same reason | stays |
//! | is RESOLVED for another reason | ConflictException |

use jiff::Timestamp;

use super::refusal::Refusal;

/// A blocker (API model, shape SyncBlocker). Its type is always AUTOMATED.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocker {
    /// A UUID.
    pub id: String,
    /// The service.
    pub service: String,
    /// The instance; absent: the whole service.
    pub instance: Option<String>,
    /// What was done by hand.
    pub created_reason: String,
    /// When.
    pub created_at: Timestamp,
    /// Why it was resolved, and when; absent while it is ACTIVE.
    pub resolved: Option<(String, Timestamp)>,
}

impl Blocker {
    /// The blocker after somebody resolved it.
    pub fn resolve(self, reason: String, now: Timestamp) -> Result<Self, Refusal> {
        match &self.resolved {
            None => Ok(Self { resolved: Some((reason, now)), ..self }),
            Some((same, _)) if *same == reason => Ok(self),
            Some(_) => Err(Refusal::Conflict(format!("The blocker {} is resolved already, for another reason.", self.id))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blocker_is_resolved_once() {
        let blocker = Blocker {
            id: "b".to_owned(),
            service: "shop".to_owned(),
            instance: Some("one".to_owned()),
            created_reason: "UpdateServiceInstance".to_owned(),
            created_at: Timestamp::UNIX_EPOCH,
            resolved: None,
        };
        let now = Timestamp::from_second(1).unwrap();
        let resolved = blocker.resolve("merged".to_owned(), now).unwrap();
        assert_eq!(resolved.resolved, Some(("merged".to_owned(), now)));
        let later = Timestamp::from_second(2).unwrap();
        assert_eq!(resolved.clone().resolve("merged".to_owned(), later), Ok(resolved.clone()));
        assert!(matches!(resolved.resolve("other".to_owned(), later), Err(Refusal::Conflict(_))));
    }
}

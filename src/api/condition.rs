//! Conditions after the kstatus convention: `Ready`, and the abnormal-true `Reconciling` and `Stalled`; beside them `Synced` and `Drifted`.

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;

use super::reason::Reason;
use super::status::{cut, time};

/// The conditions of every kind, in the order in which they are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::VariantArray)]
pub enum ConditionType {
    /// The wanted state of this generation is deployed.
    Ready,
    /// Work is going on, and will go on by itself.
    Reconciling,
    /// Nothing will change until the user does something.
    Stalled,
    /// The API accepted the spec.
    Synced,
    /// Someone else deployed something that this object does not want.
    Drifted,
}

impl ConditionType {
    /// The name in `conditions[].type`.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The longest message of a condition that the operator writes, in bytes; Kubernetes allows 32 KiB.
const MESSAGE: usize = 2048;

/// A list of conditions with at most one per type.
pub trait Conditions {
    /// The condition of a type.
    fn of(&self, kind: ConditionType) -> Option<&Condition>;

    /// Whether the condition is there and True.
    fn is_true(&self, kind: ConditionType) -> bool {
        self.of(kind).is_some_and(|condition| condition.status == "True")
    }

    /// The reason of a condition, if it is one that this version knows.
    fn reason(&self, kind: ConditionType) -> Option<Reason> {
        self.of(kind).and_then(|condition| condition.reason.parse().ok())
    }

    /// Writes a condition. `lastTransitionTime` moves only when `status` (True, False, Unknown) does.
    fn upsert(
        &mut self,
        kind: ConditionType,
        status: Option<bool>,
        reason: Reason,
        message: &str,
        generation: i64,
        now: Timestamp,
    );
}

impl Conditions for Vec<Condition> {
    fn of(&self, kind: ConditionType) -> Option<&Condition> {
        self.iter().find(|condition| condition.type_ == kind.name())
    }

    fn upsert(
        &mut self,
        kind: ConditionType,
        status: Option<bool>,
        reason: Reason,
        message: &str,
        generation: i64,
        now: Timestamp,
    ) {
        let status = status.map_or("Unknown", |value| if value { "True" } else { "False" });
        let kept = self.of(kind).filter(|old| old.status == status).map(|old| old.last_transition_time.clone());
        let next = Condition {
            type_: kind.name().to_owned(),
            status: status.to_owned(),
            reason: reason.name().to_owned(),
            message: cut(message, MESSAGE),
            observed_generation: Some(generation),
            last_transition_time: kept.unwrap_or_else(|| time(now)),
        };
        match self.iter_mut().find(|condition| condition.type_ == kind.name()) {
            Some(old) => *old = next,
            None => self.push(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn transition_time_moves_only_with_the_status() {
        let mut list = Vec::new();
        list.upsert(ConditionType::Ready, Some(false), Reason::Deploying, "a", 1, at(10));
        list.upsert(ConditionType::Ready, Some(false), Reason::Cancelling, "b", 2, at(20));
        let ready = list.of(ConditionType::Ready).unwrap();
        assert_eq!(
            (ready.last_transition_time.0, ready.reason.as_str(), ready.observed_generation),
            (at(10), "Cancelling", Some(2))
        );
        list.upsert(ConditionType::Ready, Some(true), Reason::Deployed, "c", 2, at(30));
        assert_eq!(list.of(ConditionType::Ready).unwrap().last_transition_time.0, at(30));
        assert_eq!(list.len(), 1);
        assert!(list.is_true(ConditionType::Ready));
        assert_eq!(list.reason(ConditionType::Ready), Some(Reason::Deployed));
    }
}

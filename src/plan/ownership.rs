//! Whose the remote resource is, before anything of it is changed.
//!
//! | remote resource | CreateOnly | AdoptOrCreate | Adopt | Observe |
//! |---|---|---|---|---|
//! | absent, never known | create | create | Stalled RemoteNotFound | Stalled RemoteNotFound |
//! | absent, known | Missing | Missing | Missing | Missing |
//! | other ARN than the known one | Elsewhere | Elsewhere | Elsewhere | Elsewhere |
//! | our owner tag | ours | ours | ours | observed |
//! | another's owner tag | Stalled OwnedElsewhere | Stalled OwnedElsewhere | Stalled OwnedElsewhere | observed |
//! | no owner tag | Stalled AlreadyExists | adopt | adopt | observed |
//!
//! With `onRemoteMissing: Recreate`, Missing counts as absent and Elsewhere as if the old ARN had never been known.

use crate::api::annotation::{ADOPTED_TAG, OWNER_TAG};
use crate::api::{AdoptionPolicy, DeletionPolicy, OnRemoteMissing};
use crate::proton::{EnvironmentView, Tag};

use super::desired::Desired;
use super::observed::Observed;

/// How the object stands to the remote resource.
#[derive(Clone, Debug, PartialEq)]
pub enum Relation<'a> {
    /// Nothing there, and nothing is known to have been.
    Absent,
    /// Nothing there, although this ARN was known.
    Missing(String),
    /// Something there under another ARN than the known one.
    Elsewhere {
        /// The known ARN.
        known: String,
        /// The ARN that is shown.
        shown: String,
    },
    /// Owned by another object or cluster.
    Another(String),
    /// Owned by nobody.
    Unowned(&'a EnvironmentView),
    /// Ours.
    Ours(&'a EnvironmentView),
    /// Only looked at.
    Observed(&'a EnvironmentView),
}

/// Finds out how the object stands to what was observed; `known` is `status.arn`.
pub fn relation<'a>(desired: &Desired, observed: &'a Observed, known: Option<&str>) -> Relation<'a> {
    let forgets = desired.policy.on_remote_missing == OnRemoteMissing::Recreate && !desired.deleting;
    let known = known.filter(|_| !forgets);
    let Some(environment) = observed.environment.as_ref() else {
        return known.map_or(Relation::Absent, |arn| Relation::Missing(arn.to_owned()));
    };
    if let Some(known) = known.filter(|known| *known != environment.arn) {
        return Relation::Elsewhere { known: known.to_owned(), shown: environment.arn.clone() };
    }
    if desired.policy.adoption == AdoptionPolicy::Observe {
        return Relation::Observed(environment);
    }
    match owner(&observed.tags) {
        Some(owner) if owner == desired.identity.owner => Relation::Ours(environment),
        Some(owner) => Relation::Another(owner.to_owned()),
        None => Relation::Unowned(environment),
    }
}

/// The value of the owner tag.
fn owner(tags: &[Tag]) -> Option<&str> {
    tags.iter().find(|tag| tag.key == OWNER_TAG).map(|tag| tag.value.as_str())
}

/// What a created resource carries.
pub fn owner_tag(desired: &Desired) -> Tag {
    Tag { key: OWNER_TAG.to_owned(), value: desired.identity.owner.clone() }
}

/// What an adopted resource gets.
pub fn adoption_tags(desired: &Desired) -> Vec<Tag> {
    vec![owner_tag(desired), Tag { key: ADOPTED_TAG.to_owned(), value: "true".to_owned() }]
}

/// The tags by which the operator marked a resource, as far as they are there.
pub fn marks(tags: &[Tag]) -> Vec<String> {
    tags.iter().map(|tag| &tag.key).filter(|key| *key == OWNER_TAG || *key == ADOPTED_TAG).cloned().collect()
}

/// The deletion policy that counts: Delete by default for what was created, Retain for what was adopted.
pub fn deletion_policy(desired: &Desired, tags: &[Tag]) -> DeletionPolicy {
    let adopted = tags.iter().any(|tag| tag.key == ADOPTED_TAG);
    desired.policy.deletion.unwrap_or(if adopted { DeletionPolicy::Retain } else { DeletionPolicy::Delete })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fixture::{desired, environment, observed, tags};
    use crate::proton::DeploymentStatus::Succeeded;
    use rstest::rstest;

    const POLICIES: [AdoptionPolicy; 4] =
        [AdoptionPolicy::CreateOnly, AdoptionPolicy::AdoptOrCreate, AdoptionPolicy::Adopt, AdoptionPolicy::Observe];

    fn word(relation: &Relation<'_>) -> &'static str {
        match relation {
            Relation::Absent => "absent",
            Relation::Missing(_) => "missing",
            Relation::Elsewhere { .. } => "elsewhere",
            Relation::Another(_) => "another",
            Relation::Unowned(_) => "unowned",
            Relation::Ours(_) => "ours",
            Relation::Observed(_) => "observed",
        }
    }

    #[rstest]
    #[case::never(None, None, None, ["absent"; 4])]
    #[case::known(Some("arn:known"), None, None, ["missing"; 4])]
    #[case::elsewhere(Some("arn:known"), Some("arn:other"), Some("default/ns/e"), ["elsewhere"; 4])]
    #[case::ours(Some("arn:known"), Some("arn:known"), Some("default/ns/e"), ["ours", "ours", "ours", "observed"])]
    #[case::restored(None, Some("arn:known"), Some("default/ns/e"), ["ours", "ours", "ours", "observed"])]
    #[case::another(None, Some("arn:known"), Some("other/ns/e"), ["another", "another", "another", "observed"])]
    #[case::unowned(None, Some("arn:known"), None, ["unowned", "unowned", "unowned", "observed"])]
    fn relations(
        #[case] known: Option<&str>,
        #[case] shown: Option<&str>,
        #[case] owner: Option<&str>,
        #[case] words: [&str; 4],
    ) {
        let seen = shown.map(|arn| EnvironmentView { arn: arn.into(), ..environment(Succeeded, Some("d1"), Some("d1")) });
        let observed = Observed { tags: tags(owner), ..observed(seen) };
        for (policy, expected) in POLICIES.into_iter().zip(words) {
            let mut desired = desired();
            desired.policy.adoption = policy;
            assert_eq!(word(&relation(&desired, &observed, known)), expected, "{policy:?}");
        }
    }

    #[test]
    fn recreate_forgets_what_was_known_except_at_deletion() {
        let mut desired = desired();
        desired.policy.on_remote_missing = OnRemoteMissing::Recreate;
        assert_eq!(relation(&desired, &observed(None), Some("arn:known")), Relation::Absent);
        desired.deleting = true;
        assert_eq!(word(&relation(&desired, &observed(None), Some("arn:known"))), "missing");
    }

    #[rstest]
    #[case(None, false, DeletionPolicy::Delete)]
    #[case(None, true, DeletionPolicy::Retain)]
    #[case(Some(DeletionPolicy::Delete), true, DeletionPolicy::Delete)]
    #[case(Some(DeletionPolicy::Retain), false, DeletionPolicy::Retain)]
    fn deletion_defaults(#[case] written: Option<DeletionPolicy>, #[case] adopted: bool, #[case] counts: DeletionPolicy) {
        let mut desired = desired();
        desired.policy.deletion = written;
        let tags = if adopted { adoption_tags(&desired) } else { vec![owner_tag(&desired)] };
        assert_eq!(deletion_policy(&desired, &tags), counts);
    }
}

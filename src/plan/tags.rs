//! The user's tags on the remote resource: added, changed and taken off again, and never anyone else's.

use std::collections::BTreeSet;

use crate::api::annotation::TAG_PREFIX;
use crate::proton::Tag;

use super::decision::Act;
use super::desired::Desired;

/// The step that brings the tags nearer to the spec, if one is needed, and the keys to remember before it is made.
pub fn plan(desired: &Desired, shown: &[Tag], applied: &[String], arn: &str) -> (Act, Vec<String>) {
    let missing: Vec<Tag> = desired
        .tags
        .iter()
        .map(|(key, value)| Tag { key: key.clone(), value: value.clone() })
        .filter(|tag| is_users(&tag.key) && !shown.contains(tag))
        .collect();
    let wanted: BTreeSet<&String> = desired.tags.keys().filter(|key| is_users(key)).collect();
    if !missing.is_empty() {
        let keys = wanted.into_iter().chain(applied).cloned().collect::<BTreeSet<_>>();
        return (Act::Tag { arn: arn.to_owned(), tags: missing }, keys.into_iter().collect());
    }
    let surplus: Vec<String> = applied
        .iter()
        .filter(|key| is_users(key) && !wanted.contains(key) && shown.iter().any(|tag| tag.key == **key))
        .cloned()
        .collect();
    if !surplus.is_empty() {
        return (Act::Untag { arn: arn.to_owned(), keys: surplus }, applied.to_vec());
    }
    (Act::None, wanted.into_iter().cloned().collect())
}

/// Keys that belong neither to AWS nor to the operator.
fn is_users(key: &str) -> bool {
    !key.starts_with("aws:") && !key.starts_with(TAG_PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fixture::desired;
    use proptest::prelude::*;

    fn tag(key: &str, value: &str) -> Tag {
        Tag { key: key.into(), value: value.into() }
    }

    fn wanting(tags: &[(&str, &str)]) -> Desired {
        Desired { tags: tags.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect(), ..desired() }
    }

    #[test]
    fn keys_are_remembered_before_they_are_written() {
        let (act, keys) = plan(&wanting(&[("a", "1"), ("b", "2")]), &[tag("a", "1")], &["old".into()], "arn");
        assert_eq!(act, Act::Tag { arn: "arn".into(), tags: vec![tag("b", "2")] });
        assert_eq!(keys, ["a", "b", "old"]);
    }

    #[test]
    fn only_own_tags_are_taken_off() {
        let shown = [tag("old", "1"), tag("others", "2"), tag("proton-operator.dev/owner", "x"), tag("aws:proton:account", "1")];
        let applied = ["old", "gone", "proton-operator.dev/owner", "aws:proton:account"].map(String::from);
        let (act, _) = plan(&wanting(&[]), &shown, &applied, "arn");
        assert_eq!(act, Act::Untag { arn: "arn".into(), keys: vec!["old".into()] });
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_converges_and_leaves_others_alone(
            wanted in prop::collection::btree_map("[a-d]", "[12]", 0..4),
            mut shown in prop::collection::btree_map("[a-f]", "[12]", 0..6),
            mut applied in prop::collection::vec("[a-f]", 0..4),
        ) {
            let others: Vec<_> = shown.clone().into_iter().filter(|(key, _)| !applied.contains(key) && !wanted.contains_key(key)).collect();
            let desired = Desired { tags: wanted.clone(), ..desired() };
            for _ in 0..3 {
                let list: Vec<Tag> = shown.iter().map(|(key, value)| tag(key, value)).collect();
                let (act, keys) = plan(&desired, &list, &applied, "arn");
                applied = keys;
                match act {
                    Act::Tag { tags, .. } => shown.extend(tags.into_iter().map(|tag| (tag.key, tag.value))),
                    Act::Untag { keys, .. } => shown.retain(|key, _| !keys.contains(key)),
                    _ => {}
                }
            }
            let (act, _) = plan(&desired, &shown.iter().map(|(key, value)| tag(key, value)).collect::<Vec<_>>(), &applied, "arn");
            prop_assert_eq!(act, Act::None);
            for (key, value) in wanted.iter().chain(others.iter().map(|(key, value)| (key, value))) {
                prop_assert_eq!(shown.get(key), Some(value));
            }
        }
    }
}

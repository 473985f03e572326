//! Tables for comparison and hashing.

use super::*;
use proptest::prelude::*;
use rstest::rstest;

fn wanted(minor: Option<&str>, inputs: Value) -> Wanted {
    Wanted {
        template_name: "vpc".into(),
        major: "1".into(),
        minor: minor.map(Into::into),
        inputs: inputs.as_object().cloned(),
        external: vec!["image".into()],
        minor_is_wish: minor.is_some(),
    }
}

fn actual(minor: &str, inputs: Value) -> Actual {
    Actual { template_name: "vpc".into(), major: "1".into(), minor: minor.into(), inputs: inputs.as_object().cloned() }
}

#[rstest]
#[case::same(Some("0"), json!({"a": 1}), "0", json!({"a": 1}), &[])]
#[case::order_and_number_form(None, json!({"a": 1, "b": {"x": 2.0, "y": 1}}), "3", json!({"b": {"y": 1, "x": 2}, "a": 1.0}), &[])]
#[case::open_minor(None, json!({}), "7", json!({}), &[])]
#[case::unmanaged(None, Value::Null, "7", json!({"a": 1}), &[])]
#[case::external(None, json!({"a": 1}), "0", json!({"a": 1, "image": "x:2"}), &[])]
#[case::minor(Some("1"), json!({}), "0", json!({}), &["templateMinorVersion"])]
#[case::text_is_no_number(None, json!({"a": "1"}), "0", json!({"a": 1}), &["inputs.a"])]
#[case::deep(None, json!({"a": {"b": 1, "c": 2}}), "0", json!({"a": {"b": 1, "c": 3, "d": 4}}), &["inputs.a.c", "inputs.a.d"])]
#[case::lists_are_whole(None, json!({"a": [1, 2]}), "0", json!({"a": [2, 1]}), &["inputs.a"])]
#[case::unreadable(None, json!({}), "0", Value::Null, &["spec"])]
fn differences(
    #[case] minor: Option<&str>,
    #[case] want: Value,
    #[case] is_minor: &str,
    #[case] is: Value,
    #[case] paths: &[&str],
) {
    assert_eq!(wanted(minor, want).differences(&actual(is_minor, is)), paths);
}

#[test]
fn major_and_template_differ() {
    let mut is = actual("0", json!({}));
    is.major = "2".into();
    is.template_name = "other".into();
    assert_eq!(wanted(None, json!({})).differences(&is), ["templateName", "templateMajorVersion"]);
}

#[test]
fn a_pinned_minor_does_not_change_the_hash_and_a_named_one_does() {
    let open = wanted(None, json!({"a": 1}));
    let pinned = Wanted { minor: Some("3".into()), ..open.clone() };
    let named = Wanted { minor_is_wish: true, ..pinned.clone() };
    assert_eq!(open.hash(), pinned.hash());
    assert_ne!(open.hash(), named.hash());
}

#[test]
fn a_deployment_is_known_by_its_target() {
    let is = actual("3", json!({"a": 1, "image": "x:2"}));
    for wish in [wanted(None, json!({"a": 1})), wanted(Some("3"), json!({"a": 1.0})), wanted(None, Value::Null)] {
        assert!(explains(&wish.hash(), &is, &wish.external));
    }
    let other = wanted(None, json!({"a": 2}));
    assert!(!explains(&other.hash(), &is, &other.external));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn equal_states_have_equal_hashes(a in 0i32..3, b in 0i32..3, minor in 0u8..2) {
        let left = wanted(Some("0"), json!({"a": a, "b": f64::from(b)}));
        let right = actual(&minor.to_string(), json!({"b": b, "a": a}));
        prop_assert_eq!(left.differences(&right).is_empty(), minor == 0);
        prop_assert_eq!(explains(&left.hash(), &right, &left.external), minor == 0);
    }
}

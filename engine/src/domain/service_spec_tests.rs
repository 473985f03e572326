//! Documents beside stored ones.

use proptest::prelude::*;
use rstest::rstest;

use super::*;

const STORED: &str = "proton: ServiceSpec\npipeline:\n  cmd: make\ninstances:\n  - name: one\n    environment: prod\n    spec:\n      port: 80\n      tags: [a, {b: c}]\n  - name: two\n    environment: prod\n";

fn stored() -> ServiceSpec {
    read(STORED).unwrap()
}

#[test]
fn a_document_without_placeholders_stays_as_it_is_written() {
    let text = format!("# mine\n{STORED}");
    assert_eq!(resolved(&text, &stored()).unwrap().text, text);
}

#[test]
fn placeholders_become_stored_values_at_any_depth() {
    let text = "proton: ServiceSpec\npipeline: {cmd: '${Proton::CURRENT_VAL}'}\ninstances:\n  - name: one\n    environment: prod\n    spec: {port: '${Proton::CURRENT_VAL}', tags: [x, {b: '${Proton::CURRENT_VAL}'}]}\n  - name: two\n    environment: prod\n";
    let document = resolved(text, &stored()).unwrap();
    assert_eq!(document.spec.pipeline, stored().pipeline);
    assert_eq!(Value::Object(document.spec.instances[0].inputs.clone()), json!({"port": 80, "tags": ["x", {"b": "c"}]}));
    assert_eq!(read(&document.text).unwrap(), document.spec);
    assert!(!document.text.contains("CURRENT_VAL"));
}

#[test]
fn a_placeholder_without_a_stored_value_is_refused_with_its_place() {
    let text = "proton: ServiceSpec\ninstances:\n  - {name: three, environment: prod, spec: {port: '${Proton::CURRENT_VAL}'}}\n";
    let Err(Refusal::Invalid(message)) = resolved(text, &stored()) else { panic!() };
    assert!(message.starts_with("instances[three].spec.port: "), "{message}");
}

#[rstest]
#[case("- {name: one, environment: prod, spec: {port: 80, tags: [a, {b: c}]}}\n- {name: three, environment: prod}", Ok((vec!["three"], vec!["two"])))]
#[case("[]", Ok((vec![], vec!["one", "two"])))]
#[case("- {name: two, environment: beta}", Err("UpdateServiceInstance"))]
#[case("- {name: one, environment: prod, spec: {port: 81, tags: [a, {b: c}]}}", Err("instance one"))]
fn differences(#[case] instances: &str, #[case] expected: Result<(Vec<&str>, Vec<&str>), &str>) {
    let given = read(
        &format!("proton: ServiceSpec\npipeline: {{cmd: make}}\ninstances:\n{instances}\n")
            .replace("instances:\n[]", "instances: [] #"),
    )
    .unwrap();
    match (difference(&stored(), &given), expected) {
        (Ok(found), Ok((added, removed))) => {
            assert_eq!(found.added.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), added);
            assert_eq!(found.removed, removed);
        }
        (Err(Refusal::Invalid(message)), Err(says)) => assert!(message.contains(says), "{message}"),
        (found, expected) => panic!("{found:?} {expected:?}"),
    }
}

#[test]
fn the_pipeline_cannot_be_changed_by_the_way() {
    let given = ServiceSpec { pipeline: None, ..stored() };
    assert!(matches!(difference(&stored(), &given), Err(Refusal::Invalid(message)) if message.contains("UpdateServicePipeline")));
    let without = ServiceSpec { pipeline: None, ..stored() };
    let empty = ServiceSpec { pipeline: Some(Map::new()), ..stored() };
    assert!(difference(&without, &empty).is_ok());
}

#[test]
fn an_entry_is_merged_in_its_place_and_the_text_kept_where_it_says_the_same() {
    let given = resolved(&STORED.replace("80", "81"), &stored()).unwrap();
    let merged = with_instance(&stored(), given.spec.instance("one").unwrap());
    assert_eq!(merged_text(&merged, STORED, &given).unwrap(), given.text);
    let partial =
        resolved("proton: ServiceSpec\ninstances: [{name: one, environment: prod, spec: {port: 81}}]\n", &stored()).unwrap();
    let merged = with_instance(&stored(), partial.spec.instance("one").unwrap());
    let text = merged_text(&merged, STORED, &partial).unwrap();
    let read = read(&text).unwrap();
    assert_eq!(read.instances.len(), 2);
    assert_eq!(read.pipeline, stored().pipeline);
}

#[test]
fn a_failed_update_is_taken_back_without_losing_what_came_meanwhile() {
    let accepted = "proton: ServiceSpec\npipeline: {cmd: make}\ninstances:\n  - {name: one, environment: prod}\n  - {name: new, environment: prod}\n";
    let names = |name: &str| vec![name.to_owned()];
    assert_eq!(restored(accepted, accepted, STORED, &names("new"), &names("two")).unwrap(), STORED);
    let meanwhile = accepted.replace("make", "ninja");
    let back = read(&restored(&meanwhile, accepted, STORED, &names("new"), &names("two")).unwrap()).unwrap();
    assert_eq!(back.instances.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(back.pipeline.unwrap().get("cmd"), Some(&json!("ninja")));
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~]{0,12}".prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        prop_oneof![Just("yes"), Just("0x10"), Just("1e3"), Just("~"), Just("null"), Just("- a"), Just("a\n b\n"), Just("1_000")]
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z0-9]{1,6}", inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    /// What is written is read as the same document, whatever the values look like.
    #[test]
    fn writing_and_reading_are_inverse(inputs in prop::collection::btree_map("[a-zA-Z0-9_]{1,8}", values(), 0..5)) {
        let inputs: Map<String, Value> = inputs.into_iter().collect();
        let entry = InstanceEntry { name: "one".to_owned(), environment: "prod".to_owned(), inputs: inputs.clone() };
        let spec = ServiceSpec { pipeline: Some(inputs), instances: vec![entry] };
        prop_assert_eq!(read(&written(&spec).unwrap()).unwrap(), spec);
    }
}

//! JSON in, JSON out.

use serde_json::json;

use super::filler::{Seen, fill};
use crate::*;

#[test]
fn every_input_and_output_reads_back_what_it_wrote() {
    struct RoundTrip;
    impl RequestVisitor for RoundTrip {
        type Output = ();
        fn visit<R: Request>(self) {
            for choice in 0..4 {
                round_trip::<R>(choice);
                round_trip::<R::Response>(choice);
            }
        }
    }
    for operation in Operation::ALL {
        operation.visit(RoundTrip);
    }
}

fn round_trip<T: serde::Serialize + serde::de::DeserializeOwned>(choice: usize) {
    let json = serde_json::to_value(fill::<T>(choice, &Seen::default())).unwrap();
    let read: T = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), json);
}

#[test]
fn absent_members_are_absent() {
    let input = CreateEnvironmentInput { name: Some("dev".into()), ..Default::default() };
    assert_eq!(serde_json::to_string(&input).unwrap(), r#"{"name":"dev"}"#);
    assert_eq!(serde_json::to_string(&TagResourceOutput {}).unwrap(), "{}");
}

#[test]
fn null_is_absent_and_unknown_members_are_ignored() {
    let json = r#"{"name":null,"spec":"s","tags":[],"colour":{"deep":[1,null]}}"#;
    let input: CreateEnvironmentInput = serde_json::from_str(json).unwrap();
    let expected = CreateEnvironmentInput { spec: Some("s".into()), tags: Some(vec![]), ..Default::default() };
    assert_eq!(input, expected);
    assert!(serde_json::from_str::<GetAccountSettingsInput>(r#"{"x":1}"#).is_ok());
}

#[test]
fn a_member_named_like_a_keyword() {
    let blocker: SyncBlocker = serde_json::from_value(json!({"type": "AUTOMATED"})).unwrap();
    assert_eq!(blocker.r#type, Some(BlockerType::Automated));
}

#[rstest::rstest]
#[case(r#"{"name":5}"#, "name: invalid type: integer `5`, expected a string at line 1 column 9")]
#[case(r#"{"tags":[{"key":true}]}"#, "tags: key: invalid type: boolean `true`, expected a string")]
#[case(r#"{"tags":{}}"#, "tags: invalid type: map, expected a sequence")]
#[case(r#"{"tags":[null]}"#, "tags: invalid type: null, expected a JSON object of shape Tag")]
#[case(r#"{"tags":[["k","v"]]}"#, "tags: invalid type: sequence, expected a JSON object of shape Tag")]
#[case(r#"{"spec":{"a":1}}"#, "spec: expected a JSON string")]
#[case(r#"{"name":"a""#, "EOF while parsing an object")]
#[case(r#"["dev"]"#, "invalid type: sequence, expected a JSON object of shape CreateEnvironmentInput")]
#[case("null", "invalid type: null, expected a JSON object of shape CreateEnvironmentInput")]
fn a_wrong_json_type_is_an_error_that_names_the_member(#[case] json: &str, #[case] message: &str) {
    let error = serde_json::from_str::<CreateEnvironmentInput>(json).unwrap_err().to_string();
    assert!(error.starts_with(message), "{error}");
}

#[rstest::rstest]
#[case(r#"{"maxResults":1}"#, true)]
#[case(r#"{"maxResults":"1"}"#, false)]
#[case(r#"{"maxResults":1.5}"#, false)]
#[case(r#"{"maxResults":99999999999}"#, false)]
fn numbers(#[case] json: &str, #[case] good: bool) {
    assert_eq!(serde_json::from_str::<ListEnvironmentsInput>(json).is_ok(), good);
}

#[test]
fn timestamps_are_numbers_of_seconds() {
    let time: jiff::Timestamp = "2023-09-07T16:33:05.5Z".parse().unwrap();
    let environment = Environment { created_at: Some(time.into()), ..Default::default() };
    assert_eq!(serde_json::to_value(environment).unwrap(), json!({"createdAt": 1694104385.5}));
}

#[test]
fn a_union_is_an_object_with_one_member() {
    let source = TemplateVersionSourceInput::S3(S3ObjectSource { bucket: Some("b".into()), key: Some("k".into()) });
    let json = json!({"s3": {"bucket": "b", "key": "k"}});
    assert_eq!(serde_json::to_value(&source).unwrap(), json);
    assert_eq!(serde_json::from_value::<TemplateVersionSourceInput>(json).unwrap(), source);
    assert_eq!(source.member(), "s3");
}

#[test]
fn a_union_keeps_the_name_of_an_unknown_member_and_drops_null() {
    let source: TemplateVersionSourceInput = serde_json::from_value(json!({"s3": null, "git": {"a": 1}})).unwrap();
    assert_eq!(source, TemplateVersionSourceInput::Unknown("git".into()));
    assert_eq!(serde_json::to_value(source).unwrap(), json!({"git": {}}));
}

#[rstest::rstest]
#[case(json!({}), "none is set")]
#[case(json!({"environment": null}), "none is set")]
#[case(json!({"environment": {}, "component": {}}), "more than one is set")]
#[case(json!({"environment": {}, "other": 1}), "more than one is set")]
#[case(json!({"environment": {"spec": 1}}), "environment: spec: expected a JSON string")]
#[case(json!("environment"), "expected a JSON object of union DeploymentState")]
fn a_union_needs_exactly_one_member(#[case] json: serde_json::Value, #[case] message: &str) {
    let error = serde_json::from_value::<DeploymentState>(json).unwrap_err().to_string();
    assert!(error.contains(message), "{error}");
}

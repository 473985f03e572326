//! The CRDs as an API server will see them.

use super::*;
use kube::core::cel::Validator;
use rstest::rstest;
use serde_json::{Value, json};
use std::path::PathBuf;

fn root() -> PathBuf {
    let here = PathBuf::from(file!());
    let file = if here.is_absolute() { here } else { PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(here) };
    file.ancestors().nth(3).unwrap().to_path_buf()
}

fn schema() -> Value {
    schema_of("ProtonEnvironment")
}

/// The schema of a kind.
fn schema_of(kind: &str) -> Value {
    let crd = crds().into_iter().find(|crd| crd.spec.names.kind == kind).unwrap();
    serde_json::to_value(crd.spec.versions[0].schema.as_ref().unwrap().open_api_v3_schema.as_ref().unwrap()).unwrap()
}

#[test]
fn committed_files_are_what_the_code_says() {
    for crd in crds() {
        let path = root().join("crds").join(file_name(&crd));
        let wanted = to_yaml(&crd).unwrap();
        if std::env::var_os("UPDATE_CRDS").is_some() {
            std::fs::write(&path, &wanted).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == wanted, "{} is stale: run `UPDATE_CRDS=1 cargo test crd`", path.display());
    }
}

#[test]
fn names_are_the_contract() {
    let wanted =
        [("components", "pcomp"), ("protonenvironments", "penv"), ("protonservices", "psvc"), ("serviceinstances", "psi")];
    for (crd, (plural, short)) in crds().into_iter().zip(wanted) {
        assert_eq!(crd.spec.names.plural, plural);
        assert_eq!(crd.spec.names.short_names, Some(vec![short.to_owned()]));
        assert_eq!(crd.spec.names.categories, Some(vec!["proton".to_owned()]));
        let value = serde_json::to_value(&crd).unwrap();
        assert!(!value.to_string().contains("[]"), "an empty list upsets GitOps tools");
    }
}

const KINDS: [&str; 4] = ["Component", "ProtonEnvironment", "ProtonService", "ServiceInstance"];

/// Walks every node of the schema.
fn walk(node: &Value, path: &str, visit: &mut dyn FnMut(&str, &Value)) {
    visit(path, node);
    for (name, child) in node.get("properties").and_then(Value::as_object).into_iter().flatten() {
        walk(child, &format!("{path}.{name}"), visit);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(child) = node.get(key).filter(|child| child.is_object()) {
            walk(child, &format!("{path}[]"), visit);
        }
    }
}

#[test]
fn the_schema_is_structural_and_writes_no_default() {
    KINDS.iter().for_each(|kind| {
        walk(&schema_of(kind), "", &mut |path, node| {
            assert!(node.get("type").is_some(), "{path} has no type");
            if path == ".status" {
                assert_eq!(node.get("default"), Some(&json!({"observedGeneration": -1})), "a new object would count as current");
                return;
            }
            for forbidden in ["default", "nullable", "$ref", "oneOf", "anyOf", "allOf", "uniqueItems"] {
                assert!(node.get(forbidden).is_none(), "{path} has {forbidden}");
            }
            if path != ".spec.inputs" && path != ".spec.pipeline.inputs" {
                assert!(node.get("x-kubernetes-preserve-unknown-fields").is_none(), "{path} keeps unknown fields");
            }
            assert!(!node.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("uint")), "{path}");
        })
    });
}

#[test]
fn only_template_and_major_version_are_required() {
    assert_eq!(schema()["required"], json!(["spec"]));
    assert_eq!(schema()["properties"]["spec"]["required"], json!(["templateMajorVersion", "templateName"]));
    assert_eq!(schema()["properties"]["status"].get("required"), None);
}

#[test]
fn texts_and_collections_of_the_spec_are_bounded() {
    KINDS.iter().for_each(|kind| {
        walk(&schema_of(kind)["properties"]["spec"], "spec", &mut |path, node| match node["type"].as_str() {
            Some("string") => assert!(node.get("maxLength").is_some() || node.get("enum").is_some(), "{path} is unbounded"),
            Some("array") => assert!(node.get("maxItems").is_some(), "{path} is unbounded"),
            Some("object") if node.get("additionalProperties").is_some() => {
                assert!(node.get("maxProperties").is_some(), "{path} is unbounded");
            }
            _ => {}
        })
    });
}

#[test]
fn every_field_is_described() {
    KINDS.iter().for_each(|kind| {
        walk(&schema_of(kind), "", &mut |path, node| {
            if path.starts_with(".spec") && !path.ends_with("[]") {
                assert!(node.get("description").is_some(), "{path} has no description");
            }
        })
    });
}

#[test]
fn optional_policies_name_their_default() {
    let spec = &schema()["properties"]["spec"]["properties"];
    for field in [
        "deploymentType",
        "onSpecChange",
        "onFailure",
        "driftPolicy",
        "deletionPolicy",
        "adoptionPolicy",
        "onRemoteMissing",
        "interval",
        "timeout",
        "minorVersionPolicy",
    ] {
        let text = spec[field]["description"].as_str().unwrap();
        assert!(text.contains("Default:"), "{field}: {text}");
    }
}

/// A valid object with members of the spec replaced; `null` takes one away.
fn object(changes: Value) -> Value {
    let mut spec = json!({"templateName": "vpc", "templateMajorVersion": "1"});
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            spec.as_object_mut().unwrap().shift_remove(name);
        } else {
            spec[name] = value.clone();
        }
    }
    json!({"apiVersion": "proton-operator.dev/v1alpha1", "kind": "ProtonEnvironment", "metadata": {"name": "e"}, "spec": spec})
}

fn verdict(new: Value, old: Option<Value>) -> Result<(), String> {
    let old = old.map(object);
    Validator::new().validate(&schema(), &object(new), old.as_ref()).map_err(|errors| errors.to_string())
}

const ROLE: &str = "arn:aws:iam::123456789012:role/proton";
const CONNECTION: &str = "0aa0aa0a-0aa0-4aa0-8aa0-0aa0aa0aa0aa";

#[rstest]
#[case::plain(json!({}))]
#[case::inputs(json!({"inputs": {"a": 1}}))]
#[case::document(json!({"specYaml": "proton: EnvironmentSpec\nspec: {}\n"}))]
#[case::role(json!({"protonServiceRoleArn": ROLE}))]
#[case::connection(json!({"environmentAccountConnectionId": CONNECTION}))]
#[case::repository(json!({"provisioningRepository": {"branch": "main", "name": "a/b", "provider": "GITHUB"}}))]
#[case::tags(json!({"tags": {"team": "a", "aws-like": "b"}}))]
#[case::observe(json!({"adoptionPolicy": "Observe", "deletionPolicy": "Retain"}))]
fn good_objects_are_admitted(#[case] spec: Value) {
    assert_eq!(verdict(spec, None), Ok(()));
}

#[rstest]
#[case::both_inputs(json!({"inputs": {}, "specYaml": "proton: EnvironmentSpec"}), "inputs and specYaml exclude")]
#[case::role_and_connection(json!({"protonServiceRoleArn": ROLE, "environmentAccountConnectionId": CONNECTION}), "exclude each other")]
#[case::role_and_repository(
    json!({"protonServiceRoleArn": ROLE, "provisioningRepository": {"branch": "main", "name": "a/b", "provider": "GITHUB"}}),
    "exclude each other"
)]
#[case::connection_and_repository(
    json!({"environmentAccountConnectionId": CONNECTION, "provisioningRepository": {"branch": "main", "name": "a/b", "provider": "GITHUB"}}),
    "exclude each other"
)]
#[case::current_value(json!({"specYaml": "spec: {a: \"${Proton::CURRENT_VAL}\"}"}), "externalInputs")]
#[case::aws_tag(json!({"tags": {"aws:x": "1"}}), "reserved by AWS")]
#[case::operator_tag(json!({"tags": {"proton-operator.dev/owner": "1"}}), "used by the operator")]
#[case::empty_tag(json!({"tags": {"": "1"}}), "1 to 128")]
#[case::long_tag(json!({"tags": {"k".repeat(129): "1"}}), "1 to 128")]
#[case::observe_and_delete(json!({"adoptionPolicy": "Observe", "deletionPolicy": "Delete"}), "changes nothing remote")]
fn bad_objects_are_refused(#[case] spec: Value, #[case] says: &str) {
    let refusal = verdict(spec, None).unwrap_err();
    assert!(refusal.contains(says), "{refusal}");
}

#[rstest]
#[case::version(json!({"templateMajorVersion": "1"}), json!({"templateMajorVersion": "2", "templateMinorVersion": "0"}))]
#[case::same_name(json!({"name": "a"}), json!({"name": "a"}))]
#[case::other_role(json!({"protonServiceRoleArn": ROLE}), json!({"protonServiceRoleArn": format!("{ROLE}2")}))]
#[case::role_added(json!({}), json!({"protonServiceRoleArn": ROLE, "codebuildRoleArn": ROLE, "componentRoleArn": ROLE}))]
#[case::other_connection(
    json!({"environmentAccountConnectionId": CONNECTION}),
    json!({"environmentAccountConnectionId": CONNECTION.replace('a', "b")})
)]
#[case::inputs_to_document(json!({"inputs": {}}), json!({"specYaml": "proton: EnvironmentSpec"}))]
fn good_changes_are_admitted(#[case] old: Value, #[case] new: Value) {
    assert_eq!(verdict(new, Some(old)), Ok(()));
}

#[rstest]
#[case::renamed(json!({"name": "a"}), json!({"name": "b"}), "cannot rename")]
#[case::name_added(json!({}), json!({"name": "b"}), "cannot rename")]
#[case::name_removed(json!({"name": "a"}), json!({}), "cannot rename")]
#[case::template(json!({}), json!({"templateName": "other"}), "another template")]
#[case::connection_added(json!({}), json!({"environmentAccountConnectionId": CONNECTION}), "fixes it at creation")]
#[case::connection_removed(json!({"environmentAccountConnectionId": CONNECTION}), json!({}), "fixes it at creation")]
#[case::repository_added(
    json!({}),
    json!({"provisioningRepository": {"branch": "main", "name": "a/b", "provider": "GITHUB"}}),
    "fixes the way of provisioning"
)]
#[case::role_to_connection(
    json!({"protonServiceRoleArn": ROLE}),
    json!({"environmentAccountConnectionId": CONNECTION}),
    "fixes it at creation"
)]
#[case::role_removed(json!({"protonServiceRoleArn": ROLE}), json!({}), "cannot be removed")]
#[case::codebuild_role_removed(json!({"codebuildRoleArn": ROLE}), json!({}), "cannot be removed")]
#[case::component_role_removed(json!({"componentRoleArn": ROLE}), json!({}), "cannot be removed")]
fn bad_changes_are_refused(#[case] old: Value, #[case] new: Value, #[case] says: &str) {
    let refusal = verdict(new, Some(old)).unwrap_err();
    assert!(refusal.contains(says), "{refusal}");
}

/// What `kubectl explain` shows: every field says what it is, every choice what its values do, and every field of the lifecycle block its default.
#[test]
fn every_field_explains_itself() {
    for kind in KINDS {
        walk(&schema_of(kind), "", &mut |path, node| {
            let text = node.get("description").and_then(Value::as_str).unwrap_or_default();
            let element = path.ends_with("[]") || path.is_empty();
            assert!(element || path == ".spec" || path == ".status" || text.len() > 3, "{kind}{path} has no description");
            let choices = node.get("enum").or_else(|| node.pointer("/items/enum")).and_then(Value::as_array);
            for value in choices.into_iter().flatten().filter(|_| path.starts_with(".spec") && !element) {
                assert!(text.contains(value.as_str().unwrap()), "{kind}{path} does not explain {value}");
            }
        });
        let spec = &schema_of(kind)["properties"]["spec"]["properties"];
        for name in LIFECYCLE {
            let text = spec[name]["description"].as_str().unwrap_or_default();
            assert!(text.contains("Default: "), "{kind} spec.{name} does not tell its default");
        }
    }
}

const LIFECYCLE: [&str; 16] = [
    "deploymentType",
    "onSpecChange",
    "onFailure",
    "retry",
    "rollbackTo",
    "driftPolicy",
    "externalInputs",
    "suspend",
    "interval",
    "timeout",
    "deletionPolicy",
    "adoptionPolicy",
    "onRemoteMissing",
    "historyLimit",
    "writeOutputsTo",
    "connectionRef",
];

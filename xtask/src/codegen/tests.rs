//! Tests of the generator: on a small model, and on the real one where it is installed.

use std::collections::BTreeSet;

use super::{docs, emit, families, model::Model, names, output, source};

/// A model with one of each kind of shape.
fn small() -> Model {
    serde_json::from_value(serde_json::json!({
        "metadata": {"apiVersion": "2020-07-20", "signingName": "proton", "targetPrefix": "AwsProton20200720"},
        "operations": {"CreateThing": {
            "input": {"shape": "CreateThingInput"}, "output": {"shape": "CreateThingOutput"}, "idempotent": true,
            "errors": [{"shape": "ConflictException"}],
        }},
        "shapes": {
            "CreateThingInput": {"type": "structure", "required": ["name"], "members": {
                "name": {"shape": "Name"}, "type": {"shape": "Colour"}, "note": {"shape": "Note"},
                "source": {"shape": "Source"}, "names": {"shape": "Names"}, "count": {"shape": "Count"},
                "clientToken": {"shape": "Name", "idempotencyToken": true}, "nextToken": {"shape": "String"},
            }},
            "CreateThingOutput": {"type": "structure", "members": {"at": {"shape": "Time"}, "secret": {"shape": "Secret"}}},
            "Secret": {"type": "structure", "sensitive": true, "members": {"on": {"shape": "Flag"}}},
            "Source": {"type": "structure", "union": true, "members": {"secret": {"shape": "Secret"}}},
            "ConflictException": {"type": "structure", "exception": true, "members": {}},
            "Colour": {"type": "string", "enum": ["DARK_RED", "blue"]},
            "Name": {"type": "string", "min": 1, "max": 9, "pattern": "^[a-z\"]+$"},
            "Note": {"type": "string", "sensitive": true},
            "Names": {"type": "list", "member": {"shape": "Name"}, "max": 3},
            "Count": {"type": "integer", "min": 1, "max": 100},
            "String": {"type": "string"}, "Time": {"type": "timestamp"}, "Flag": {"type": "boolean"},
        },
    }))
    .unwrap()
}

/// The text of one generated file, without the layout.
fn text(file: &str) -> String {
    let files = emit(&small()).unwrap();
    files.get(std::path::Path::new(file)).unwrap_or_else(|| panic!("no {file}")).replace("    ", "")
}

#[test]
fn members_become_typed_fields() {
    let types = text("types/provisioned.rs");
    for field in [
        "pub name: Option<String>,",
        "pub r#type: Option<Colour>,",
        "pub note: Option<Sensitive>,",
        "pub source: Option<Source>,",
        "pub names: Option<Vec<String>>,",
        "pub count: Option<i32>,",
        "pub at: Option<Timestamp>,",
        "pub on: Option<bool>,",
        "r#type: \"type\",",
        "Secret(Secret) = \"secret\",",
    ] {
        assert!(types.contains(field), "{field} is not in {types}");
    }
    assert!(types.contains("#[derive(Clone, Default, PartialEq)]\npub struct Secret"), "{types}");
    assert!(!types.contains("ConflictException"), "{types}");
}

#[test]
fn constraints_become_checks_of_what_requests_contain() {
    let constraints = text("constraints.rs");
    for line in [
        "TextRule::new(1, 9, Some(r#\"^[a-z\"]+$\"#));",
        "check.required(\"name\", &self.name);\ncheck.text(\"name\", &self.name, &NAME);",
        "check.enumeration(\"type\", &self.r#type);",
        "check.size(\"names\", &self.names, 0, 3);\ncheck.texts(\"names\", &self.names, &NAME);",
        "check.range(\"count\", self.count, 1, 100);",
        "Self::Secret(value) => value.check(&format!(\"{path}.secret\"), out),",
    ] {
        assert!(constraints.contains(line), "{line} is not in {constraints}");
    }
    assert!(!constraints.contains("CreateThingOutput"), "{constraints}");
}

#[test]
fn operations_have_their_facts() {
    let operations = text("operations.rs");
    let expected = "CreateThing(CreateThingInput) -> CreateThingOutput {\nerrors: [Conflict],\nidempotent: true,\n\
                    idempotency_token: Some(\"clientToken\"),\npaginated: true,\n}";
    assert!(operations.contains(expected), "{operations}");
    assert!(text("enums.rs").contains("Colour {\nDarkRed = \"DARK_RED\",\nBlue = \"blue\",\n}"));
}

#[test]
fn documentation_states_the_limits() {
    let model = small();
    let member = |name: &str, shape: &str, required| docs::member(&model, name, shape, required).unwrap();
    assert_eq!(member("name", "Name", true), "`name`: `Name`, 1–9 characters, required");
    assert_eq!(member("names", "Names", false), "`names`: `Names`, 0–3 items, each a `Name`");
    assert_eq!(member("nextToken", "String", false), "`nextToken`");
}

#[test]
fn a_shape_that_does_not_exist_is_named() {
    let mut model = small();
    model.shapes.remove("Note");
    assert!(emit(&model).unwrap_err().to_string().contains("no shape Note"));
}

#[test]
fn a_kind_that_the_generator_does_not_know_is_an_error() {
    let shape = serde_json::json!({"type": "map"});
    assert!(serde_json::from_value::<super::model::Shape>(shape).is_err());
}

#[test]
fn names_are_converted() {
    assert_eq!(names::snake("lastDeploymentAttemptedAt"), "last_deployment_attempted_at");
    assert_eq!(names::constant("S3Bucket"), "S3_BUCKET");
    assert_eq!(names::constant("SHA"), "SHA");
    assert_eq!(names::variant("GITHUB_ENTERPRISE"), "GithubEnterprise");
    assert_eq!(names::variant("createdAtBefore"), "CreatedAtBefore");
}

#[test]
fn families_are_found_by_the_first_part_that_fits() {
    assert_eq!(families::of("CreateEnvironmentAccountConnectionInput"), "environment_account_connection");
    assert_eq!(families::of("GetServiceInstanceSyncStatusOutput"), "service_sync");
    assert_eq!(families::of("UpdateEnvironmentInput"), "environment");
    assert_eq!(families::of("Tag"), "tag");
}

#[test]
fn differences_name_each_file() {
    let files = |list: &[(&str, &str)]| list.iter().map(|(path, text)| (path.into(), (*text).into())).collect();
    let wanted = files(&[("a.rs", "1"), ("b.rs", "1"), ("c.rs", "1")]);
    let found = files(&[("a.rs", "1"), ("b.rs", "2"), ("d.rs", "1")]);
    let expected = ["b.rs differs", "c.rs is missing", "d.rs is not generated"];
    assert_eq!(output::differences(&wanted, &found), expected);
    assert!(output::differences(&wanted, &wanted).is_empty());
}

#[test]
fn the_committed_files_are_what_the_model_gives() {
    let root = source::workspace_root();
    let Ok(path) = source::locate(None, &root) else {
        println!("skipped: the API model is not installed below target/tools/python");
        return;
    };
    let model = source::read(&path).unwrap();
    let files = output::format(&emit(&model).unwrap(), &root).unwrap();
    let again = output::format(&emit(&model).unwrap(), &root).unwrap();
    assert!(files == again, "the output must not depend on chance");
    output::compare(&files, &root.join(super::FOLDER)).unwrap();
    let families: BTreeSet<&str> = model.structures().map(|(name, _)| families::of(name)).collect();
    assert_eq!(families.len(), 17);
}

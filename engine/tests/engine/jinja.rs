//! Renders what Jinja2 3.1.6 rendered, and compares.
//!
//! The data are two files of renderings made with Jinja2 itself. Every difference must be known: it stands with
//! its kind in [`DIFFERENCES`], and the table of `docs/compatibility.md` lists the same cases.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test ends where its data are wrong")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proton_engine::render::{Cause, Limits, RenderError, render};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Cases in which we differ from Jinja2, by kind. The doc's table has one row per kind.
const DIFFERENCES: &[(&str, &[&str])] = &[
    ("Printing a generator", &["print-map", "print-select", "print-reverse", "undef-items"]),
    ("Methods without a call", &["dict-attr-items", "dict-attr-items2", "f-attr2"]),
    ("Attributes of Python objects", &["m-str5", "dot-int"]),
    ("Large whole numbers", &["big-200", "big-pow-mod", "big-lit2"]),
    ("Comparing different types", &["cmp-err"]),
    ("Number in text", &["in-str-err"]),
    ("Names in text literals", &["esc-str2"]),
    ("Arguments of macros", &["macro2", "macro-name", "macro-default-ref"]),
    ("urlize", &["f-urlize"]),
];

/// The first folder above this crate, or named by the variable, that has a member of this name.
fn find(variable: Option<&str>, folder: &str, member: &str) -> Option<PathBuf> {
    let named = variable.and_then(std::env::var_os).map(PathBuf::from);
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let above = here.ancestors().map(|parent| parent.join(folder));
    named.into_iter().chain(above).find(|folder| folder.join(member).exists())
}

/// The folder of test data, where it is.
fn shared() -> Option<PathBuf> {
    let found = find(Some("PROTON_SHARED"), "shared", "jinja");
    if found.is_none() {
        println!("skipped: no folder of test data (set PROTON_SHARED)");
    }
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn records(shared: &Path, name: &str) -> Vec<Value> {
    read(&shared.join("jinja").join(name)).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The contexts of the edge cases. Their file has sorted keys, but Jinja2 rendered them in another order, which
/// the expected texts show (`print-dict`, `print-dicts`).
fn contexts(shared: &Path) -> Value {
    let mut contexts: Value = serde_json::from_str(&read(&shared.join("jinja/contexts.json"))).unwrap();
    let reorder = |value: &mut Value, keys: &[&str]| {
        *value = keys.iter().map(|key| ((*key).to_owned(), value[*key].clone())).collect::<serde_json::Map<_, _>>().into();
    };
    reorder(&mut contexts["c0"]["d"], &["b", "a", "C"]);
    for user in contexts["c0"]["users"].as_array_mut().unwrap() {
        reorder(user, &["name", "age", "tags"]);
    }
    contexts
}

/// JSON numbers end at 64 bits here, so that the one large number is set by the template.
fn with_large_number(template: &str) -> String {
    let uses = template.contains("big");
    let set = "{% set big = 123456789012345678901234567890 %}";
    if uses { format!("{set}{template}") } else { template.to_owned() }
}

#[test]
fn edge_cases_print_what_jinja2_prints() {
    let Some(shared) = shared() else { return };
    let contexts = contexts(&shared);
    let cases = records(&shared, "edge.jsonl");
    let mut different = BTreeSet::new();
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        let template = with_large_number(case["template"].as_str().unwrap());
        let context = &contexts[case["context"].as_str().unwrap()];
        let got = render(&template, id, context, &Limits::default());
        let same = match case.get("expected") {
            Some(expected) => got.as_deref().ok() == expected.as_str(),
            None => got.is_err(),
        };
        if !same {
            println!("{id}: {template:?}\n   wanted {:?}\n   got    {got:?}", case.get("expected"));
            different.insert(id);
        }
    }
    println!("edge cases: {} of {} as Jinja2", cases.len() - different.len(), cases.len());
    let known: BTreeSet<&str> = DIFFERENCES.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
    assert_eq!(different, known, "left: what differs now, right: what is known to differ");
}

/// The rows of the table in the page's section on rendering: the cells of the first and last column.
fn rows(page: &str) -> Vec<(String, Vec<String>)> {
    let (_, text) = page.split_once("## Rendering").unwrap();
    let cells =
        |line: &str| line.trim_matches('|').replace("\\|", "/").split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let row = |cells: Vec<String>| {
        let ids = cells.last().unwrap().split(',').map(|id| id.trim().trim_matches('`').to_owned());
        (cells[0].clone(), ids.filter(|id| !id.is_empty()).collect())
    };
    let table = text.lines().filter(|line| line.starts_with('|')).skip(2);
    table.map(cells).filter(|cells| cells.len() == 5).map(row).collect()
}

#[test]
fn the_documentation_lists_the_known_differences() {
    let Some(docs) = find(None, "docs", "compatibility.md") else {
        panic!("docs/compatibility.md is missing");
    };
    let documented = rows(&read(&docs.join("compatibility.md")));
    let documented: Vec<_> = documented.into_iter().filter(|(_, ids)| ids != &["-"]).collect();
    let known: Vec<(String, Vec<String>)> =
        DIFFERENCES.iter().map(|(kind, ids)| ((*kind).to_owned(), ids.iter().map(|id| (*id).to_owned()).collect())).collect();
    assert_eq!(documented, known, "left: the table of the page, right: the list of this test");
}

fn bundle(shared: &Path, name: &str) -> PathBuf {
    let groups = ["environments", "services", "components", "checker"];
    let found = groups.iter().map(|group| shared.join("bundles").join(group).join(name)).find(|path| path.is_dir());
    found.unwrap_or_else(|| panic!("no bundle {name}"))
}

/// The template of a part: `env`, `inst:<name>` or `pipe`.
fn template(shared: &Path, record: &Value) -> String {
    let part = record["part"][0].as_str().unwrap();
    let folder = match part.split(':').next() {
        Some("env") => "infrastructure",
        Some("inst") => "instance_infrastructure",
        _ => "pipeline_infrastructure",
    };
    read(&bundle(shared, record["bundle"].as_str().unwrap()).join(folder).join("cloudformation.yaml"))
}

fn matches(record: &Value, got: &Result<String, RenderError>) -> bool {
    match (record.get("expected"), record.get("sha256"), got) {
        (Some(expected), _, Ok(got)) => expected.as_str() == Some(got),
        (_, Some(hash), Ok(got)) => hash.as_str() == Some(&hex::encode(Sha256::digest(got))),
        (None, None, Err(error)) => {
            let undefined = record["error"].as_str().unwrap().starts_with("UndefinedError");
            match error.cause {
                Cause::Undefined { .. } => undefined,
                Cause::Syntax { .. } => !undefined,
                _ => false,
            }
        }
        _ => false,
    }
}

#[test]
fn real_bundles_print_what_jinja2_prints() {
    let Some(shared) = shared() else { return };
    let records = records(&shared, "bundles.jsonl");
    let mut different = Vec::new();
    for record in &records {
        let got = render(&template(&shared, record), "cloudformation.yaml", &record["context"], &Limits::default());
        if !matches(record, &got) {
            different.push(format!("{} {} {}: {:?}", record["bundle"], record["class"], record["part"], got.err()));
        }
    }
    println!("real bundles: {} of {} as Jinja2", records.len() - different.len(), records.len());
    assert_eq!(different, Vec::<String>::new());
}

fn yaml(path: &Path) -> Value {
    serde_yaml::from_str(&read(path)).unwrap()
}

/// The inputs of one type of a schema: its defaults, then what a spec gives.
fn inputs(folder: &Path, kind: &str, given: &Value) -> Value {
    let schema = &yaml(&folder.join("schema/schema.yaml"))["schema"];
    let properties = &schema["types"][schema[kind].as_str().unwrap()]["properties"];
    let mut inputs: serde_json::Map<String, Value> = properties
        .as_object()
        .unwrap()
        .iter()
        .filter_map(|(name, property)| Some((name.clone(), property.get("default")?.clone())))
        .collect();
    inputs.extend(given.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
    inputs.into()
}

fn assert_renders(folder: &Path, template: &str, context: &Value, expected: &str) {
    let got = render(&read(&folder.join(template)), template, context, &Limits::default()).unwrap();
    assert!(got == read(&folder.join(expected)), "{} renders otherwise:\n{got}", folder.display());
}

/// The renderings that the samples bring along were made with these names.
#[test]
fn an_environment_renders_as_the_sample_says() {
    let Some(shared) = shared() else { return };
    let folder = bundle(&shared, "valid_env_template");
    let given = &yaml(&folder.join("spec/spec.yaml"))["spec"];
    let inputs = inputs(&folder, "environment_input_type", given);
    let context = json!({"environment": {"name": "sample-env", "inputs": inputs}});
    assert_renders(&folder, "infrastructure/cloudformation.yaml", &context, "expected_rendered_output.yaml");
}

#[test]
fn a_service_instance_renders_as_the_sample_says() {
    let Some(shared) = shared() else { return };
    let folder = bundle(&shared, "valid_svc_template");
    let instance = &yaml(&folder.join("spec/spec.yaml"))["instances"][0];
    let context = json!({
        "environment": {
            "name": instance["environment"],
            "outputs": yaml(&folder.join("spec/sample-outputs.yaml"))["environment"],
        },
        "service": {"name": "sample-service"},
        "service_instance": {
            "name": instance["name"],
            "inputs": inputs(&folder, "service_input_type", &instance["spec"]),
        },
    });
    assert_renders(&folder, "instance_infrastructure/cloudformation.yaml", &context, "expected_rendered_output.yaml");
}

#[test]
fn a_pipeline_renders_as_the_sample_says() {
    let Some(shared) = shared() else { return };
    let folder = bundle(&shared, "valid_svc_pipeline_template");
    let spec = yaml(&folder.join("spec/spec.yaml"));
    let outputs = yaml(&folder.join("spec/sample-outputs.yaml"));
    let instance = &spec["instances"][0];
    let context = json!({
        "service": {
            "name": "sample-service",
            "repository_connection_arn": "arn:connection:dummy",
            "repository_id": "github/sample-repo",
            "branch_name": "main",
        },
        "pipeline": {"inputs": inputs(&folder, "pipeline_input_type", &spec["pipeline"])},
        "service_instances": [{
            "name": instance["name"],
            "inputs": inputs(&folder, "service_input_type", &instance["spec"]),
            "outputs": outputs["service"],
            "environment": {
                "name": instance["environment"],
                "account_id": "11111111",
                "outputs": outputs["environment"],
            },
        }],
    });
    let template = "pipeline_infrastructure/cloudformation.yaml";
    assert_renders(&folder, template, &context, "expected_pipeline_rendered_output.yaml");
}

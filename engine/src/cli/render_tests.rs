//! The commands `check` and `render` on small bundles, and on real ones where they are at hand.

use std::path::Path;

use super::*;
use crate::cli::check::{CheckOptions, report};

fn options(dir: &Path) -> RenderOptions {
    RenderOptions {
        dir: dir.to_owned(),
        spec: dir.join("spec.yaml"),
        kind: None,
        name: "beta".to_owned(),
        instance: None,
        outputs: None,
        account_id: "123456789012".to_owned(),
        repository_id: "github/sample-repo".to_owned(),
        connection_arn: "arn:connection:dummy".to_owned(),
        branch: "main".to_owned(),
        out: None,
    }
}

fn check(dir: &Path) -> anyhow::Result<Vec<String>> {
    report(&CheckOptions { dir: dir.to_owned(), kind: None })
}

const MANIFEST: &str =
    "infrastructure:\n  templates:\n    - {file: a.yaml, rendering_engine: jinja, template_language: cloudformation}\n";
const TYPES: &str = "  types:\n    T:\n      required: [size]\n      properties:\n        size: {type: integer, maximum: 9}\n        zone: {type: string, default: a}\n";

fn schema(keys: &str) -> String {
    format!("schema:\n  format: {{openapi: \"3.0.0\"}}\n{keys}{TYPES}")
}

fn bundle(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn environment_bundle(template: &str, spec: &str) -> tempfile::TempDir {
    bundle(&[
        ("schema/schema.yaml", &schema("  environment_input_type: T\n")),
        ("infrastructure/manifest.yaml", MANIFEST),
        ("infrastructure/a.yaml", template),
        ("spec.yaml", spec),
    ])
}

#[test]
fn environments_render_with_defaults() {
    let template = "Name: {{ environment.name }}\nSize: {{ environment.inputs.size }}{{ environment.inputs.zone }}\n";
    let dir = environment_bundle(template, "proton: EnvironmentSpec\nspec: {size: 3}\n");
    let files = files(&options(dir.path())).unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].path, "infrastructure/a.yaml");
    assert_eq!(files[0].text.trim_end(), "Name: beta\nSize: 3a");
    let lines = check(dir.path()).unwrap();
    assert_eq!(lines, ["infrastructure: CloudFormation, a.yaml", "environment_input_type: T", "ok: environment template"]);
}

#[test]
fn refusals_name_the_place() {
    let dir = environment_bundle("{{ environment.inputs.nope }}", "proton: EnvironmentSpec\nspec: {size: 10}\n");
    let text = format!("{:#}", files(&options(dir.path())).err().unwrap());
    assert_eq!(text, "spec does not satisfy the schema: input /size: must be at most 9");
    fs::write(dir.path().join("spec.yaml"), "proton: EnvironmentSpec\nspec: {size: 1}\n").unwrap();
    let text = format!("{:#}", files(&options(dir.path())).err().unwrap());
    assert!(text.starts_with("infrastructure/a.yaml:1: "), "{text}");
    assert!(check(dir.path()).is_ok(), "an undefined name is no fault of syntax");
    fs::write(dir.path().join("infrastructure/a.yaml"), "x\n{% if %}\n").unwrap();
    let text = format!("{:#}", check(dir.path()).err().unwrap());
    assert!(text.starts_with("infrastructure/a.yaml:2: syntax error"), "{text}");
}

#[test]
fn services_render_instances_and_pipeline() {
    let instance =
        "{{ service.name }}/{{ service_instance.name }}: {{ environment.outputs.Vpc }} {{ service_instance.inputs.size }}";
    let pipeline = "{% for i in service_instances %}{{ i.name }}={{ i.outputs.Url }} {% endfor %}{{ pipeline.inputs.zone }}";
    let spec = "proton: ServiceSpec\npipeline: {size: 1}\ninstances:\n  - {name: one, environment: beta, spec: {size: 1}}\n  - {name: two, environment: beta, spec: {size: 2}}\n";
    let dir = bundle(&[
        ("schema/schema.yaml", &schema("  service_input_type: T\n  pipeline_input_type: T\n")),
        ("instance_infrastructure/manifest.yaml", MANIFEST),
        ("instance_infrastructure/a.yaml", instance),
        ("pipeline_infrastructure/manifest.yaml", MANIFEST),
        ("pipeline_infrastructure/a.yaml", pipeline),
        ("spec.yaml", spec),
        ("outputs.yaml", "environment: {Vpc: vpc-1}\nservice: {Url: u}\n"),
    ]);
    let mut options = options(dir.path());
    options.outputs = Some(dir.path().join("outputs.yaml"));
    let all = files(&options).unwrap();
    let shown: Vec<(&str, &str)> = all.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let wanted = [
        ("one/instance_infrastructure/a.yaml", "beta/one: vpc-1 1"),
        ("two/instance_infrastructure/a.yaml", "beta/two: vpc-1 2"),
        ("pipeline_infrastructure/a.yaml", "one=u two=u a"),
    ];
    assert_eq!(shown, wanted);
    options.instance = Some("two".to_owned());
    options.out = Some(dir.path().join("out"));
    render(&options).unwrap();
    let written = fs::read_to_string(dir.path().join("out/two/instance_infrastructure/a.yaml")).unwrap();
    assert_eq!(written, "beta/two: vpc-1 2");
    options.instance = Some("three".to_owned());
    assert!(files(&options).err().unwrap().to_string().contains("no instance `three`"));
}

#[test]
fn bundles_without_proton_provisioning_are_recognised() {
    let dir = bundle(&[(
        "schema/schema.yaml",
        "schema:\n  format: {openapi: 3.0.0}\n  environment_input_type: T\n  types: {T: {properties: {Vpc: {type: string}}}}\n",
    )]);
    assert_eq!(check(dir.path()).unwrap().last().unwrap(), "ok: environment template for provisioning CUSTOMER_MANAGED");
    let dir = bundle(&[
        ("schema/schema.yaml", &schema("  service_input_type: T\n")),
        ("instance_infrastructure/manifest.yaml", MANIFEST),
        ("instance_infrastructure/a.yaml", ""),
    ]);
    assert_eq!(check(dir.path()).unwrap().last().unwrap(), "ok: service template for pipelineProvisioning CUSTOMER_MANAGED");
    let dir = bundle(&[
        ("schema/schema.yaml", &schema("  service_input_type: T\n  pipeline_input_type: T\n")),
        ("instance_infrastructure/manifest.yaml", MANIFEST),
        ("instance_infrastructure/a.yaml", ""),
    ]);
    let text = format!("{:#}", check(dir.path()).err().unwrap());
    assert!(text.contains("pipeline_infrastructure/manifest.yaml: the file is missing"), "{text}");
}

/// The folder of real bundles with expected renderings, where it is.
fn checker() -> Option<PathBuf> {
    let named = std::env::var_os("PROTON_SHARED").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|dir| dir.join("shared"));
    let found = named.into_iter().chain(beside).map(|dir| dir.join("bundles/checker")).find(|dir| dir.is_dir());
    if found.is_none() {
        println!("skipped: the folder with real bundles is not here; set PROTON_SHARED");
    }
    found
}

#[test]
fn real_bundles_check_and_render() {
    let Some(root) = checker() else { return };
    let text = format!("{:#}", check(&root.join("invalid_jinja_syntax_template")).err().unwrap());
    assert!(text.contains("instance_infrastructure/cloudformation.yaml:"), "{text}");
    assert!(check(&root.join("invalid_jinja_template")).is_ok());
    for (name, resource, expected, path) in [
        ("valid_env_template", "sample-env", "expected_rendered_output.yaml", "infrastructure/cloudformation.yaml"),
        (
            "valid_svc_template",
            "sample-service",
            "expected_rendered_output.yaml",
            "load-balanced-fargate-svc-prod/instance_infrastructure/cloudformation.yaml",
        ),
        (
            "valid_svc_pipeline_template",
            "sample-service",
            "expected_pipeline_rendered_output.yaml",
            "pipeline_infrastructure/cloudformation.yaml",
        ),
    ] {
        let dir = root.join(name);
        check(&dir).unwrap();
        let outputs = dir.join("spec/sample-outputs.yaml");
        let options = RenderOptions {
            spec: dir.join("spec/spec.yaml"),
            name: resource.to_owned(),
            account_id: "11111111".to_owned(),
            outputs: outputs.is_file().then_some(outputs),
            ..options(&dir)
        };
        let files = files(&options).unwrap();
        let file = files.iter().find(|file| file.path == path).unwrap();
        let wanted = fs::read_to_string(dir.join(expected)).unwrap();
        assert!(file.text == wanted, "{name} differs from what is expected");
    }
}

//! The grammar, case by case.

use rstest::rstest;
use serde_json::json;

use super::super::codebuild::InputFormat;
use super::*;

fn engine(entries: &str) -> EngineKind {
    Manifest::parse(&format!("infrastructure:\n  templates:\n{entries}")).unwrap().engine
}

#[test]
fn cloudformation_manifest() {
    let text = "    - file: \"a.yaml\"\n      rendering_engine: jinja\n      template_language: cloudformation\n";
    assert_eq!(engine(text), EngineKind::CloudFormation { file: "a.yaml".into() });
}

#[test]
fn the_old_name_of_the_engine_key_is_read_with_a_warning() {
    let text = "infrastructure:\n  templates:\n    - file: a.yaml\n      engine: jinja\n      template_language: cloudformation\n      colour: red\n";
    let (manifest, warnings) = parse(text).unwrap();
    assert_eq!(manifest.engine.name(), "jinja");
    assert_eq!(warnings.len(), 2, "{warnings:?}");
}

#[test]
fn terraform_manifest() {
    let text = "    - {file: b.tf, rendering_engine: hcl, template_language: terraform}\n    - {file: a.tf, rendering_engine: hcl, template_language: terraform}\n";
    assert_eq!(engine(text), EngineKind::Terraform { files: TerraformFiles::Named(vec!["b.tf".into(), "a.tf".into()]) });
    let text = "    - {file: \"*\", rendering_engine: hcl, template_language: terraform}\n";
    assert_eq!(engine(text), EngineKind::Terraform { files: TerraformFiles::All });
}

#[test]
fn codebuild_manifest() {
    let text = "    - rendering_engine: codebuild
      settings:
        image: aws/codebuild/amazonlinux2-x86_64-standard:4.0
        runtimes: {nodejs: 16, golang: 1.18}
        env:
          variables: {A: b, N: 1}
          secrets_manager: {T: 'x:y'}
        provision: [npm ci, ./deploy.sh]
        deprovision: [./destroy.sh]
        input_type: HCL
        project_properties: {VpcConfig: {Subnets: '{{ environment.inputs.subnets }}'}}
";
    let EngineKind::CodeBuild(settings) = engine(text) else { panic!("not codebuild") };
    assert_eq!(settings.image.as_deref(), Some("aws/codebuild/amazonlinux2-x86_64-standard:4.0"));
    assert_eq!(settings.runtimes, json!({"nodejs": 16, "golang": 1.18}).as_object().cloned().unwrap());
    assert_eq!(settings.provision, ["npm ci", "./deploy.sh"]);
    assert_eq!(settings.deprovision, ["./destroy.sh"]);
    assert_eq!(settings.input_type, InputFormat::Hcl);
    assert!(settings.project_properties.contains_key("VpcConfig"));
    assert!(settings.env.contains_key("secrets_manager"));
    assert!(!format!("{settings:?}").contains("deploy.sh"), "commands stay out of Debug");
}

#[rstest]
#[case::not_a_mapping("- a\n", 1, "must be a mapping")]
#[case::no_templates("infrastructure:\n  x: 1\n", 1, "infrastructure: `templates` is missing")]
#[case::no_list("infrastructure:\n  templates: {}\n", 2, "must be a list, not a mapping")]
#[case::empty_list("infrastructure:\n  templates: []\n", 2, "the list is empty")]
#[case::no_engine(
    "infrastructure:\n  templates:\n    - file: a\n",
    3,
    "infrastructure.templates[0]: `rendering_engine` is missing: write `jinja`, `hcl` or `codebuild`"
)]
#[case::bad_engine(
    "infrastructure:\n  templates:\n    - file: a\n      rendering_engine: cdk\n",
    4,
    "infrastructure.templates[0].rendering_engine"
)]
#[case::wrong_pair(
    "infrastructure:\n  templates:\n    - file: a.yaml\n      rendering_engine: jinja\n      template_language: terraform\n",
    5,
    "write `template_language: cloudformation`"
)]
#[case::no_language(
    "infrastructure:\n  templates:\n    - file: a.yaml\n      rendering_engine: jinja\n",
    3,
    "`template_language` is missing"
)]
#[case::two_jinja(
    "infrastructure:\n  templates:\n    - {file: a, rendering_engine: jinja, template_language: cloudformation}\n    - {file: b, rendering_engine: jinja, template_language: cloudformation}\n",
    2,
    "exactly one file"
)]
#[case::mixed(
    "infrastructure:\n  templates:\n    - {file: a, rendering_engine: jinja, template_language: cloudformation}\n    - {file: b.tf, rendering_engine: hcl, template_language: terraform}\n",
    4,
    "cannot be mixed"
)]
#[case::path(
    "infrastructure:\n  templates:\n    - file: ../a.yaml\n      rendering_engine: jinja\n      template_language: cloudformation\n",
    3,
    "without a path"
)]
#[case::number(
    "infrastructure:\n  templates:\n    - file: 1\n      rendering_engine: jinja\n      template_language: cloudformation\n",
    3,
    "must be text, not a number"
)]
#[case::not_tf(
    "infrastructure:\n  templates:\n    - {file: a.json, rendering_engine: hcl, template_language: terraform}\n",
    3,
    "end in `.tf`"
)]
#[case::codebuild_file("infrastructure:\n  templates:\n    - rendering_engine: codebuild\n      file: a\n", 4, "remove it")]
#[case::no_settings("infrastructure:\n  templates:\n    - rendering_engine: codebuild\n", 3, "`settings` is missing")]
#[case::no_provision(
    "infrastructure:\n  templates:\n    - rendering_engine: codebuild\n      settings:\n        deprovision: []\n",
    4,
    "`provision` is missing"
)]
#[case::command(
    "infrastructure:\n  templates:\n    - rendering_engine: codebuild\n      settings:\n        provision:\n          - a: b\n        deprovision: []\n",
    6,
    "must be text, not a mapping"
)]
#[case::input_type(
    "infrastructure:\n  templates:\n    - rendering_engine: codebuild\n      settings:\n        provision: [a]\n        deprovision: [a]\n        input_type: XML\n",
    7,
    "write `JSON` or `HCL`"
)]
fn refused(#[case] text: &str, #[case] line: usize, #[case] cause: &str) {
    let error = Manifest::parse(text).unwrap_err();
    assert!(error.text().contains(cause), "{error}");
    assert_eq!(error.line, Some(line), "{error}");
}

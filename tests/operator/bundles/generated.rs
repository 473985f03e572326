//! Environment templates for the services whose own environments are not among the bundles: made of the outputs that a service reads.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use super::catalogue::{Catalogue, Environment, Service};

const SCHEMA: &str = "schema:\n  format: {openapi: \"3.0.0\"}\n  environment_input_type: Inputs\n  types:\n    Inputs:\n      type: object\n      \
                      properties:\n        note: {type: string, default: none}\n";
const MANIFEST: &str = "infrastructure:\n  templates:\n    - {file: cloudformation.yaml, rendering_engine: jinja, template_language: cloudformation}\n";
const READS: &str = "environment.outputs.";

/// Writes the environment bundles that these services name and the catalogue lacks.
pub fn missing(catalogue: &Catalogue, services: &[&Service], folder: &Path) -> Result<Vec<Environment>> {
    let named: BTreeSet<&String> = services.iter().flat_map(|service| &service.compatible).collect();
    let lacking = named.into_iter().filter(|name| catalogue.environment(name).is_none());
    lacking
        .map(|name| {
            let readers = services.iter().filter(|service| service.compatible.contains(name));
            let mut outputs = BTreeMap::new();
            for service in readers {
                outputs.extend(outputs_for(service)?);
            }
            write(&folder.join("environments").join(name), name, &outputs)
        })
        .collect()
}

/// Every output that the service's templates read, with the value that its sample names, or else one of its own.
fn outputs_for(service: &Service) -> Result<BTreeMap<String, String>> {
    let sample = std::fs::read_to_string(service.folder.join("spec/sample-outputs.yaml")).unwrap_or_default();
    let sample: Value = serde_yaml::from_str(&sample)?;
    let value = |name: &String| {
        let named = sample.pointer(&format!("/environment/{name}")).and_then(Value::as_str);
        named.map_or_else(|| format!("made-{name}"), str::to_owned)
    };
    let mut texts = service.template("instance_infrastructure")?;
    if service.has_pipeline {
        texts.push_str(&service.template("pipeline_infrastructure")?);
    }
    Ok(read_names(&texts).into_iter().map(|name| (name.clone(), value(&name))).collect())
}

fn read_names(text: &str) -> BTreeSet<String> {
    let word = |rest: &str| rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect();
    text.split(READS).skip(1).map(word).collect()
}

fn write(folder: &Path, name: &str, outputs: &BTreeMap<String, String>) -> Result<Environment> {
    let outputs: BTreeMap<&String, Value> = outputs.iter().map(|(name, value)| (name, json!({"Value": value}))).collect();
    let template = json!({
        "Resources": {"Marker": {"Type": "AWS::CloudFormation::WaitConditionHandle"}},
        "Outputs": outputs,
    });
    std::fs::create_dir_all(folder.join("schema"))?;
    std::fs::create_dir_all(folder.join("infrastructure"))?;
    std::fs::write(folder.join("schema/schema.yaml"), SCHEMA)?;
    std::fs::write(folder.join("infrastructure/manifest.yaml"), MANIFEST)?;
    std::fs::write(folder.join("infrastructure/cloudformation.yaml"), format!("{template:#}\n"))?;
    let spec = "proton: EnvironmentSpec\nspec: {}\n".to_owned();
    Ok(Environment { name: name.to_owned(), folder: folder.to_owned(), spec })
}

#[test]
fn every_output_that_is_read_is_found() {
    let text = "{{environment.outputs.VPC}} '{{ environment.outputs.Sub_1 }}' {{environment.outputs.VPC}}";
    assert_eq!(read_names(text), ["Sub_1", "VPC"].map(str::to_owned).into());
}

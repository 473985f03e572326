//! The service template of the stories about services. It depends on the environment `base`.

use std::path::Path;

use anyhow::Result;

use crate::system::System;

/// The template's name.
pub const TEMPLATE: &str = "shop-service";

const MANIFEST: &str = "infrastructure:\n  templates:\n    - file: cloudformation.yaml\n      rendering_engine: jinja\n      \
                        template_language: cloudformation\n";

const SCHEMA: &str = r#"schema:
  format: {openapi: "3.0.0"}
  service_input_type: ServiceInput
PIPELINE  types:
    ServiceInput:
      type: object
      properties:
        size: {type: integer, default: 1, minimum: 1}
    PipelineInput:
      type: object
      properties:
        branch: {type: string, default: main}
"#;

const INSTANCE: &str = r#"Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: "{{ service_instance.name }} of size {{ service_instance.inputs.size }}"
Outputs:
  Size:
    Value: "{{ service_instance.inputs.size }}"
{% if service_instance.components.default.outputs %}
  Width:
    Value: "{{ service_instance.components.default.outputs.Width }}"
{% endif %}
"#;

const PIPELINE: &str = r#"Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: "{{ pipeline.inputs.branch }}"
Outputs:
  Branch:
    Value: "{{ pipeline.inputs.branch }}"
  Instances:
    Value: "{{ service_instances | map(attribute='name') | join(' ') }}"
"#;

/// Registers the template with a pipeline.
pub async fn with_pipeline(system: &System) -> Result<()> {
    let folder = system.folder.path().join("with-pipeline");
    part(&folder, "instance_infrastructure", INSTANCE)?;
    part(&folder, "pipeline_infrastructure", PIPELINE)?;
    register(system, &folder, "  pipeline_input_type: PipelineInput\n").await
}

/// Registers the template without one.
pub async fn without_pipeline(system: &System) -> Result<()> {
    let folder = system.folder.path().join("without-pipeline");
    part(&folder, "instance_infrastructure", INSTANCE)?;
    register(system, &folder, "").await
}

fn part(folder: &Path, name: &str, template: &str) -> Result<()> {
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("manifest.yaml"), MANIFEST)?;
    Ok(std::fs::write(folder.join("cloudformation.yaml"), template)?)
}

async fn register(system: &System, folder: &Path, pipeline: &str) -> Result<()> {
    std::fs::create_dir_all(folder.join("schema"))?;
    std::fs::write(folder.join("schema/schema.yaml"), SCHEMA.replace("PIPELINE", pipeline))?;
    let path = folder.display().to_string();
    let args = ["register", &path, "--template", TEMPLATE, "--kind", "service", "--compatible", "team-environment:1"];
    system.engine.command(&[args.as_slice(), &["--component-sources", "--publish"]].concat()).await?.ok().map(drop)
}

/// The manifest of a component.
pub fn component_manifest() -> &'static str {
    MANIFEST
}

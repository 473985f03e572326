//! Small bundles, as archives that template versions can be made from.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

const SCHEMA: &str = "\
schema:
  format:
    openapi: 3.0.0
  environment_input_type: Network
  types:
    Network:
      type: object
      properties:
        cidr: {type: string, default: 10.0.0.0/16}
";

const MANIFEST: &str = "\
infrastructure:
  templates:
    - file: cloudformation.yaml
      rendering_engine: jinja
      template_language: cloudformation
";

const TEMPLATE: &str = "\
Resources:
  Network:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: {{ environment.inputs.cidr }}}
Outputs:
  NetworkId:
    Value: !Ref Network
  Cidr:
    Value: '{{ environment.inputs.cidr }}'
";

/// A spec that the bundle's schema accepts.
pub const SPEC: &str = "proton: EnvironmentSpec\nspec: {cidr: 10.1.0.0/16}\n";

/// Another one.
pub const OTHER_SPEC: &str = "proton: EnvironmentSpec\nspec: {cidr: 10.2.0.0/16}\n";

const SERVICE_SCHEMA: &str = "\
schema:
  format:
    openapi: 3.0.0
  service_input_type: Service
  pipeline_input_type: Pipeline
  types:
    Service:
      type: object
      properties:
        port: {type: integer, default: 80}
    Pipeline:
      type: object
      properties:
        command: {type: string, default: make}
";

const INSTANCE: &str = "\
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: '{{ service.name }} {{ service_instance.inputs.port }} {{ environment.outputs.Cidr }}'}
Outputs:
  Port:
    Value: '{{ service_instance.inputs.port }}'
";

const PIPELINE: &str = "\
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: '{{ pipeline.inputs.command }}{% for one in service_instances %} {{ one.name }}{% endfor %}'}
";

/// The archive of an environment template.
pub fn archive() -> Vec<u8> {
    packed(&[
        ("schema/schema.yaml", SCHEMA),
        ("infrastructure/manifest.yaml", MANIFEST),
        ("infrastructure/cloudformation.yaml", TEMPLATE),
    ])
}

/// The archive of a service template with a pipeline.
pub fn service_archive() -> Vec<u8> {
    packed(&[
        ("schema/schema.yaml", SERVICE_SCHEMA),
        ("instance_infrastructure/manifest.yaml", MANIFEST),
        ("instance_infrastructure/cloudformation.yaml", INSTANCE),
        ("pipeline_infrastructure/manifest.yaml", MANIFEST),
        ("pipeline_infrastructure/cloudformation.yaml", PIPELINE),
    ])
}

/// A gzip-compressed tar archive.
fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    let mut gzip = tar.into_inner().unwrap();
    gzip.flush().unwrap();
    gzip.finish().unwrap()
}

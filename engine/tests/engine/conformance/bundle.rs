//! A small environment bundle, as an archive that a template version can be made from.

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

/// The gzip-compressed tar archive.
pub fn archive() -> Vec<u8> {
    let files = [
        ("schema/schema.yaml", SCHEMA),
        ("infrastructure/manifest.yaml", MANIFEST),
        ("infrastructure/cloudformation.yaml", TEMPLATE),
    ];
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

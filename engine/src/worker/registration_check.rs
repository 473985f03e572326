//! The check of a new version's bundle, from its bytes to a decision. Pure.

use sha2::{Digest as _, Sha256};

use crate::bundle::archive::{self, Limits};
use crate::bundle::{Bundle, Schema, TemplateKind, schema};
use crate::domain::template_version::Registration;
use crate::domain::version::VersionNumber;

/// What a bundle is checked against.
pub struct Expected<'a> {
    /// The template's kind.
    pub kind: TemplateKind,
    /// Whether the template is customer managed.
    pub customer_managed: bool,
    /// Number and schema text of the earlier minor versions of the same major.
    pub earlier: &'a [(VersionNumber, String)],
}

/// Accepts or refuses a bundle. The reason names the file, and where it can the line.
pub fn register(bytes: &[u8], expected: &Expected<'_>) -> Registration {
    match check(bytes, expected) {
        Ok(schema_text) => Registration::Accepted { schema_text, bundle: hex::encode(Sha256::digest(bytes)) },
        Err(reason) => Registration::Refused(reason),
    }
}

fn check(bytes: &[u8], expected: &Expected<'_>) -> Result<String, String> {
    let files = archive::unpack(bytes, &Limits::default()).map_err(|error| error.to_string())?;
    let bundle = Bundle::check(expected.kind, expected.customer_managed, files).map_err(|error| error.to_string())?;
    for (number, text) in expected.earlier {
        compatible(*number, text, &bundle.schema)?;
    }
    Ok(bundle.schema.text)
}

/// A schema that an older engine accepted and this one cannot read says nothing about the new one.
fn compatible(number: VersionNumber, text: &str, next: &Schema) -> Result<(), String> {
    let Ok(previous) = Schema::parse(text) else {
        return Ok(());
    };
    schema::compatible(&previous, next).map_err(|complaints| {
        format!("{}: not backward compatible with version {number}: {}", archive::SCHEMA_FILE, complaints.join("; "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Files;
    use std::collections::BTreeMap;

    const SCHEMA: &str = "\
schema:
  format:
    openapi: \"3.0.0\"
  environment_input_type: \"In\"
  types:
    In:
      type: object
      properties:
        cidr:
          type: string
          default: 10.0.0.0/16
";
    const MANIFEST: &str = "\
infrastructure:
  templates:
    - file: cloudformation.yaml
      rendering_engine: jinja
      template_language: cloudformation
";

    fn pack(schema: &str, manifest: &str) -> Vec<u8> {
        let files = [
            ("schema/schema.yaml", schema),
            ("infrastructure/manifest.yaml", manifest),
            ("infrastructure/cloudformation.yaml", "Resources: {}\n"),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        archive::pack_files(&Files(BTreeMap::from(files))).unwrap()
    }

    fn refusal(bytes: &[u8], earlier: &[(VersionNumber, String)]) -> String {
        let expected = Expected { kind: TemplateKind::Environment, customer_managed: false, earlier };
        match register(bytes, &expected) {
            Registration::Refused(reason) => reason,
            Registration::Accepted { .. } => String::new(),
        }
    }

    #[test]
    fn a_good_bundle_is_accepted_with_its_schema_as_it_stands() {
        let expected = Expected { kind: TemplateKind::Environment, customer_managed: false, earlier: &[] };
        let bytes = pack(SCHEMA, MANIFEST);
        let Registration::Accepted { schema_text, bundle } = register(&bytes, &expected) else {
            panic!("refused: {}", refusal(&bytes, &[]));
        };
        assert_eq!(schema_text, SCHEMA);
        assert_eq!(bundle, hex::encode(Sha256::digest(&bytes)));
    }

    #[test]
    fn the_reason_names_the_file_and_the_line() {
        let broken = SCHEMA.replace("type: object", "type: [object");
        let reason = refusal(&pack(&broken, MANIFEST), &[]);
        assert!(reason.starts_with("schema/schema.yaml:"), "{reason}");
        let reason = refusal(&pack(SCHEMA, &MANIFEST.replace("jinja", "mustache")), &[]);
        assert!(reason.starts_with("infrastructure/manifest.yaml"), "{reason}");
        assert!(!refusal(b"not an archive", &[]).is_empty());
    }

    #[test]
    fn a_minor_version_must_be_compatible_with_every_earlier_one() {
        let one = VersionNumber { major: 1, minor: 0 };
        let earlier = [(one, SCHEMA.to_owned())];
        assert_eq!(refusal(&pack(SCHEMA, MANIFEST), &earlier), "");
        let renamed = SCHEMA.replace("cidr:", "range:");
        let reason = refusal(&pack(&renamed, MANIFEST), &earlier);
        assert!(reason.contains("version 1.0") && reason.contains("cidr"), "{reason}");
    }
}

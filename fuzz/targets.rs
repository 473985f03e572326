//! What is fuzzed: one function for each way in which text of strangers comes in. A panic is a find; so is a broken
//! promise, which each function asserts. The fuzzer calls them with what it invents, a test with the committed corpora.

use std::io::Write as _;

use http::{HeaderMap, HeaderName, HeaderValue};
use proton_engine::bundle::archive::{self, Limits as ArchiveLimits};
use proton_engine::bundle::spec::{EnvironmentSpec, ServiceSpec};
use proton_engine::bundle::{Bundle, InputKind, Schema, TemplateKind};
use proton_engine::http::sigv4::{Identity, RequestParts, verify};
use proton_engine::render::{Limits, render};
use proton_model::{Operation, Request, RequestVisitor, describe};

/// Stands in the values that a template gets; no message may show it.
const SECRET: &str = "S3NS1T1V3";

/// Header lines up to an empty line, then a body: nothing that was not signed with the secret verifies, and no body makes
/// the parser of any operation panic.
pub fn request(data: &[u8]) {
    let end = data.windows(2).position(|pair| pair == b"\n\n").unwrap_or(data.len());
    let (head, body) = (data.get(..end).unwrap_or_default(), data.get(end + 2..).unwrap_or_default());
    let mut headers = HeaderMap::new();
    for line in head.split(|byte| *byte == b'\n') {
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let name = HeaderName::from_bytes(line.get(..colon).unwrap_or_default());
        let value = HeaderValue::from_bytes(line.get(colon + 1..).unwrap_or_default().trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    let parts = RequestParts { method: "POST", path: "/", query: None, headers: &headers, body };
    let lookup = |_: &str| Some(Identity { secret: "secret-of-the-fuzzer-0123456789", caller: () });
    let now = "2026-03-04T05:06:07Z".parse().unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    assert!(verify(&parts, "eu-west-1", lookup, now).is_err(), "a signature was guessed");
    for operation in Operation::ALL {
        operation.visit(Body(body));
    }
}

struct Body<'a>(&'a [u8]);

impl RequestVisitor for Body<'_> {
    type Output = ();

    fn visit<R: Request>(self) {
        if let Ok(request) = serde_json::from_slice::<R>(self.0) {
            describe(&request.violations());
            assert!(serde_json::to_vec(&request).is_ok(), "what was read can be written");
        }
    }
}

/// A spec document of either kind: what is read nests no deeper than is promised.
pub fn spec(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(spec) = EnvironmentSpec::parse(text) {
        assert!(depth(&serde_json::Value::Object(spec.inputs)) <= 32);
    }
    if let Ok(spec) = ServiceSpec::parse(text) {
        for instance in spec.instances {
            assert!(depth(&serde_json::Value::Object(instance.inputs)) <= 32);
        }
    }
}

fn depth(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        serde_json::Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// A schema, then a spec behind an empty line: every schema that is accepted can validate anything.
pub fn schema(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (text, spec) = text.split_once("\n\n").unwrap_or((text, "proton: EnvironmentSpec\nspec: {a: 1, b: [x]}\n"));
    let Ok(schema) = Schema::parse(text) else { return };
    let supplied = EnvironmentSpec::parse(spec).map(|spec| spec.inputs).unwrap_or_default();
    for kind in InputKind::ALL {
        if let Some(input) = schema.inputs(kind) {
            let supplied = serde_json::Value::Object(supplied.clone());
            let _ = input.validate(&supplied);
            assert!(input.with_defaults(supplied).is_object());
        }
    }
}

/// An archive, as it stands and as the content of a gzip stream: what is unpacked stays within the limits and the folder.
pub fn bundle(data: &[u8]) {
    let limits = ArchiveLimits { unpacked_bytes: 1 << 20, ..ArchiveLimits::default() };
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let packed = packed.write_all(data).and_then(|()| packed.finish()).unwrap_or_default();
    for bytes in [data, &packed] {
        let Ok(files) = archive::unpack(bytes, &limits) else { continue };
        assert!(files.paths().all(|path| !path.starts_with('/') && path.split('/').all(|part| part != "..")));
        for kind in [TemplateKind::Environment, TemplateKind::Service] {
            let _ = Bundle::check(kind, false, files.clone());
        }
    }
}

/// A template: it ends within its limits, prints the same twice, and no message shows a value.
pub fn template(data: &[u8]) {
    let Ok(source) = std::str::from_utf8(data) else { return };
    let limits = Limits { source_bytes: 1 << 14, output_bytes: 1 << 16, fuel: 20_000, ..Limits::default() };
    let context = serde_json::json!({
        "environment": {"name": "prod", "inputs": {"text": SECRET, "list": [SECRET, 1, 2.5, null], "map": {"a": true}}, "outputs": {"Id": SECRET}},
        "service": {"name": "shop"},
    });
    match render(source, "t.yaml", &context, &limits) {
        Ok(text) => {
            assert!(text.len() <= limits.output_bytes);
            assert_eq!(render(source, "t.yaml", &context, &limits), Ok(text));
        }
        Err(error) => assert!(source.contains(SECRET) || !error.to_string().contains(SECRET), "{error}"),
    }
}

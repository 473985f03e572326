//! Bundles as found in the wild: they check, their specs validate, their archives unpack; hostile archives do not.
//!
//! The real bundles lie in a folder beside the repository (or in `PROTON_SHARED`); without it those tests are
//! skipped.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests, which clippy does not take for tests")]

use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use proton_engine::bundle::archive::{Limits, pack, pack_files, read_folder, unpack};
use proton_engine::bundle::spec::{EnvironmentSpec, ServiceSpec};
use proton_engine::bundle::{Bundle, Fault, Files, InputKind, TemplateKind};
use rstest::rstest;
use serde_json::Value;
use tar::{Builder, EntryType, Header};

/// The folder with the real bundles.
fn bundles() -> Option<PathBuf> {
    let from = |root: &Path| Some(root.join("bundles")).filter(|dir| dir.is_dir());
    if let Some(root) = std::env::var_os("PROTON_SHARED") {
        return from(Path::new(&root));
    }
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().find_map(|dir| from(&dir.join("shared")));
    if found.is_none() {
        println!("skipped: the folder with real bundles is not here; set PROTON_SHARED");
    }
    found
}

/// Every folder below the real bundles that has a schema.
fn all_bundles() -> Vec<PathBuf> {
    let groups = ["environments", "services", "checker"];
    let groups = bundles().into_iter().flat_map(|root| groups.map(|group| root.join(group)));
    let mut found: Vec<PathBuf> = groups
        .flat_map(|group| std::fs::read_dir(group).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|dir| dir.join("schema/schema.yaml").is_file())
        .collect();
    found.sort();
    found
}

fn read(dir: &Path) -> Files {
    read_folder(dir, &Limits::default()).unwrap()
}

fn check(files: Files) -> Bundle {
    let kind = TemplateKind::guess(&files);
    let without_pipeline = kind == TemplateKind::Service && !files.has_folder("pipeline_infrastructure");
    Bundle::check(kind, without_pipeline, files).unwrap()
}

#[test]
fn every_real_bundle_checks() {
    let dirs = all_bundles();
    for dir in &dirs {
        let bundle = check(read(dir));
        let part = bundle.infrastructure.as_ref().unwrap();
        let source = bundle.cloudformation(part).unwrap();
        assert!(source.text.contains("Resources:"), "{}", dir.display());
        let old_name = dir.ends_with("checker/valid_env_template") || dir.parent().unwrap().ends_with("checker");
        assert_eq!(bundle.warnings.iter().any(|warning| warning.contains("old name")), old_name, "{:?}", bundle.warnings);
    }
    assert!(dirs.is_empty() || dirs.len() == 15, "{dirs:?}");
}

#[test]
fn every_real_spec_validates_and_unknown_inputs_pass() {
    let mut unknown = 0;
    for dir in all_bundles() {
        let Ok(text) = std::fs::read_to_string(dir.join("spec/spec.yaml")) else {
            continue;
        };
        let bundle = check(read(&dir));
        let inputs = match bundle.kind {
            TemplateKind::Environment => {
                let spec = EnvironmentSpec::parse(&text).unwrap();
                vec![(InputKind::Environment, spec.inputs)]
            }
            TemplateKind::Service => {
                let spec = ServiceSpec::parse(&text).unwrap();
                assert_eq!(spec.instances.len(), 1);
                let instances = spec.instances.into_iter().map(|entry| (InputKind::Service, entry.inputs));
                let pipeline = spec.pipeline.map(|inputs| (InputKind::Pipeline, inputs));
                instances.chain(pipeline.filter(|_| bundle.pipeline.is_some())).collect()
            }
        };
        for (kind, supplied) in inputs {
            let input = bundle.schema.inputs(kind).unwrap();
            let supplied_names: Vec<String> = supplied.keys().cloned().collect();
            assert_eq!(input.validate(&Value::Object(supplied.clone())), Ok(()), "{}", dir.display());
            let known = input.with_defaults(Value::Object(serde_json::Map::new()));
            unknown += supplied_names.iter().filter(|name| known.get(name.as_str()).is_none()).count();
            let filled = input.with_defaults(Value::Object(supplied));
            assert!(supplied_names.iter().all(|name| filled.get(name).is_some()));
        }
    }
    assert!(bundles().is_none() || unknown > 0, "the samples carry inputs that their schemas do not know");
}

#[test]
fn required_inputs_with_defaults_need_no_spec() {
    let Some(root) = bundles() else { return };
    let bundle = check(read(&root.join("environments/jungle")));
    let input = bundle.schema.inputs(InputKind::Environment).unwrap();
    let none = serde_json::json!({});
    assert_eq!(input.validate(&none), Ok(()));
    let filled = input.with_defaults(none);
    let names: Vec<&str> = filled.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["vpc_cidr", "public_subnet1_cidr", "public_subnet2_cidr", "private_subnet1_cidr", "private_subnet2_cidr"]);
    assert_eq!(filled["vpc_cidr"], "10.0.0.0/16");
}

#[test]
fn real_bundles_survive_packing() {
    for dir in all_bundles() {
        let packed = pack(&dir).unwrap();
        assert_eq!(packed, pack(&dir).unwrap(), "packing is deterministic");
        assert_eq!(unpack(&packed, &Limits::default()).unwrap(), read(&dir));
    }
}

#[test]
fn service_bundles_are_refused_where_the_pipeline_does_not_fit() {
    let Some(root) = bundles() else { return };
    let files = read(&root.join("services/backend-fargate-svc"));
    let error = Bundle::check(TemplateKind::Service, true, files.clone()).unwrap_err();
    assert_eq!((error.fault, error.file.as_deref()), (Fault::Layout, Some("pipeline_infrastructure/")));
    let error = Bundle::check(TemplateKind::Environment, false, files).unwrap_err();
    assert_eq!(error.file.as_deref(), Some("infrastructure/manifest.yaml"));
}

const SCHEMA: &str = "schema:\n  format: {openapi: \"3.0.0\"}\n  service_input_type: T\n  types: {T: {type: object}}\n";
const MANIFEST: &str =
    "infrastructure:\n  templates:\n    - {file: a.yaml, rendering_engine: jinja, template_language: cloudformation}\n";

#[test]
fn a_service_schema_without_pipeline_type_says_so_with_its_place() {
    let files = Files::from([
        ("schema/schema.yaml", SCHEMA),
        ("instance_infrastructure/manifest.yaml", MANIFEST),
        ("instance_infrastructure/a.yaml", "x"),
        ("pipeline_infrastructure/manifest.yaml", MANIFEST),
        ("pipeline_infrastructure/a.yaml", "x"),
    ]);
    let error = Bundle::check(TemplateKind::Service, false, files).unwrap_err();
    let text = error.to_string();
    let wanted = "schema/schema.yaml:1: schema: Service template schema is not valid: Missing property [pipelineInputType]. Write `pipeline_input_type: \"<name of a type>\"`";
    assert!(text.starts_with(wanted), "{text}");
}

#[rstest]
#[case::terraform("{file: \"*\", rendering_engine: hcl, template_language: terraform}", "hcl")]
#[case::codebuild("{rendering_engine: codebuild, settings: {provision: [make], deprovision: [make clean]}}", "codebuild")]
fn other_engines_register(#[case] entry: &str, #[case] engine: &str) {
    let manifest = format!("infrastructure:\n  templates:\n    - {entry}\n");
    let schema = SCHEMA.replace("service_input_type", "environment_input_type");
    let files = Files::from([
        ("schema/schema.yaml", schema.as_str()),
        ("infrastructure/manifest.yaml", &manifest),
        ("infrastructure/main.tf", ""),
    ]);
    let bundle = Bundle::check(TemplateKind::Environment, false, files).unwrap();
    let part = bundle.infrastructure.as_ref().unwrap();
    assert_eq!(part.manifest.engine().name(), engine);
    assert!(bundle.cloudformation(part).is_none());
}

// Archives.

/// A tar stream out of (name as written into the header, type, content).
fn tar_of(entries: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (name, kind, content) in entries {
        let mut header = Header::new_gnu();
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_mode(0o600);
        header.set_size(content.len() as u64);
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn unpacked(entries: &[(&str, EntryType, &[u8])]) -> Result<Vec<String>, String> {
    let files = unpack(&gzip(&tar_of(entries)), &Limits::default()).map_err(|error| error.to_string())?;
    Ok(files.paths().map(str::to_owned).collect())
}

const FILE: EntryType = EntryType::Regular;
const DIR: EntryType = EntryType::Directory;

#[rstest]
#[case::at_root(&[("schema/schema.yaml", FILE), ("infrastructure/x", FILE)])]
#[case::dot(&[("./", DIR), ("./schema/", DIR), ("./schema/schema.yaml", FILE), ("./infrastructure/x", FILE)])]
#[case::slash(&[("/schema/schema.yaml", FILE), ("/infrastructure/x", FILE)])]
#[case::top_folder(&[("environment/", DIR), ("environment/schema/schema.yaml", FILE), ("environment/infrastructure/x", FILE)])]
#[case::dot_and_top_folder(&[("./v1/schema/schema.yaml", FILE), ("./v1/infrastructure/x", FILE), ("./README.md", FILE)])]
#[case::from_a_mac(&[("._schema", FILE), ("schema/._schema.yaml", FILE), ("schema/schema.yaml", FILE), ("infrastructure/x", FILE)])]
#[case::from_git_archive(&[("pax_global_header", EntryType::XGlobalHeader), ("schema/schema.yaml", FILE), ("infrastructure/x", FILE)])]
fn shapes_of_the_wild_unpack(#[case] names: &[(&str, EntryType)]) {
    let entries: Vec<(&str, EntryType, &[u8])> = names.iter().map(|(name, kind)| (*name, *kind, &b""[..])).collect();
    assert_eq!(unpacked(&entries).unwrap(), ["infrastructure/x", "schema/schema.yaml"]);
}

#[rstest]
#[case::climbing(("../evil", FILE), "`..`")]
#[case::climbing_inside(("schema/../../evil", FILE), "`..`")]
#[case::twice_absolute(("//etc/passwd", FILE), "absolute path")]
#[case::symlink(("schema/link", EntryType::Symlink), "a symbolic link")]
#[case::hard_link(("schema/link", EntryType::Link), "a hard link")]
#[case::device(("schema/null", EntryType::Char), "a device")]
#[case::block_device(("schema/sda", EntryType::Block), "a device")]
#[case::pipe(("schema/pipe", EntryType::Fifo), "a named pipe")]
#[case::twice(("schema/schema.yaml", FILE), "twice")]
#[case::file_as_folder(("schema", FILE), "both as a file and as a folder")]
#[case::control_character(("schema/a\nb", FILE), "control character")]
fn hostile_entries_are_refused(#[case] entry: (&str, EntryType), #[case] cause: &str) {
    let text = unpacked(&[("schema/schema.yaml", FILE, b"x"), (entry.0, entry.1, b"")]).unwrap_err();
    assert!(text.contains(cause), "{text}");
}

#[test]
fn archives_over_a_limit_are_refused() {
    let limits = Limits { compressed_bytes: 4000, unpacked_bytes: 100_000, entries: 3, path_bytes: 50 };
    let entry = ("schema/schema.yaml", FILE, &b""[..]);
    let refused = |bytes: &[u8]| unpack(bytes, &limits).unwrap_err().to_string();
    assert!(refused(&[0; 4001]).contains("the bundle has 4001 bytes; at most 4000 are allowed"));
    let zeros = vec![0; 200_000];
    assert!(refused(&gzip(&tar_of(&[("big", FILE, &zeros)]))).contains("more than 100000 bytes"));
    let mut padded = tar_of(&[entry]);
    padded.resize(200_000, 0);
    assert!(refused(&gzip(&padded)).contains("more than 100000 bytes"), "padding counts too");
    let many: Vec<_> = ["a", "b", "c", "d"].iter().map(|name| (*name, DIR, &b""[..])).collect();
    assert!(refused(&gzip(&tar_of(&many))).contains("more than 3 files"));
    let long = "x".repeat(51);
    assert!(refused(&gzip(&tar_of(&[(&long, FILE, b"")]))).contains("at most 50"));
}

/// A kilobyte that unpacks to a gigabyte must cost no more than the limit.
#[test]
fn bombs_stop_early() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let mut header = Header::new_gnu();
    header.set_path("bomb").unwrap();
    header.set_size(1 << 30);
    header.set_cksum();
    encoder.write_all(header.as_bytes()).unwrap();
    let block = vec![0; 1 << 20];
    for _ in 0..128 {
        encoder.write_all(&block).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 1 << 20);
    let began = std::time::Instant::now();
    let error = unpack(&bomb, &Limits { unpacked_bytes: 8 << 20, ..Limits::default() }).unwrap_err();
    assert!(error.cause.contains("more than 8388608 bytes"), "{error}");
    assert!(began.elapsed().as_secs() < 10);
}

#[rstest]
#[case::empty(b"")]
#[case::text(b"not an archive")]
#[case::gzip_of_text(&gzip(b"not a tar archive, but long enough for nothing"))]
#[case::zip(b"PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
fn what_is_no_archive_is_refused(#[case] bytes: &[u8]) {
    let error = unpack(bytes, &Limits::default()).unwrap_err();
    assert!(matches!(error.fault, Fault::Archive | Fault::Layout), "{error}");
    assert!(!error.cause.is_empty());
}

#[test]
fn damaged_archives_are_refused() {
    let packed = pack_files(&Files::from([("schema/schema.yaml", SCHEMA)])).unwrap();
    for cut in [1, 5, 9, packed.len() / 2] {
        assert!(unpack(&packed[..packed.len() - cut], &Limits::default()).is_err(), "{cut} bytes cut off");
    }
    let mut flipped = packed.clone();
    let checksum = packed.len() - 6;
    flipped[checksum] ^= 1;
    assert!(unpack(&flipped, &Limits::default()).is_err(), "gzip's checksum is verified");
}

#[cfg(unix)]
#[test]
fn folders_with_links_are_not_packed() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("schema")).unwrap();
    std::fs::write(dir.path().join("schema/schema.yaml"), SCHEMA).unwrap();
    std::fs::create_dir_all(dir.path().join(".git")).unwrap();
    std::fs::write(dir.path().join(".git/HEAD"), "x").unwrap();
    assert_eq!(read(dir.path()).paths().collect::<Vec<_>>(), ["schema/schema.yaml"]);
    std::os::unix::fs::symlink("/etc/passwd", dir.path().join("schema/link")).unwrap();
    assert_eq!(pack(dir.path()).unwrap_err().file.as_deref(), Some("schema/link"));
    assert_eq!(pack(&dir.path().join("nowhere")).unwrap_err().fault, Fault::Io);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn unpacking_random_bytes_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
        let limits = Limits { unpacked_bytes: 1 << 20, ..Limits::default() };
        let _ = unpack(&bytes, &limits);
        let _ = unpack(&gzip(&bytes), &limits);
    }

    #[test]
    fn unpacking_mutated_archives_never_panics(
        changes in proptest::collection::vec((0_usize..4096, any::<u8>()), 1..6),
        fix_checksum in any::<bool>(),
    ) {
        let mut bytes = tar_of(&[
            ("schema/schema.yaml", FILE, SCHEMA.as_bytes()),
            ("infrastructure/manifest.yaml", FILE, MANIFEST.as_bytes()),
        ]);
        let length = bytes.len();
        for (place, value) in changes {
            bytes[place % length] = value;
        }
        if fix_checksum {
            let mut header = Header::new_old();
            header.as_mut_bytes().copy_from_slice(&bytes[..512]);
            header.set_cksum();
            bytes[..512].copy_from_slice(header.as_bytes());
        }
        let limits = Limits { unpacked_bytes: 1 << 20, ..Limits::default() };
        if let Ok(files) = unpack(&gzip(&bytes), &limits) {
            prop_assert!(files.paths().all(|path| !path.starts_with('/') && !path.split('/').any(|part| part == "..")));
            let _ = Bundle::check(TemplateKind::Environment, false, files);
        }
    }

    #[test]
    fn parsing_any_text_never_panics(text in "\\PC{0,200}|[a-z:\\-\\[\\]{}&*!#\n ]{0,200}") {
        let _ = EnvironmentSpec::parse(&text);
        let _ = ServiceSpec::parse(&format!("proton: ServiceSpec\n{text}"));
        let _ = proton_engine::bundle::Schema::parse(&text);
        let _ = proton_engine::bundle::Manifest::parse(&text);
    }
}

//! Replays the corpora of the fuzzer, which hold its seeds and what it found.

#![allow(clippy::unwrap_used, reason = "helpers of tests, which clippy does not take for tests")]

use std::path::Path;

#[path = "../../../fuzz/targets.rs"]
mod targets;

fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 4, "{target} has {} files", files.len());
    for file in files {
        let data = std::fs::read(&file).unwrap();
        println!("{}", file.display());
        run(&data);
    }
}

#[test]
fn requests() {
    replay("request", targets::request);
}

#[test]
fn specs() {
    replay("spec", targets::spec);
}

#[test]
fn schemas() {
    replay("schema", targets::schema);
}

#[test]
fn bundles() {
    replay("bundle", targets::bundle);
}

#[test]
fn templates() {
    replay("template", targets::template);
}

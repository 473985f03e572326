//! The committed objects in every state are what the plans say now; `UPDATE_FIXTURES=1 cargo test fixtures` writes them anew.

use std::path::PathBuf;

use crate::plan::table::fixtures::files;

/// Found from this file, because the crate may be built elsewhere.
fn folder() -> PathBuf {
    let here = PathBuf::from(file!());
    let here = if here.is_absolute() { here } else { PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(here) };
    here.ancestors().nth(3).expect("src/reconcile/fixtures.rs lies three levels deep").join("tests/gitops/fixtures")
}

#[test]
fn fixtures_are_what_the_plans_say() {
    for (name, wanted) in files() {
        let path = folder().join(name);
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            std::fs::write(&path, &wanted).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == wanted, "{} is stale: run `UPDATE_FIXTURES=1 cargo test fixtures`", path.display());
    }
}

//! Everything that the engine keeps is for its owner only.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests, which clippy does not take for tests")]

use std::os::unix::fs::PermissionsExt as _;

use crate::started::Started;

fn mode(path: &std::path::Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn the_data_folder_and_its_files_are_the_owners() {
    let engine = Started::new().await;
    assert_eq!(engine.call("CreateEnvironmentTemplate", r#"{"name": "vpc"}"#).await.status, 200);
    assert_eq!(mode(engine.data()), 0o700);
    let files: Vec<_> = std::fs::read_dir(engine.data()).unwrap().map(|entry| entry.unwrap().path()).collect();
    let names: Vec<_> = files.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
    for wanted in ["proton-engine.sqlite", "proton-engine.sqlite-wal", "lock"] {
        assert!(names.contains(&wanted), "{names:?}");
    }
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
}

//! The directions of dependency that the layout promises.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use proton_rig::workspace;

fn sources(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path)?;
            found.push((path, text));
        }
    }
    Ok(found)
}

fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

#[test]
fn one_file_of_the_operator_names_the_sdk() -> Result<()> {
    let naming: Vec<PathBuf> = sources(&workspace().join("src"))?
        .into_iter()
        .filter(|(_, text)| code_lines(text).any(|line| line.contains("aws_sdk_proton")))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(naming, [workspace().join("src/proton/aws.rs")]);
    Ok(())
}

#[test]
fn the_operator_does_not_depend_on_the_engine_or_the_model() -> Result<()> {
    let manifest = std::fs::read_to_string(workspace().join("Cargo.toml"))?;
    let (_, package) = manifest.split_once("\n[dependencies]").context("Cargo.toml has dependencies")?;
    let (dependencies, _) = package.split_once("\n[dev-dependencies]").context("and dev-dependencies")?;
    assert!(!dependencies.contains("proton-engine") && !dependencies.contains("proton-model"));
    Ok(())
}

#[test]
fn decisions_are_pure() -> Result<()> {
    let root = workspace();
    let forbidden = [
        "tokio",
        "std::fs",
        "std::net",
        "std::env",
        "SystemTime",
        "Instant::now",
        "Timestamp::now",
        "rand::",
        "new_v4",
        "now_v7",
        "async fn",
        "sqlx",
        "kube::Client",
    ];
    for folder in ["engine/src/domain", "src/plan"] {
        let found = sources(&root.join(folder))?;
        assert!(!found.is_empty(), "{folder} is empty");
        for (path, text) in found {
            for line in code_lines(&text) {
                let named = forbidden.iter().find(|word| line.contains(**word));
                assert!(named.is_none(), "{}: {line:?} is not pure", path.display());
            }
        }
    }
    Ok(())
}

#[test]
fn files_stay_small() -> Result<()> {
    let root = workspace();
    for folder in ["src", "engine/src", "model/src", "xtask/src", "tests"] {
        for (path, text) in sources(&root.join(folder))? {
            let generated = path.components().any(|part| part.as_os_str() == "generated");
            let lines = text.lines().count();
            assert!(generated || lines <= 500, "{} has {lines} lines", path.display());
        }
    }
    Ok(())
}

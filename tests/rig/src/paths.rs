//! Where the parts are found, starting from this crate's own place in the workspace.

use std::path::{Path, PathBuf};

/// The workspace's root folder.
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
}

/// A program of this workspace, as the profile of the running test built it.
///
/// `PROTON_BIN` names another folder, such as that of a release build.
pub fn program(name: &str) -> PathBuf {
    match std::env::var_os("PROTON_BIN") {
        Some(folder) => PathBuf::from(folder).join(name),
        None => target().join("debug").join(name),
    }
}

/// A program that `tools/build-kubernetes` made, or the one in `KUBEBUILDER_ASSETS`.
pub fn tool(name: &str) -> PathBuf {
    match std::env::var_os("KUBEBUILDER_ASSETS") {
        Some(folder) => PathBuf::from(folder).join(name),
        None => workspace().join("target/tools").join(name),
    }
}

/// A program of the Python environment that `tools/install-python` made.
pub fn python(name: &str) -> PathBuf {
    workspace().join("target/tools/python/bin").join(name)
}

/// Real template bundles and renderings that are no part of the project; `None` where the machine lacks them.
pub fn shared() -> Option<PathBuf> {
    let folder = match std::env::var_os("PROTON_SHARED") {
        Some(folder) => PathBuf::from(folder),
        None => workspace().parent()?.join("shared"),
    };
    folder.join("bundles").is_dir().then_some(folder)
}

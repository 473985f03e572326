//! Finds and reads the API model.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::model::Model;

/// Where a botocore installation keeps the model, below its `site-packages`.
const FOLDER: &str = "botocore/data/proton/2020-07-20";
/// The model's file names, by preference.
const FILES: [&str; 2] = ["service-2.json.gz", "service-2.json"];

/// The workspace that this program was built from.
pub fn workspace_root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_path_buf()
}

/// The model's file: the one given, the one in the folder given, or the one of the test tools.
pub fn locate(given: Option<&Path>, root: &Path) -> Result<PathBuf> {
    match given {
        Some(path) if path.is_dir() => in_folder(path).with_context(|| missing(path)),
        Some(path) => Ok(path.to_path_buf()),
        None => installed(&root.join("target/tools/python/lib")),
    }
}

fn installed(lib: &Path) -> Result<PathBuf> {
    let mut versions: Vec<PathBuf> = fs::read_dir(lib).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    versions.sort();
    let folders = versions.iter().map(|version| version.join("site-packages").join(FOLDER));
    folders
        .rev()
        .find_map(|folder| in_folder(&folder))
        .with_context(|| format!("no API model below {}; install the test tools or pass --model FILE", lib.display()))
}

fn in_folder(folder: &Path) -> Option<PathBuf> {
    FILES.iter().map(|name| folder.join(name)).find(|path| path.is_file())
}

fn missing(folder: &Path) -> String {
    format!("{} has neither {}", folder.display(), FILES.join(" nor "))
}

/// Reads the model; a name that ends in `.gz` is unpacked.
pub fn read(path: &Path) -> Result<Model> {
    let bytes = fs::read(path).with_context(|| format!("cannot read the API model {}", path.display()))?;
    let json = if path.extension().is_some_and(|extension| extension == "gz") { unpack(&bytes)? } else { bytes };
    let model: Model =
        serde_json::from_slice(&json).with_context(|| format!("{} is not a service description", path.display()))?;
    if model.metadata.target_prefix != "AwsProton20200720" {
        bail!("{} describes {}, not AwsProton20200720", path.display(), model.metadata.target_prefix);
    }
    Ok(model)
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut json = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut json).context("the API model is not gzip data")?;
    Ok(json)
}

//! A bundle that lies in a local folder, for the commands `register`, `check` and `render`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::entry::normal_path;
use super::limits::Limits;
use super::root::strip_root;
use crate::bundle::error::{BundleError, Fault};
use crate::bundle::files::Files;

/// Reads the bundle in `dir`, or in a folder inside it that holds `schema/schema.yaml`.
///
/// `.git` folders are left out. Symbolic links are refused: an archive could not carry them.
pub fn read_folder(dir: &Path, limits: &Limits) -> Result<Files, BundleError> {
    let mut walk = Walk { limits, left: limits.unpacked_bytes, entries: 0, all: BTreeMap::new() };
    walk.folder(dir, "")?;
    strip_root(walk.all)
}

struct Walk<'a> {
    limits: &'a Limits,
    left: usize,
    entries: usize,
    all: BTreeMap<String, Vec<u8>>,
}

impl Walk<'_> {
    fn folder(&mut self, dir: &Path, prefix: &str) -> Result<(), BundleError> {
        for entry in fs::read_dir(dir).map_err(|error| unreadable(dir, &error))? {
            let entry = entry.map_err(|error| unreadable(dir, &error))?;
            let kind = entry.file_type().map_err(|error| unreadable(&entry.path(), &error))?;
            let name = entry.file_name().into_string().map_err(|_| {
                BundleError::whole(Fault::Archive, format!("a name in {} is not UTF-8; rename it", dir.display()))
            })?;
            self.count()?;
            let path = normal_path(format!("{prefix}{name}").as_bytes(), self.limits.path_bytes)?;
            if kind.is_dir() && name != ".git" {
                self.folder(&entry.path(), &format!("{path}/"))?;
            } else if kind.is_file() {
                self.file(&entry.path(), path)?;
            } else if !kind.is_dir() {
                let cause = "is not a plain file; a bundle holds only files and folders: put a copy in its place";
                return Err(BundleError::of_file(Fault::Archive, &path, cause));
            }
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), BundleError> {
        self.entries += 1;
        if self.entries > self.limits.entries {
            let cause = format!("the folder has more than {} files and folders", self.limits.entries);
            return Err(BundleError::whole(Fault::Archive, cause));
        }
        Ok(())
    }

    fn file(&mut self, source: &Path, path: String) -> Result<(), BundleError> {
        let size = fs::metadata(source).map_err(|error| unreadable(source, &error))?.len();
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        self.left = self.left.checked_sub(size).ok_or_else(|| {
            let cause = format!("the folder has more than {} bytes", self.limits.unpacked_bytes);
            BundleError::whole(Fault::Archive, cause)
        })?;
        let bytes = fs::read(source).map_err(|error| unreadable(source, &error))?;
        self.all.insert(path, bytes);
        Ok(())
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> BundleError {
    BundleError::whole(Fault::Io, format!("{} cannot be read: {error}", path.display()))
}

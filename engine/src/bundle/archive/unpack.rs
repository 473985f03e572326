//! Archive to files, in memory and within limits.

use std::collections::BTreeMap;
use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use tar::{Archive, Entry, EntryType};

use super::entry::{is_resource_fork, normal_path};
use super::limits::{Capped, Limits, OverLimit};
use super::root::strip_root;
use crate::bundle::error::{BundleError, Fault};
use crate::bundle::files::Files;

/// Unpacks a bundle archive: its files with the layout root stripped.
///
/// Fails with [`Fault::Archive`] for what is not a gzip-compressed tar file or is over a limit, and with
/// [`Fault::Layout`] when no folder holds `schema/schema.yaml`.
pub fn unpack(tar_gz: &[u8], limits: &Limits) -> Result<Files, BundleError> {
    if tar_gz.len() > limits.compressed_bytes {
        let (size, limit) = (tar_gz.len(), limits.compressed_bytes);
        return Err(refuse(format!(
            "the bundle has {size} bytes; at most {limit} are allowed: leave out what the template does not need"
        )));
    }
    let capped = Capped { inner: MultiGzDecoder::new(tar_gz), left: limits.unpacked_bytes };
    let mut archive = Archive::new(capped);
    let mut all = BTreeMap::new();
    let entries = archive.entries().map_err(|error| unreadable(&error, limits))?;
    for (index, entry) in entries.enumerate() {
        if index >= limits.entries {
            return Err(refuse(format!("the bundle has more than {} files and folders", limits.entries)));
        }
        take(entry.map_err(|error| unreadable(&error, limits))?, limits, &mut all)?;
    }
    // The rest is padding; reading it makes gzip check its own checksum.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(|error| unreadable(&error, limits))?;
    refuse_files_as_folders(&all)?;
    strip_root(all)
}

fn take<R: Read>(mut entry: Entry<'_, R>, limits: &Limits, all: &mut BTreeMap<String, Vec<u8>>) -> Result<(), BundleError> {
    let kind = entry.header().entry_type();
    if kind == EntryType::XGlobalHeader {
        return Ok(());
    }
    let path = normal_path(&entry.path_bytes(), limits.path_bytes)?;
    if kind == EntryType::Directory || is_resource_fork(&path) {
        return Ok(());
    }
    if !matches!(kind, EntryType::Regular | EntryType::Continuous) {
        return Err(refuse(format!("the archive entry `{path}` is {}; only files and folders are allowed", name_of(kind))));
    }
    if path.is_empty() || path.len() > limits.path_bytes {
        return Err(refuse("the archive has a file without a name"));
    }
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes).map_err(|error| unreadable(&error, limits))?;
    match all.insert(path.clone(), bytes) {
        None => Ok(()),
        Some(_) => Err(refuse(format!("the archive has the file `{path}` twice; pack it again"))),
    }
}

/// `a` and `a/b` cannot both be files.
fn refuse_files_as_folders(all: &BTreeMap<String, Vec<u8>>) -> Result<(), BundleError> {
    for path in all.keys() {
        let mut folders = path.match_indices('/').filter_map(|(end, _)| path.get(..end));
        if let Some(folder) = folders.find(|folder| all.contains_key(*folder)) {
            return Err(refuse(format!("the archive has `{folder}` both as a file and as a folder; pack it again")));
        }
    }
    Ok(())
}

fn name_of(kind: EntryType) -> &'static str {
    match kind {
        EntryType::Symlink => "a symbolic link",
        EntryType::Link => "a hard link",
        EntryType::Char | EntryType::Block => "a device",
        EntryType::Fifo => "a named pipe",
        EntryType::GNUSparse => "a sparse file",
        _ => "of an unknown type",
    }
}

fn unreadable(error: &io::Error, limits: &Limits) -> BundleError {
    if error.get_ref().is_some_and(|inner| inner.is::<OverLimit>()) || error.to_string().contains("too large") {
        let limit = limits.unpacked_bytes;
        return refuse(format!("the unpacked bundle has more than {limit} bytes: leave out what the template does not need"));
    }
    refuse(format!("the bundle is not a readable gzip-compressed tar archive ({error}); make one with `tar -czf`"))
}

fn refuse(cause: impl Into<String>) -> BundleError {
    BundleError::whole(Fault::Archive, cause)
}

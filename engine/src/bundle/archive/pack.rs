//! Files to an archive, the same bytes for the same files.

use std::io::Write as _;
use std::path::Path;

use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};

use super::folder::read_folder;
use super::limits::Limits;
use crate::bundle::error::{BundleError, Fault};
use crate::bundle::files::Files;

/// Packs the bundle in `dir` (see [`read_folder`]) as a gzip-compressed tar archive with the layout at its root.
///
/// Deterministic: entries sorted, all times 0, modes 0644, owner 0. So equal folders have equal digests.
pub fn pack(dir: &Path) -> Result<Vec<u8>, BundleError> {
    let limits = Limits::default();
    let bytes = pack_files(&read_folder(dir, &limits)?)?;
    if bytes.len() > limits.compressed_bytes {
        let cause = format!("the packed bundle has {} bytes; at most {} are allowed", bytes.len(), limits.compressed_bytes);
        return Err(BundleError::whole(Fault::Archive, cause));
    }
    Ok(bytes)
}

/// Packs files that are already in memory; see [`pack`].
pub fn pack_files(files: &Files) -> Result<Vec<u8>, BundleError> {
    let failed = |error: std::io::Error| BundleError::whole(Fault::Io, format!("packing failed: {error}"));
    let gzip = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    let mut builder = Builder::new(gzip);
    for (path, bytes) in &files.0 {
        builder.append_data(&mut header(bytes.len()), path, bytes.as_slice()).map_err(failed)?;
    }
    let mut gzip = builder.into_inner().map_err(failed)?;
    gzip.flush().map_err(failed)?;
    gzip.finish().map_err(failed)
}

fn header(size: usize) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_mode(0o644);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(u64::try_from(size).unwrap_or(u64::MAX));
    header
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::archive::unpack;

    #[test]
    fn packing_is_deterministic_and_reversible() {
        let long = format!("infrastructure/{}/x.txt", "d".repeat(150));
        let files = Files::from([("schema/schema.yaml", "a"), (&long, ""), ("b", "text")]);
        let packed = pack_files(&files).unwrap();
        assert_eq!(packed, pack_files(&files).unwrap());
        assert_eq!(unpack(&packed, &Limits::default()).unwrap(), files);
    }
}

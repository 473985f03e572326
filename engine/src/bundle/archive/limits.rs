//! What a bundle may cost, and the reader that enforces it.

use std::io::{self, Read};

/// Upper bounds of one bundle.
///
/// The size limits are those of the AWS Proton User Guide, page "AWS Proton quotas", read as multiples of 1024.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the archive.
    pub compressed_bytes: usize,
    /// Bytes of the tar stream inside it.
    pub unpacked_bytes: usize,
    /// Entries of the archive, folders included.
    pub entries: usize,
    /// Bytes of one path.
    pub path_bytes: usize,
}

impl Default for Limits {
    /// 5 MiB compressed, 64 MiB unpacked, 4,096 entries, paths of 512 bytes.
    fn default() -> Self {
        Self { compressed_bytes: 5 << 20, unpacked_bytes: 64 << 20, entries: 4096, path_bytes: 512 }
    }
}

/// Passes on at most `left` bytes, then fails: a bomb costs no more than the limit.
pub(super) struct Capped<R> {
    pub(super) inner: R,
    pub(super) left: usize,
}

/// The error inside [`io::Error`] when [`Capped`] has run out.
#[derive(Debug, thiserror::Error)]
#[error("the unpacked bundle is too large")]
pub(super) struct OverLimit;

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read).ok_or_else(|| io::Error::other(OverLimit))?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capped_reader_stops_at_its_limit() {
        let mut all = Vec::new();
        Capped { inner: &[7_u8; 10][..], left: 10 }.read_to_end(&mut all).unwrap();
        assert_eq!(all.len(), 10);
        let error = Capped { inner: io::repeat(0), left: 100_000 }.read_to_end(&mut all).unwrap_err();
        assert!(error.get_ref().is_some_and(|inner| inner.is::<OverLimit>()));
    }
}

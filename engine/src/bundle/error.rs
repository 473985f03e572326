//! Why a bundle is refused, with the place to look at.

use std::fmt;

use super::document::DocumentError;

/// The part of a bundle that is wrong: the class of a [`BundleError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The archive itself: not gzip or tar, too large, or an entry that no bundle may hold.
    Archive,
    /// A file or folder that must exist is missing, or one that must not exist is there.
    Layout,
    /// A `manifest.yaml`, or a file that it lists.
    Manifest,
    /// `schema/schema.yaml`.
    Schema,
    /// The local folder could not be read (only when packing or checking a folder).
    Io,
}

/// A bundle was refused: what is wrong, in which file and line, and what to do about it.
///
/// The text names files, keys and limits, never the content of a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct BundleError {
    /// The part of the bundle that is wrong.
    pub fault: Fault,
    /// The file inside the bundle, layout root stripped; `None`: the archive as a whole.
    pub file: Option<String>,
    /// The line in that file, from 1, where the parser could tell.
    pub line: Option<usize>,
    /// What is wrong and how to mend it.
    pub cause: String,
}

impl BundleError {
    /// An error about the bundle as a whole.
    pub fn whole(fault: Fault, cause: impl Into<String>) -> Self {
        Self { fault, file: None, line: None, cause: cause.into() }
    }

    /// An error about one file.
    pub fn of_file(fault: Fault, file: &str, cause: impl Into<String>) -> Self {
        Self { fault, file: Some(file.to_owned()), line: None, cause: cause.into() }
    }

    /// An error at a key of a YAML file.
    pub fn in_document(fault: Fault, file: &str, error: DocumentError) -> Self {
        let cause = error.text();
        Self { fault, file: Some(file.to_owned()), line: error.line, cause }
    }
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{file}:{line}: {}", self.cause),
            (Some(file), None) => write!(f, "{file}: {}", self.cause),
            (None, _) => f.write_str(&self.cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_names_file_and_line() {
        let mut error = BundleError::of_file(Fault::Schema, "schema/schema.yaml", "wrong");
        assert_eq!(error.to_string(), "schema/schema.yaml: wrong");
        error.line = Some(7);
        assert_eq!(error.to_string(), "schema/schema.yaml:7: wrong");
        assert_eq!(BundleError::whole(Fault::Archive, "empty").to_string(), "empty");
    }
}

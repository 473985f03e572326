//! The files of a bundle in memory, with the layout root stripped.

use std::collections::BTreeMap;
use std::fmt;

use super::error::{BundleError, Fault};

/// Path → content, for example `schema/schema.yaml` and `infrastructure/cloudformation.yaml`.
///
/// Paths are relative, use `/`, and hold neither `.` nor `..`. `Debug` shows paths and sizes only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

impl Files {
    /// The content of `path`.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(Vec::as_slice)
    }

    /// All paths in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether any file lies below `folder` (no slash at its end).
    pub fn has_folder(&self, folder: &str) -> bool {
        self.inside(folder).next().is_some()
    }

    /// The paths below `folder`, relative to it.
    pub fn inside<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        self.paths().filter_map(move |path| path.strip_prefix(folder)?.strip_prefix('/'))
    }

    /// The text of `path`, which must exist, be UTF-8 and hold at most `limit` bytes.
    pub fn text(&self, path: &str, fault: Fault, limit: usize) -> Result<&str, BundleError> {
        let missing = || BundleError::of_file(Fault::Layout, path, "the file is missing from the bundle; add it");
        let bytes = self.get(path).ok_or_else(missing)?;
        if bytes.len() > limit {
            let cause = format!("the file has {} bytes; at most {limit} are allowed", bytes.len());
            return Err(BundleError::of_file(fault, path, cause));
        }
        std::str::from_utf8(bytes).map_err(|error| {
            let cause = format!("the file is not UTF-8 text (byte {}); save it as UTF-8", error.valid_up_to());
            BundleError::of_file(fault, path, cause)
        })
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(path, bytes)| (path, bytes.len()))).finish()
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Files {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inside_gives_relative_paths_of_that_folder_only() {
        let files = Files::from([("a/b.tf", ""), ("a/c/d.tf", ""), ("ab/e.tf", "")]);
        assert_eq!(files.inside("a").collect::<Vec<_>>(), ["b.tf", "c/d.tf"]);
        assert!(files.has_folder("ab"));
        assert!(!files.has_folder("b"));
    }

    #[test]
    fn text_is_limited_and_utf8() {
        let mut files = Files::from([("a", "12345")]);
        files.0.insert("b".into(), vec![b'x', 0xff]);
        assert_eq!(files.text("a", Fault::Schema, 5), Ok("12345"));
        let error = files.text("a", Fault::Schema, 4).unwrap_err();
        assert_eq!(error.to_string(), "a: the file has 5 bytes; at most 4 are allowed");
        assert!(files.text("b", Fault::Schema, 5).unwrap_err().cause.contains("not UTF-8 text (byte 1)"));
        assert_eq!(files.text("c", Fault::Schema, 5).unwrap_err().fault, Fault::Layout);
        assert_eq!(format!("{files:?}"), r#"{"a": 5, "b": 2}"#);
    }
}

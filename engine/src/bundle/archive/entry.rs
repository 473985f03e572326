//! Names of archive entries: which are accepted, and their normal form.

use crate::bundle::error::{BundleError, Fault};

/// The normal form of an entry's name: relative, `/`-separated, without `.` parts. Empty: the archive's own root.
///
/// One leading `/` is dropped, since some packers write it; `..`, `//` at the start, a drive letter, control
/// characters and bytes that are not UTF-8 are refused.
pub(super) fn normal_path(raw: &[u8], limit: usize) -> Result<String, BundleError> {
    let shown = String::from_utf8_lossy(raw.get(..raw.len().min(80)).unwrap_or_default()).escape_debug().to_string();
    let refuse = |why: &str| BundleError::whole(Fault::Archive, format!("the archive entry `{shown}` {why}"));
    if raw.len() > limit {
        return Err(refuse(&format!("has a path of {} bytes; at most {limit} are allowed", raw.len())));
    }
    let path = std::str::from_utf8(raw).map_err(|_| refuse("has a name that is not UTF-8; rename the file"))?;
    if path.chars().any(char::is_control) {
        return Err(refuse("has a control character in its name; rename the file"));
    }
    let path = path.strip_prefix('/').unwrap_or(path);
    if path.starts_with('/') || path.get(1..2) == Some(":") {
        return Err(refuse("has an absolute path; pack with relative paths"));
    }
    if path.split('/').any(|part| part == "..") {
        return Err(refuse("leads out of the bundle with `..`; pack with paths inside the bundle"));
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    Ok(parts.join("/"))
}

/// Whether the entry is a by-product of macOS's tar (`._name`) that no author means to ship.
pub(super) fn is_resource_fork(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.starts_with("._"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("schema/schema.yaml", "schema/schema.yaml")]
    #[case("./schema/schema.yaml", "schema/schema.yaml")]
    #[case("/schema//schema.yaml", "schema/schema.yaml")]
    #[case("./", "")]
    #[case("/", "")]
    #[case("env/./a..b/", "env/a..b")]
    fn accepted(#[case] raw: &str, #[case] normal: &str) {
        assert_eq!(normal_path(raw.as_bytes(), 100).as_deref(), Ok(normal));
    }

    #[rstest]
    #[case(b"../x", "`..`")]
    #[case(b"a/../../x", "`..`")]
    #[case(b"a/..", "`..`")]
    #[case(b"//etc/passwd", "absolute")]
    #[case(b"C:/x", "absolute")]
    #[case(b"a\nb", "control character")]
    #[case(b"a\xff", "not UTF-8")]
    #[case(&[b'a'; 101], "at most 100")]
    fn refused(#[case] raw: &[u8], #[case] why: &str) {
        let error = normal_path(raw, 100).unwrap_err();
        assert!(error.cause.contains(why), "{error}");
        assert!(!error.cause.contains('\n'));
    }
}

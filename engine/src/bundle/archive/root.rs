//! Where in an archive the layout begins.

use std::collections::BTreeMap;

use crate::bundle::error::{BundleError, Fault};
use crate::bundle::files::Files;

/// The file that marks the layout root (AWS Proton User Guide, page "Template bundles").
pub const SCHEMA_FILE: &str = "schema/schema.yaml";

/// Finds the folder that holds [`SCHEMA_FILE`] and strips it from every path; the highest one wins.
pub(super) fn strip_root(all: BTreeMap<String, Vec<u8>>) -> Result<Files, BundleError> {
    let root = find_root(&all)?;
    if root.is_empty() {
        return Ok(Files(all));
    }
    let strip = |(path, bytes): (String, Vec<u8>)| Some((path.strip_prefix(&root)?.to_owned(), bytes));
    Ok(Files(all.into_iter().filter_map(strip).collect()))
}

/// The root with a slash at its end, or the empty string.
fn find_root(all: &BTreeMap<String, Vec<u8>>) -> Result<String, BundleError> {
    let depth = |root: &&str| root.matches('/').count();
    let roots: Vec<&str> = all.keys().filter_map(|path| root_of(path)).collect();
    let highest = roots.iter().map(depth).min().ok_or_else(|| no_schema(all))?;
    let candidates: Vec<&str> = roots.into_iter().filter(|root| depth(root) == highest).collect();
    match candidates.as_slice() {
        [root] => Ok((*root).to_owned()),
        several => {
            let folders = several.join(", ");
            let cause = format!("several folders hold {SCHEMA_FILE}: {folders}; pack one bundle per archive");
            Err(BundleError::whole(Fault::Layout, cause))
        }
    }
}

fn root_of(path: &str) -> Option<&str> {
    let root = path.strip_suffix(SCHEMA_FILE)?;
    (root.is_empty() || root.ends_with('/')).then_some(root)
}

fn no_schema(all: &BTreeMap<String, Vec<u8>>) -> BundleError {
    let mut cause = String::from("the file is missing from the bundle: every template needs a schema");
    if let Some(other) = all.keys().find(|path| path.ends_with("schema.yml") || path.ends_with("schema.yaml")) {
        cause.push_str(&format!("; `{other}` is there: move it to {SCHEMA_FILE}"));
    }
    BundleError::of_file(Fault::Layout, SCHEMA_FILE, cause)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn stripped(paths: &[&str]) -> Result<Vec<String>, BundleError> {
        let all = paths.iter().map(|path| ((*path).to_owned(), Vec::new())).collect();
        strip_root(all).map(|files| files.paths().map(str::to_owned).collect())
    }

    #[rstest]
    #[case::at_root(&["schema/schema.yaml", "b"], &["b", "schema/schema.yaml"])]
    #[case::in_a_folder(&["env/schema/schema.yaml", "env/b", "README.md"], &["b", "schema/schema.yaml"])]
    #[case::highest_wins(&["schema/schema.yaml", "infrastructure/app/schema/schema.yaml"], &["infrastructure/app/schema/schema.yaml", "schema/schema.yaml"])]
    #[case::deeper(&["a/v1/schema/schema.yaml", "a/v2/x"], &["schema/schema.yaml"])]
    fn found(#[case] paths: &[&str], #[case] wanted: &[&str]) {
        assert_eq!(stripped(paths).unwrap(), wanted);
    }

    #[rstest]
    #[case(&["a/schema/schema.yaml", "b/schema/schema.yaml"], "a/, b/")]
    #[case(&["schema/schema.yml"], "move it to schema/schema.yaml")]
    #[case(&["myschema/schema.yaml"], "move it to schema/schema.yaml")]
    #[case(&[], "every template needs a schema")]
    fn refused(#[case] paths: &[&str], #[case] cause: &str) {
        let error = stripped(paths).unwrap_err();
        assert!(error.cause.contains(cause), "{error}");
        assert_eq!(error.fault, Fault::Layout);
    }
}

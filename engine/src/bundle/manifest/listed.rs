//! A manifest together with the files of its folder.

use super::engine::{EngineKind, Manifest, TerraformFiles};
use super::{SIZE_LIMIT, TEMPLATE_COUNT_LIMIT, TEMPLATE_SIZE_LIMIT, grammar};
use crate::bundle::error::{BundleError, Fault};
use crate::bundle::files::Files;

/// Reads `folder/manifest.yaml` and checks that the listed files exist and are within the limits.
///
/// Gives warnings beside it. Files that are not listed are only bound by the limits of the whole bundle.
pub fn read(folder: &str, files: &Files) -> Result<(Manifest, Vec<String>), BundleError> {
    let path = format!("{folder}/manifest.yaml");
    let text = files.text(&path, Fault::Manifest, SIZE_LIMIT)?;
    let (manifest, warnings) = grammar::parse(text).map_err(|error| BundleError::in_document(Fault::Manifest, &path, error))?;
    let listed = listed(&manifest, folder, files);
    if matches!(manifest.engine, EngineKind::Terraform { .. }) && listed.is_empty() {
        let cause = format!("lists `\"*\"`, but {folder}/ has no file that ends in .tf; add one");
        return Err(BundleError::of_file(Fault::Manifest, &path, cause));
    }
    if listed.len() > TEMPLATE_COUNT_LIMIT {
        let cause = format!("takes {} files; at most {TEMPLATE_COUNT_LIMIT} are allowed", listed.len());
        return Err(BundleError::of_file(Fault::Manifest, &path, cause));
    }
    for name in listed {
        check_listed(&format!("{folder}/{name}"), &path, files)?;
    }
    Ok((manifest, warnings.into_iter().map(|warning| format!("{path}: {warning}")).collect()))
}

fn listed<'a>(manifest: &'a Manifest, folder: &'a str, files: &'a Files) -> Vec<&'a str> {
    match &manifest.engine {
        EngineKind::CloudFormation { file } => vec![file.as_str()],
        EngineKind::Terraform { files: TerraformFiles::Named(names) } => names.iter().map(String::as_str).collect(),
        EngineKind::Terraform { files: TerraformFiles::All } => {
            files.inside(folder).filter(|name| name.ends_with(".tf") && !name.contains('/')).collect()
        }
        EngineKind::CodeBuild(_) => Vec::new(),
    }
}

fn check_listed(path: &str, manifest: &str, files: &Files) -> Result<(), BundleError> {
    if files.get(path).is_none() {
        let cause = format!("lists a file that the bundle does not have: {path}; add it, or correct the name");
        return Err(BundleError::of_file(Fault::Manifest, manifest, cause));
    }
    files.text(path, Fault::Manifest, TEMPLATE_SIZE_LIMIT).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    const JINJA: &str =
        "infrastructure:\n  templates:\n    - {file: a.yaml, rendering_engine: jinja, template_language: cloudformation}\n";
    const ALL: &str = "infrastructure:\n  templates:\n    - {file: \"*\", rendering_engine: hcl, template_language: terraform}\n";

    fn refused(pairs: Files) -> String {
        read("infrastructure", &pairs).unwrap_err().to_string()
    }

    #[test]
    fn listed_files_must_exist_and_be_small_text() {
        let manifest = ("infrastructure/manifest.yaml", JINJA);
        assert!(refused(Files::from([manifest])).contains("does not have: infrastructure/a.yaml"));
        assert!(read("infrastructure", &Files::from([manifest, ("infrastructure/a.yaml", "x")])).is_ok());
        let large = "x".repeat(TEMPLATE_SIZE_LIMIT + 1);
        let text = refused(Files::from([manifest, ("infrastructure/a.yaml", &large)]));
        assert_eq!(text, "infrastructure/a.yaml: the file has 204801 bytes; at most 204800 are allowed");
    }

    #[test]
    fn the_star_takes_tf_files_of_the_folder_itself() {
        let manifest = ("infrastructure/manifest.yaml", ALL);
        assert!(refused(Files::from([manifest, ("infrastructure/sub/a.tf", "")])).contains("no file that ends in .tf"));
        let mut files = Files::from([manifest]);
        for index in 0..=TEMPLATE_COUNT_LIMIT {
            files.0.insert(format!("infrastructure/{index}.tf"), Vec::new());
        }
        assert!(refused(files).contains("takes 11 files; at most 10"));
    }

    #[test]
    fn errors_name_the_file_and_its_line() {
        let text = refused(Files::from([("infrastructure/manifest.yaml", "infrastructure:\n  templates: 1\n")]));
        assert!(text.starts_with("infrastructure/manifest.yaml:2: infrastructure.templates: must be a list"), "{text}");
    }
}

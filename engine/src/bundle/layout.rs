//! Which folders a bundle must and must not have.
//!
//! Source: AWS Proton User Guide, pages "Template bundles" and "Customer managed environments". Files beside the
//! layout (`README.md`, `spec/`, `proton.yaml`) are tolerated, as in AWS's own samples.
//!
//! | kind | infrastructure/ | instance_infrastructure/ | pipeline_infrastructure/ |
//! |---|---|---|---|
//! | environment | required | ignored | ignored |
//! | environment, customer managed | forbidden | ignored | ignored |
//! | service | ignored | required | required |
//! | service, pipeline customer managed | ignored | required | forbidden |

use super::archive::SCHEMA_FILE;
use super::error::{BundleError, Fault};
use super::files::Files;

/// What a template describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum TemplateKind {
    /// An environment template: shared resources.
    Environment,
    /// A service template: the instances of a service, and their pipeline.
    Service,
}

impl TemplateKind {
    /// The word that AWS Proton's messages begin with.
    pub fn title(self) -> &'static str {
        match self {
            Self::Environment => "Environment",
            Self::Service => "Service",
        }
    }

    /// The kind that the folders of a bundle suggest, for commands that were not told.
    pub fn guess(files: &Files) -> Self {
        if files.has_folder(INSTANCE) { Self::Service } else { Self::Environment }
    }
}

/// The folder of an environment's infrastructure.
pub const ENVIRONMENT: &str = "infrastructure";
/// The folder of a service instance's infrastructure.
pub const INSTANCE: &str = "instance_infrastructure";
/// The folder of a service pipeline's infrastructure.
pub const PIPELINE: &str = "pipeline_infrastructure";

/// The folders that are provisioned from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The folder of the environment or instance; `None` for a customer-managed environment.
    pub infrastructure: Option<&'static str>,
    /// The folder of the pipeline, if Proton provisions it.
    pub pipeline: Option<&'static str>,
}

/// Checks the folders. `customer_managed`: the template was created with `provisioning` (environment) or
/// `pipelineProvisioning` (service) `CUSTOMER_MANAGED`.
pub fn check(kind: TemplateKind, customer_managed: bool, files: &Files) -> Result<Layout, BundleError> {
    if files.get(SCHEMA_FILE).is_none() {
        let cause = "the file is missing from the bundle: every template needs a schema";
        return Err(BundleError::of_file(Fault::Layout, SCHEMA_FILE, cause));
    }
    match kind {
        TemplateKind::Environment => environment(customer_managed, files),
        TemplateKind::Service => service(customer_managed, files),
    }
}

fn environment(customer_managed: bool, files: &Files) -> Result<Layout, BundleError> {
    if customer_managed {
        forbid(
            files,
            ENVIRONMENT,
            "a customer managed environment template holds only schema/schema.yaml; remove the folder, or create the template without provisioning CUSTOMER_MANAGED",
        )?;
        return Ok(Layout { infrastructure: None, pipeline: None });
    }
    let hint = "an environment template needs it; for a customer managed environment create the template with provisioning CUSTOMER_MANAGED";
    demand(files, ENVIRONMENT, hint, INSTANCE, TemplateKind::Service)?;
    Ok(Layout { infrastructure: Some(ENVIRONMENT), pipeline: None })
}

fn service(customer_managed: bool, files: &Files) -> Result<Layout, BundleError> {
    demand(files, INSTANCE, "a service template needs it", ENVIRONMENT, TemplateKind::Environment)?;
    if customer_managed {
        forbid(
            files,
            PIPELINE,
            "the template was created with pipelineProvisioning CUSTOMER_MANAGED; remove the folder, or create the template without it",
        )?;
        return Ok(Layout { infrastructure: Some(INSTANCE), pipeline: None });
    }
    let hint = "a service template with a pipeline needs it; without a pipeline create the template with pipelineProvisioning CUSTOMER_MANAGED";
    demand(files, PIPELINE, hint, ENVIRONMENT, TemplateKind::Environment)?;
    Ok(Layout { infrastructure: Some(INSTANCE), pipeline: Some(PIPELINE) })
}

/// `folder` must have a manifest. `other` is the folder of the other kind of template, for a hint.
fn demand(files: &Files, folder: &str, hint: &str, other: &str, kind: TemplateKind) -> Result<(), BundleError> {
    let manifest = format!("{folder}/manifest.yaml");
    if files.get(&manifest).is_some() {
        return Ok(());
    }
    let mut cause = format!("the file is missing from the bundle: {hint}");
    if files.has_folder(other) && !files.has_folder(folder) {
        let kind = kind.title().to_lowercase();
        cause.push_str(&format!(". The bundle has {other}/, which belongs to the other kind, {kind} templates"));
    } else if files.get(&format!("{folder}/manifest.yml")).is_some() {
        cause.push_str(". manifest.yml is there: rename it to manifest.yaml");
    }
    Err(BundleError::of_file(Fault::Layout, &manifest, cause))
}

fn forbid(files: &Files, folder: &str, cause: &str) -> Result<(), BundleError> {
    if files.has_folder(folder) {
        return Err(BundleError::of_file(Fault::Layout, &format!("{folder}/"), cause));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::TemplateKind::{Environment, Service};
    use super::*;

    fn files(folders: &str) -> Files {
        let mut files = Files::from([(SCHEMA_FILE, "")]);
        for folder in folders.split_whitespace() {
            files.0.insert(format!("{folder}/manifest.yaml"), Vec::new());
        }
        files
    }

    #[rstest]
    #[case(Environment, false, "infrastructure", Some(ENVIRONMENT), None)]
    #[case(Environment, true, "docs", None, None)]
    #[case(Service, false, "instance_infrastructure pipeline_infrastructure", Some(INSTANCE), Some(PIPELINE))]
    #[case(Service, true, "instance_infrastructure infrastructure", Some(INSTANCE), None)]
    fn accepted(
        #[case] kind: TemplateKind,
        #[case] customer_managed: bool,
        #[case] folders: &str,
        #[case] infrastructure: Option<&'static str>,
        #[case] pipeline: Option<&'static str>,
    ) {
        assert_eq!(check(kind, customer_managed, &files(folders)), Ok(Layout { infrastructure, pipeline }));
    }

    #[rstest]
    #[case(Environment, false, "", "infrastructure/manifest.yaml", "provisioning CUSTOMER_MANAGED")]
    #[case(Environment, false, "instance_infrastructure", "infrastructure/manifest.yaml", "service templates")]
    #[case(Environment, true, "infrastructure", "infrastructure/", "remove the folder")]
    #[case(Service, true, "infrastructure", "instance_infrastructure/manifest.yaml", "environment templates")]
    #[case(
        Service,
        false,
        "instance_infrastructure",
        "pipeline_infrastructure/manifest.yaml",
        "pipelineProvisioning CUSTOMER_MANAGED"
    )]
    #[case(Service, true, "instance_infrastructure pipeline_infrastructure", "pipeline_infrastructure/", "remove the folder")]
    fn refused(
        #[case] kind: TemplateKind,
        #[case] customer_managed: bool,
        #[case] folders: &str,
        #[case] file: &str,
        #[case] cause: &str,
    ) {
        let error = check(kind, customer_managed, &files(folders)).unwrap_err();
        assert_eq!((error.fault, error.file.as_deref()), (Fault::Layout, Some(file)));
        assert!(error.cause.contains(cause), "{error}");
    }

    #[test]
    fn kind_is_guessed_by_folders() {
        assert_eq!(TemplateKind::guess(&files("instance_infrastructure")), Service);
        assert_eq!(TemplateKind::guess(&files("infrastructure")), Environment);
    }
}

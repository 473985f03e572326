//! What CreateEnvironment and UpdateEnvironment have in common on their way in.

use proton_model::RepositoryBranchInput;

use super::linked_repository::Named;
use super::{ApiError, Engine};
use crate::bundle::{InputKind, InputViolation, Schema, spec::EnvironmentSpec};
use crate::domain::arn::Arns;
use crate::domain::environment_members::RepositoryBranch;
use crate::domain::refusal::Refusal;
use crate::domain::repository::Repository;
use crate::domain::version::{Offer, VersionNumber};
use crate::store::{CatalogueTemplate, CatalogueVersion, Reader};

/// How messages call the template.
pub(super) const TEMPLATE_KIND: &str = "environment template";
/// The most violations of a schema that one message names.
const NAMED: usize = 10;

/// The template that a request names, and its versions.
pub(super) async fn template(reader: &mut Reader, arns: &Arns, name: &str) -> Result<(CatalogueTemplate, Vec<Offer>), ApiError> {
    let template = reader.catalogue_environment_template(name).await?;
    let missing = || {
        let arn = arns.environment_template(name);
        Refusal::NotFound(format!("The requested {TEMPLATE_KIND} does not exist: {arn}"))
    };
    let template = template.ok_or_else(missing)?;
    let offers = reader.offers(&template.arn).await?;
    Ok((template, offers))
}

/// The version that was resolved, as it was registered.
pub(super) async fn version(reader: &mut Reader, arn: &str, number: VersionNumber) -> Result<CatalogueVersion, ApiError> {
    reader
        .catalogue_version(arn, number)
        .await?
        .ok_or_else(|| ApiError::not_found(format!("The requested {TEMPLATE_KIND} version does not exist: {arn}:{number}")))
}

/// Checks a spec against a version's schema. The message names inputs and rules, never values.
pub(super) fn check_spec(version: &CatalogueVersion, spec: &str) -> Result<(), ApiError> {
    let schema = Schema::parse(&version.schema_text).map_err(|error| ApiError::invalid(error.to_string()))?;
    let inputs = EnvironmentSpec::parse(spec).map_err(|error| ApiError::invalid(error.to_string()))?.inputs;
    let Some(input_type) = schema.inputs(InputKind::Environment) else {
        return Ok(());
    };
    input_type.validate(&inputs.into()).map_err(|violations| {
        ApiError::invalid(format!("The spec is not valid for the template's schema: {}", described(&violations)))
    })
}

/// The first violations of a schema in one line.
pub(super) fn described(violations: &[InputViolation]) -> String {
    let mut named: Vec<String> = violations.iter().take(NAMED).map(ToString::to_string).collect();
    if violations.len() > NAMED {
        named.push(format!("and {} more", violations.len() - NAMED));
    }
    named.join("; ")
}

/// The linked repository that a request names, if it names one.
pub(super) async fn repository(
    engine: &Engine,
    reader: &mut Reader,
    input: Option<RepositoryBranchInput>,
) -> Result<Option<RepositoryBranch>, ApiError> {
    let Some(input) = input else {
        return Ok(None);
    };
    let linked = Named::new(engine, input.provider, input.name).existing(reader).await?;
    Ok(Some(branch(linked, input.branch)))
}

/// A branch of a linked repository.
pub(super) fn branch(linked: Repository, branch: Option<String>) -> RepositoryBranch {
    let Repository { arn, provider, name, .. } = linked;
    RepositoryBranch { arn, provider, name, branch: branch.unwrap_or_default() }
}

//! The linked repositories that requests name.

use proton_model::RepositoryProvider;

use super::{ApiError, Engine};
use crate::domain::refusal::Refusal;
use crate::domain::repository::{Repository, not_linked};
use crate::store::Reader;

/// A repository as a request names it.
pub(super) struct Named {
    /// Its ARN, if it is linked.
    pub(super) arn: String,
    /// The API's word.
    pub(super) provider: String,
    /// `owner/repository`.
    pub(super) name: String,
}

impl Named {
    /// Out of the members of a request.
    pub(super) fn new(engine: &Engine, provider: Option<RepositoryProvider>, name: Option<String>) -> Self {
        let provider = provider.map(|provider| provider.as_str().to_owned()).unwrap_or_default();
        let name = name.unwrap_or_default();
        Self { arn: engine.arns.repository(&provider, &name), provider, name }
    }

    /// The link, or ResourceNotFoundException.
    pub(super) async fn existing(&self, reader: &mut Reader) -> Result<Repository, ApiError> {
        let missing = || Refusal::NotFound(not_linked(&self.provider, &self.name));
        Ok(reader.repository(&self.arn).await?.ok_or_else(missing)?)
    }

    /// The link, or ValidationException, for operations for which the API lists no ResourceNotFoundException.
    pub(super) async fn valid(&self, reader: &mut Reader) -> Result<Repository, ApiError> {
        let missing = || Refusal::Invalid(not_linked(&self.provider, &self.name));
        Ok(reader.repository(&self.arn).await?.ok_or_else(missing)?)
    }
}

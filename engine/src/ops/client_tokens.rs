//! Requests with a client token that are not creates of template versions.

use proton_model::Operation;

use super::{ApiError, Engine};
use crate::domain::client_token::{self, Remembered};
use crate::domain::idempotency::{self, Verdict};
use crate::store::Writer;

/// A request's token, and the fingerprint of the request without it.
pub(super) struct Token {
    operation: Operation,
    text: Option<String>,
    fingerprint: String,
}

impl Token {
    /// `request` must not hold the token any more.
    pub(super) fn new<T: serde::Serialize>(operation: Operation, text: Option<String>, request: &T) -> Result<Self, ApiError> {
        let request = serde_json::to_value(request).map_err(|error| ApiError::invalid(error.to_string()))?;
        let text = text.filter(|text| !text.is_empty());
        Ok(Self { operation, text, fingerprint: idempotency::fingerprint(&request) })
    }

    /// The token.
    pub(super) fn text(&self) -> Option<String> {
        self.text.clone()
    }

    /// Whether the request was made before, and what it was about exists still.
    pub(super) async fn is_replay(&self, engine: &Engine, writer: &mut Writer, arn: &str) -> Result<bool, ApiError> {
        let Some(text) = &self.text else {
            return Ok(false);
        };
        let known = writer.client_token(self.operation.name(), text).await?;
        let exists = match &known {
            Some(known) => known.resource == arn && writer.target(arn).await?.is_some(),
            None => false,
        };
        Ok(client_token::decide(known.as_ref(), &self.fingerprint, exists, engine.now())? == Verdict::Replay)
    }

    /// Remembers the request.
    pub(super) async fn remember(self, engine: &Engine, writer: &mut Writer, arn: &str) -> Result<(), ApiError> {
        let Some(text) = &self.text else {
            return Ok(());
        };
        let now = engine.now();
        let remembered = Remembered::new(self.fingerprint, arn.to_owned(), now);
        Ok(writer.put_client_token(self.operation.name(), text, &remembered, now).await?)
    }
}

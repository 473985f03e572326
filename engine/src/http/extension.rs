//! What the listener takes beside the API.
//!
//! `PUT /_proton-engine/bundles/{sha256}` is the upload that `register` uses, so that no S3 account is needed. Signed like
//! every API request, with the same service name. What is uploaded is named as
//! `source.s3 {bucket: "proton-engine-bundles", key: "<sha256>.tar.gz"}` by Create…TemplateVersion.
//!
//! The header [`EXPECTED_SPEC`] of UpdateService says out of which document the client made its own.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::HeaderMap;
use proton_model::Operation;

use super::credentials::Caller;
use super::role::Role;
use super::service::{Authentic, Record, Service};
use super::wire_error::WireError;

/// The path before the bundle's hash.
pub const BUNDLES_PATH: &str = "/_proton-engine/bundles/";

/// SHA-256, in lower-case hexadecimal digits, of the `Service.spec` that the client of UpdateService has read. A change that
/// came in between then is a ConflictException, and nothing that it added is dropped unseen.
pub const EXPECTED_SPEC: &str = "x-proton-operator-expected-spec";

/// The largest bundle (AWS Proton User Guide, "AWS Proton quotas": 5 MB).
const BUNDLE_LIMIT: usize = 5 * 1024 * 1024;

/// Takes one bundle.
pub(super) async fn put_bundle(State(service): State<Arc<Service>>, Path(sha256): Path<String>, request: Request) -> Response {
    let mut record = Record::begin();
    record.asks_for("PutBundle");
    let result = answer(&service, sha256, request, &mut record).await;
    record.finish(&service, &result)
}

async fn answer(service: &Arc<Service>, sha256: String, request: Request, record: &mut Record) -> Result<Vec<u8>, WireError> {
    let (parts, body) = request.into_parts();
    let authentic = service.authenticate(&parts, body, BUNDLE_LIMIT).await?;
    record.is_from(&authentic.caller);
    admin_only(&authentic.caller)?;
    keep(service, sha256, authentic).await?;
    Ok(b"{}".to_vec())
}

async fn keep(service: &Arc<Service>, sha256: String, authentic: Authentic) -> Result<(), WireError> {
    let api = Arc::clone(&service.api);
    let task = tokio::spawn(async move { api.put_bundle(&authentic.caller, &sha256, authentic.body.to_vec()).await });
    match task.await {
        Ok(result) => result.map_err(WireError::from),
        Err(error) => {
            tracing::error!(%error, "the upload ended without an answer");
            Err(WireError::internal())
        }
    }
}

/// The document that the client expects. What is no hash is the hash of no document.
pub(super) fn expected_spec(headers: &HeaderMap, operation: Operation) -> Option<String> {
    let value = headers.get(EXPECTED_SPEC).filter(|_| operation == Operation::UpdateService)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn admin_only(caller: &Caller) -> Result<(), WireError> {
    if caller.role == Role::Admin {
        return Ok(());
    }
    Err(WireError::new(
        400,
        "AccessDeniedException",
        format!("principal '{}' (role {}) may not upload bundles: it needs the role admin", caller.principal, caller.role),
    ))
}

//! What the routes share, and the frame that every signed request runs in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::request::Parts;
use jiff::Timestamp;
use uuid::Uuid;

use super::body::Bounds;
use super::credentials::{Caller, Credentials};
use super::metrics::RequestMetrics;
use super::sigv4::{Claim, RequestParts};
use super::throttle::Throttle;
use super::wire_error::WireError;
use super::{body, protocol};
use crate::ops::Api;

/// Everything that answering a request needs.
pub struct Service {
    /// The operations.
    pub api: Arc<dyn Api>,
    /// Who may call.
    pub credentials: Credentials,
    /// The region that signatures must be scoped to.
    pub region: String,
    /// Where requests are counted.
    pub metrics: RequestMetrics,
    /// How often each key pair may call, if that is limited.
    pub throttle: Option<Throttle>,
    /// How long a client may take to send its body.
    pub body_timeout: Duration,
}

/// A request whose signature is right.
pub(super) struct Authentic {
    pub(super) caller: Caller,
    pub(super) body: Bytes,
}

/// What is said about a request in the log and in metrics, as far as it is known.
pub(super) struct Record {
    started: Instant,
    request_id: Uuid,
    operation: &'static str,
    principal: Option<String>,
}

impl Record {
    /// Begins the record of a request that has just arrived.
    pub(super) fn begin() -> Self {
        Self { started: Instant::now(), request_id: Uuid::new_v4(), operation: "unknown", principal: None }
    }

    /// Notes which operation it asks for.
    pub(super) fn asks_for(&mut self, operation: &'static str) {
        self.operation = operation;
    }

    /// Notes who sent it.
    pub(super) fn is_from(&mut self, caller: &Caller) {
        self.principal = Some(caller.principal.clone());
    }

    /// Counts and logs the outcome, and makes the response.
    pub(super) fn finish(self, service: &Service, result: &Result<Vec<u8>, WireError>) -> Response {
        let code = result.as_ref().err().map_or("OK", |error| error.exception);
        let status = result.as_ref().err().map_or(200, |error| error.status);
        let took = self.started.elapsed();
        service.metrics.observe(self.operation, code, took);
        tracing::info!(
            operation = self.operation,
            code,
            status,
            principal = self.principal.as_deref().unwrap_or("-"),
            request_id = %self.request_id,
            elapsed_ms = took.as_millis(),
            "request"
        );
        protocol::response(result, self.request_id)
    }
}

impl Service {
    /// Looks at the signature, reads the body, verifies the one over the other, and asks whether that key pair may call
    /// now. Nothing is kept of the body of a request that no key pair of the engine claims to have signed.
    pub(super) async fn authenticate(&self, parts: &Parts, body: Body, limit: usize) -> Result<Authentic, WireError> {
        let mut signed = RequestParts {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: parts.uri.query(),
            headers: &parts.headers,
            body: &[],
        };
        let bounds = Bounds { bytes: limit, time: self.body_timeout };
        let claim = match Claim::of(&signed, &self.region, |id| self.credentials.identity(id), Timestamp::now()) {
            Ok(claim) => claim,
            Err(error) => {
                body::discard(&parts.headers, body, bounds).await;
                return Err(error.into());
            }
        };
        let body = body::read(&parts.headers, body, bounds).await?;
        signed.body = &body;
        let caller = claim.verify(&signed, &self.region)?;
        self.admit(&caller)?;
        Ok(Authentic { caller, body })
    }

    /// Refuses disabled keys and those that call too often. Only who can sign is told so.
    fn admit(&self, caller: &Caller) -> Result<(), WireError> {
        if self.credentials.is_disabled(&caller.access_key_id) {
            return Err(WireError::disabled(caller));
        }
        let Some(throttle) = &self.throttle else {
            return Ok(());
        };
        throttle.admit(&caller.access_key_id, Instant::now()).map_err(|refused| WireError::too_fast(caller, refused))
    }
}

/// Answers any request that no route takes.
pub(super) fn no_such_route(request: &Request) -> WireError {
    WireError::new(
        404,
        "UnknownOperationException",
        format!("there is no {} on this path; the AWS Proton API is POST /", request.method()),
    )
}

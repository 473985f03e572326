//! The routes with a double of the operations behind them.

mod connections;
mod requests;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use http::{HeaderMap, HeaderValue, Request};
use jiff::Timestamp;
use prometheus_client::registry::Registry;
use proton_model::{ErrorKind, Operation};

use super::credentials::{Caller, Credentials};
use super::metrics::RequestMetrics;
use super::service::Service;
use super::sigv4::{ClientKeys, RequestParts, sign};
use super::throttle::Throttle;
use crate::ops::{Api, ApiError, ErrorCode};

const REGION: &str = "eu-west-1";
const SECRET: &str = "secret-secret-secret";
const ADMIN: &str = "PROTONAAAAAAAAAAAAAA";
const READER: &str = "PROTONRRRRRRRRRRRRRR";
const DISABLED: &str = "PROTONDDDDDDDDDDDDDD";

/// Answers by the body it gets.
struct Double;

#[async_trait]
impl Api for Double {
    async fn call(&self, operation: Operation, caller: &Caller, body: &[u8]) -> Result<Vec<u8>, ApiError> {
        match body {
            b"slow" => tokio::time::sleep(std::time::Duration::from_millis(300)).await,
            b"panic" => panic!("a defect"),
            b"conflict" => return Err(error(ErrorCode::Api(ErrorKind::Conflict))),
            b"fault" => return Err(error(ErrorCode::Api(ErrorKind::InternalServer))),
            b"garbage" => return Err(error(ErrorCode::Serialization)),
            _ => {}
        }
        Ok(format!("{{\"operation\":\"{}\",\"principal\":\"{}\"}}", operation.name(), caller.principal).into_bytes())
    }

    async fn update_service_if(&self, caller: &Caller, expected_spec: &str, _: &[u8]) -> Result<Vec<u8>, ApiError> {
        Ok(format!("{{\"expected\":\"{expected_spec}\",\"principal\":\"{}\"}}", caller.principal).into_bytes())
    }

    async fn put_bundle(&self, _: &Caller, sha256: &str, bytes: Vec<u8>) -> Result<(), ApiError> {
        if sha256 == bytes.len().to_string() { Ok(()) } else { Err(error(ErrorCode::Api(ErrorKind::Validation))) }
    }
}

fn error(code: ErrorCode) -> ApiError {
    ApiError { code, message: "said by the double".to_owned() }
}

fn router() -> Router {
    limited(None)
}

fn limited(throttle: Option<Throttle>) -> Router {
    routes(throttle, crate::http::BODY_TIMEOUT)
}

fn routes(throttle: Option<Throttle>, body_timeout: Duration) -> Router {
    let credentials = Credentials::parse(&format!(
        "- {{accessKeyId: {ADMIN}, secretAccessKey: {SECRET}, principal: alice, role: admin}}\n\
         - {{accessKeyId: {READER}, secretAccessKey: {SECRET}, principal: portal, role: read-only}}\n\
         - {{accessKeyId: {DISABLED}, secretAccessKey: {SECRET}, principal: former, role: admin, disabled: true}}\n"
    ));
    let service = Service {
        api: Arc::new(Double),
        credentials: credentials.unwrap(),
        region: REGION.to_owned(),
        metrics: RequestMetrics::register(&mut Registry::default()),
        throttle,
        body_timeout,
    };
    super::router(Arc::new(service))
}

fn signed(id: &str, method: &str, path: &str, target: Option<&str>, body: &[u8]) -> Request<Body> {
    signed_with(HeaderMap::new(), id, method, path, target, body)
}

fn signed_with(mut headers: HeaderMap, id: &str, method: &str, path: &str, target: Option<&str>, body: &[u8]) -> Request<Body> {
    headers.insert("host", HeaderValue::from_static("localhost"));
    if let Some(target) = target {
        headers.insert("x-amz-target", target.parse().unwrap());
    }
    let keys = ClientKeys { access_key_id: id, secret_access_key: SECRET, session_token: None };
    let parts = RequestParts { method, path, query: None, headers: &headers, body };
    let headers = sign(&parts, keys, REGION, Timestamp::now()).unwrap();
    let mut request = Request::builder().method(method).uri(path).body(Body::from(body.to_vec())).unwrap();
    *request.headers_mut() = headers;
    request
}

//! A small client of a running engine: AWS JSON 1.0, signed, over plain HTTP.

use std::time::Duration;

use anyhow::{Context as _, bail};
use http::{HeaderMap, HeaderValue, Method, header};
use jiff::Timestamp;
use reqwest::Url;
use serde_json::Value;
use thiserror::Error;

use super::client_keys::Keys;
use crate::http::BUNDLES_PATH;
use crate::http::sigv4::{RequestParts, sign};

const TIMEOUT: Duration = Duration::from_secs(60);

/// An answer that reports an error.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{exception}: {message}")]
pub struct ServiceError {
    /// The exception's name without its namespace.
    pub exception: String,
    /// What the engine says.
    pub message: String,
}

/// A connection to one engine with one key pair.
pub struct Client {
    http: reqwest::Client,
    endpoint: Url,
    host: String,
    keys: Keys,
    region: String,
}

impl Client {
    /// Prepares a client; nothing is sent yet.
    pub fn new(endpoint: &str, keys: Keys, region: &str) -> anyhow::Result<Self> {
        let endpoint: Url = endpoint.parse().with_context(|| format!("the endpoint '{endpoint}' is not a URL"))?;
        if endpoint.scheme() != "http" {
            bail!("the endpoint must be an http:// URL of a proton-engine; uploads over TLS are not provided");
        }
        let host = host(&endpoint)?;
        let http = reqwest::Client::builder().timeout(TIMEOUT).build()?;
        Ok(Self { http, endpoint, host, keys, region: region.to_owned() })
    }

    /// Calls an operation of the API.
    pub async fn call(&self, operation: &str, input: &Value) -> anyhow::Result<Value> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
        headers.insert("x-amz-target", format!("AwsProton20200720.{operation}").parse()?);
        let body = serde_json::to_vec(input)?;
        self.send(Method::POST, "/", headers, body).await.with_context(|| format!("{operation} failed"))
    }

    /// Uploads a bundle under its SHA-256.
    pub async fn put_bundle(&self, sha256: &str, bytes: Vec<u8>) -> anyhow::Result<()> {
        let path = format!("{BUNDLES_PATH}{sha256}");
        let sent = self.send(Method::PUT, &path, HeaderMap::new(), bytes).await;
        sent.map(drop).context("the upload of the bundle failed")
    }

    async fn send(&self, method: Method, path: &str, mut headers: HeaderMap, body: Vec<u8>) -> anyhow::Result<Value> {
        headers.insert(header::HOST, self.host.parse()?);
        let parts = RequestParts { method: method.as_str(), path, query: None, headers: &headers, body: &body };
        let headers = sign(&parts, self.keys.borrow(), &self.region, Timestamp::now())?;
        let url = self.endpoint.join(path)?;
        let request = self.http.request(method, url).headers(headers).body(body);
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        let succeeded = response.status().is_success();
        let document: Value = response.json().await.context("the answer is not JSON: is this a proton-engine?")?;
        if succeeded { Ok(document) } else { Err(service_error(&document).into()) }
    }

    fn unreachable(&self, error: &reqwest::Error) -> anyhow::Error {
        let why = if error.is_connect() { "nothing answers there" } else { "the request broke off" };
        anyhow::anyhow!(
            "{why}: {}. Is proton-engine serving, and is the endpoint right (--endpoint or AWS_ENDPOINT_URL_PROTON)?",
            self.endpoint
        )
    }
}

/// The value of the `host` header, which is signed: the port only where it is not the scheme's own.
fn host(endpoint: &Url) -> anyhow::Result<String> {
    let host = endpoint.host_str().context("the endpoint names no host")?;
    Ok(endpoint.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

fn service_error(document: &Value) -> ServiceError {
    let member = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or("?");
    let kind = member("__type");
    let exception = kind.rsplit_once('#').map_or(kind, |(_, name)| name).to_owned();
    ServiceError { exception, message: member("message").to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys { access_key_id: "PROTONAAAAAAAAAAAAAA".to_owned(), secret_access_key: "s".to_owned().into(), session_token: None }
    }

    #[test]
    fn the_host_header_is_what_is_dialled() {
        for (url, expected) in [
            ("http://localhost:8210", "localhost:8210"),
            ("http://engine/", "engine"),
            ("http://[::1]:80/", "[::1]"),
            ("http://[::1]:8210", "[::1]:8210"),
        ] {
            assert_eq!(host(&url.parse().unwrap()).unwrap(), expected);
        }
    }

    #[test]
    fn a_bad_endpoint_is_said() {
        for (endpoint, says) in [("localhost:8210", "http://"), ("https://engine", "http://"), ("::", "not a URL")] {
            let error = Client::new(endpoint, keys(), "us-east-1").err().unwrap();
            assert!(error.to_string().contains(says), "{endpoint}: {error}");
        }
    }

    #[test]
    fn the_exception_is_named_without_its_namespace() {
        let error =
            service_error(&serde_json::json!({"__type": "com.amazonaws.proton.v20200720#ConflictException", "message": "no"}));
        assert_eq!(error, ServiceError { exception: "ConflictException".to_owned(), message: "no".to_owned() });
    }

    #[tokio::test]
    async fn nobody_there_says_what_to_check() {
        let client = Client::new("http://127.0.0.1:9", keys(), "us-east-1").unwrap();
        let error = client.call("ListEnvironments", &serde_json::json!({})).await.unwrap_err();
        let text = format!("{error:#}");
        assert!(text.contains("ListEnvironments failed") && text.contains("AWS_ENDPOINT_URL_PROTON"), "{text}");
    }
}

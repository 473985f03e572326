//! A small client of a running engine: AWS JSON 1.0, signed, over HTTP or HTTPS.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use http::{HeaderMap, HeaderValue, Method, header};
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::Value;
use thiserror::Error;
use url::Url;

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
    http: Connector,
    endpoint: Url,
    host: String,
    keys: Keys,
    region: String,
}

impl Client {
    /// Prepares a client; nothing is sent yet. With `ca`, a PEM file, only its certificates are trusted, else the system's.
    pub fn new(endpoint: &str, ca: Option<&Path>, keys: Keys, region: &str) -> anyhow::Result<Self> {
        let endpoint: Url = endpoint.parse().with_context(|| format!("the endpoint '{endpoint}' is not a URL"))?;
        let http = match endpoint.scheme() {
            "http" => Connector::builder().build_http(),
            "https" => secured(ca)?,
            _ => bail!("the endpoint must be an http:// or https:// URL of a proton-engine"),
        };
        let host = host(&endpoint)?;
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
        let mut request =
            http::Request::builder().method(method).uri(self.endpoint.join(path)?.as_str()).body(SdkBody::from(body))?;
        *request.headers_mut() = headers;
        let request = HttpRequest::try_from(request).map_err(|error| anyhow!("the request cannot be sent: {error}"))?;
        let (succeeded, body) = tokio::time::timeout(TIMEOUT, self.exchange(request))
            .await
            .map_err(|_| anyhow!("no answer within {TIMEOUT:?}: {}", self.endpoint))??;
        let document: Value = serde_json::from_slice(&body).context("the answer is not JSON: is this a proton-engine?")?;
        if succeeded { Ok(document) } else { Err(service_error(&document).into()) }
    }

    async fn exchange(&self, request: HttpRequest) -> anyhow::Result<(bool, Vec<u8>)> {
        let response = self.http.call(request).await.map_err(|error| self.unreachable(&error))?;
        let succeeded = response.status().is_success();
        let body = ByteStream::new(response.into_body()).collect().await.context("the answer broke off")?;
        Ok((succeeded, body.to_vec()))
    }

    fn unreachable(&self, error: &ConnectorError) -> anyhow::Error {
        let why = innermost(error);
        anyhow!(
            "nothing answers there, or not in this protocol: {} ({why}). Is proton-engine serving, and is the endpoint right (--endpoint or AWS_ENDPOINT_URL_PROTON; for https:// with a certificate of one's own also --ca or AWS_CA_BUNDLE)?",
            self.endpoint
        )
    }
}

/// The cause behind all others, which names what the system or the other side refused.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

/// Speaks TLS and trusts the file's certificates, or the system's.
fn secured(ca: Option<&Path>) -> anyhow::Result<Connector> {
    let trusted = match ca {
        Some(file) => tls::TrustStore::empty().with_pem_certificate(certificates(file)?),
        None => tls::TrustStore::default(),
    };
    let context = tls::TlsContext::builder().with_trust_store(trusted).build()?;
    let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    Ok(Connector::builder().tls_provider(provider).tls_context(context).build())
}

/// The text of a file of certificates, after a look at each of them.
fn certificates(file: &Path) -> anyhow::Result<Vec<u8>> {
    let text = std::fs::read(file).with_context(|| format!("the file of trusted certificates {} (--ca)", file.display()))?;
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&text) {
        roots.add(certificate?)?;
    }
    if roots.is_empty() {
        bail!("{} holds no certificate as PEM (--ca, AWS_CA_BUNDLE)", file.display());
    }
    Ok(text)
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
        for (endpoint, says) in [("localhost:8210", "http://"), ("ftp://engine", "https://"), ("::", "not a URL")] {
            let error = Client::new(endpoint, None, keys(), "us-east-1").err().unwrap();
            assert!(error.to_string().contains(says), "{endpoint}: {error}");
        }
    }

    #[test]
    fn a_file_without_certificates_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for (text, says) in [("", "holds no certificate"), ("no PEM", "holds no certificate"), (broken, "certificate")] {
            std::fs::write(&file, text).unwrap();
            let error = Client::new("https://engine", Some(&file), keys(), "us-east-1").err().unwrap();
            assert!(format!("{error:#}").contains(says), "{error:#}");
        }
        let error = Client::new("https://engine", Some(Path::new("/nonexistent/ca.pem")), keys(), "us-east-1").err().unwrap();
        assert!(error.to_string().contains("/nonexistent/ca.pem"));
    }

    #[test]
    fn the_exception_is_named_without_its_namespace() {
        let error =
            service_error(&serde_json::json!({"__type": "com.amazonaws.proton.v20200720#ConflictException", "message": "no"}));
        assert_eq!(error, ServiceError { exception: "ConflictException".to_owned(), message: "no".to_owned() });
    }

    #[tokio::test]
    async fn nobody_there_says_what_to_check() {
        let client = Client::new("http://127.0.0.1:9", None, keys(), "us-east-1").unwrap();
        let error = client.call("ListEnvironments", &serde_json::json!({})).await.unwrap_err();
        let text = format!("{error:#}");
        assert!(text.contains("ListEnvironments failed") && text.contains("AWS_ENDPOINT_URL_PROTON"), "{text}");
    }
}

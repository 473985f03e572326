//! An engine in this process, on a free port and a folder of its own, and clients for it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests, which clippy does not take for tests")]

use std::net::SocketAddr;
use std::path::Path;

use aws_sdk_proton::Client;
use aws_sdk_proton::config::{BehaviorVersion, Credentials, Region};
use clap::Parser;
use http::HeaderMap;
use jiff::Timestamp;
use proton_engine::cli::ServeOptions;
use proton_engine::cli::server::Server;
use proton_engine::http::sigv4::{ClientKeys, RequestParts, sign};
use serde_json::Value;

/// The region that the engine serves.
pub const REGION: &str = "eu-west-1";
/// An access key id with the role admin.
pub const ADMIN: &str = "PROTONTESTADMIN00000";
/// One with the role deployer.
pub const DEPLOYER: &str = "PROTONTESTDEPLOYER00";
/// One with the role read-only.
pub const READER: &str = "PROTONTESTREADER0000";
/// One with the role admin that is disabled.
pub const DISABLED: &str = "PROTONTESTDISABLED00";
/// One with the role admin and a secret of its own.
pub const OTHER: &str = "PROTONTESTOTHER00000";
/// The secret of all others.
pub const SECRET: &str = "secret-of-the-tests-0123456789";

/// A running engine that simulates all deployments. It ends with the test.
pub struct Started {
    server: Server,
    _folder: tempfile::TempDir,
}

/// A raw answer.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The part of `__type` after `#`, where there is one.
    pub exception: Option<String>,
    /// The document.
    pub body: Value,
}

impl Started {
    /// Starts an engine.
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// Starts an engine with more arguments of `serve`.
    pub async fn with(args: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let credentials = folder.path().join("pairs.yaml");
        let pair = |id: &str, role: &str| {
            format!("- {{accessKeyId: {id}, secretAccessKey: {SECRET}, principal: {role}-of-tests, role: {role}}}\n")
        };
        let other = pair(OTHER, "admin").replace(SECRET, "another-secret-of-the-tests-01234");
        let disabled = pair(DISABLED, "admin").replace('}', ", disabled: true}");
        let text = [pair(ADMIN, "admin"), pair(DEPLOYER, "deployer"), pair(READER, "read-only"), disabled, other].concat();
        std::fs::write(&credentials, text).unwrap();
        let server = Server::start(&options(&folder.path().join("data"), &credentials, args)).await.unwrap();
        Self { server, _folder: folder }
    }

    /// Where the API listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.server.data_dir
    }

    /// The URL of the API.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// The AWS SDK, signing as an admin.
    pub fn admin(&self) -> Client {
        self.client(ADMIN, SECRET, REGION)
    }

    /// The AWS SDK with any key pair and region. It does not retry, so that each answer is seen.
    pub fn client(&self, id: &str, secret: &str, region: &str) -> Client {
        let config = aws_sdk_proton::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(proton_engine::aws::http_client())
            .endpoint_url(self.endpoint())
            .region(Region::new(region.to_owned()))
            .credentials_provider(Credentials::new(id, secret, None, None, "tests"))
            .retry_config(aws_sdk_proton::config::retry::RetryConfig::disabled())
            .build();
        Client::from_conf(config)
    }

    /// Calls an operation as an admin, without an SDK in between.
    pub async fn call(&self, operation: &str, body: &str) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-target", format!("AwsProton20200720.{operation}").parse().unwrap());
        self.send("POST", "/", headers, body.as_bytes().to_vec()).await
    }

    /// Uploads a bundle as an admin.
    pub async fn upload(&self, sha256: &str, bytes: Vec<u8>) -> Answer {
        let path = format!("{}{sha256}", proton_engine::http::BUNDLES_PATH);
        self.send("PUT", &path, HeaderMap::new(), bytes).await
    }

    async fn send(&self, method: &str, path: &str, headers: HeaderMap, body: Vec<u8>) -> Answer {
        send(self.server.address, (ADMIN, SECRET, REGION), (method, path), headers, body).await
    }
}

/// Signs a request with id, secret and region, and sends it to an engine.
pub async fn send(
    address: SocketAddr,
    (id, secret, region): (&str, &str, &str),
    (method, path): (&str, &str),
    mut headers: HeaderMap,
    body: Vec<u8>,
) -> Answer {
    headers.insert("host", address.to_string().parse().unwrap());
    let keys = ClientKeys { access_key_id: id, secret_access_key: secret, session_token: None };
    let parts = RequestParts { method, path, query: None, headers: &headers, body: &body };
    let headers = sign(&parts, keys, region, Timestamp::now()).unwrap();
    let request = reqwest::Client::new().request(method.parse().unwrap(), format!("http://{address}{path}"));
    let response = request.headers(headers).body(body).send().await.unwrap();
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    let exception = body["__type"].as_str().and_then(|kind| kind.split_once('#')).map(|(_, name)| name.to_owned());
    Answer { status, exception, body }
}

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    serve: ServeOptions,
}

fn options(data_dir: &Path, credentials: &Path, more: &[&str]) -> ServeOptions {
    let (data_dir, credentials) = (data_dir.to_str().unwrap(), credentials.to_str().unwrap());
    let fixed =
        ["serve", "--listen", "127.0.0.1:0", "--account-id", "123456789012", "--region", REGION, "--provisioner", "simulate"];
    let all = fixed.into_iter().chain(["--data-dir", data_dir, "--credentials", credentials]).chain(more.iter().copied());
    let serve = Arguments::parse_from(all).serve;
    ServeOptions { render_program: Some(env!("CARGO_BIN_EXE_proton-engine").into()), ..serve }
}

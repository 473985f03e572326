//! The API over TLS: stock clients that trust the certificate's issuer, and a certificate that is renewed.

#![allow(clippy::unwrap_used, reason = "helpers of tests, which clippy does not take for tests")]
#![allow(deprecated, reason = "the SDK marks every operation since AWS closed the service")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_proton::Client;
use aws_sdk_proton::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_http_client::{Builder, tls};
use proton_engine::http::tls::{Tls, TlsFiles};
use proton_rig::until;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::started::{ADMIN, REGION, SECRET, Started};

/// An issuer, and the files of what it issued.
struct Issuer(TempDir);

impl Issuer {
    fn new() -> Self {
        let issuer = Self(tempfile::tempdir().unwrap());
        std::fs::write(issuer.file("ext"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n").unwrap();
        issuer.openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 2",
        );
        issuer.issue();
        issuer
    }

    /// Makes a new key and a new certificate.
    fn issue(&self) {
        self.openssl("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout new.key -out csr.pem -subj /CN=engine");
        self.openssl("x509 -req -in csr.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out new.pem -extfile ext");
        for (new, name) in [("new.pem", "cert.pem"), ("new.key", "key.pem")] {
            std::fs::rename(self.file(new), self.file(name)).unwrap();
        }
    }

    fn openssl(&self, args: &str) {
        let done = Command::new("openssl").args(args.split(' ')).current_dir(self.0.path()).output().unwrap();
        assert!(done.status.success(), "openssl {args}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.file(name).display().to_string()
    }

    async fn engine(&self) -> Started {
        Started::with(&["--tls-cert", &self.text("cert.pem"), "--tls-key", &self.text("key.pem")]).await
    }

    /// A connection whose other end showed a certificate of this issuer, and that certificate.
    async fn connect(&self, engine: &Started) -> (tokio_rustls::client::TlsStream<TcpStream>, CertificateDer<'static>) {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(self.file("ca.pem")).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let connector = TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth()));
        let stream = TcpStream::connect(engine.address()).await.unwrap();
        let stream = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap();
        let shown = stream.get_ref().1.peer_certificates().unwrap().first().unwrap().clone().into_owned();
        (stream, shown)
    }
}

fn client(endpoint: String, trusted: tls::TrustStore) -> Client {
    let context = tls::TlsContext::builder().with_trust_store(trusted).build().unwrap();
    let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    let config = aws_sdk_proton::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(Builder::new().tls_provider(provider).tls_context(context).build_https())
        .endpoint_url(endpoint)
        .region(Region::new(REGION))
        .credentials_provider(Credentials::new(ADMIN, SECRET, None, None, "tests"))
        .retry_config(aws_sdk_proton::config::retry::RetryConfig::disabled());
    Client::from_conf(config.build())
}

fn pem(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

#[tokio::test]
async fn a_client_that_trusts_the_issuer_is_served_and_no_other() {
    let issuer = Issuer::new();
    let engine = issuer.engine().await;
    let endpoint = format!("https://localhost:{}", engine.address().port());
    let trusted = tls::TrustStore::empty().with_pem_certificate(pem(&issuer.file("ca.pem")));
    let listed = client(endpoint.clone(), trusted).list_environments().send().await.unwrap();
    assert!(listed.environments().is_empty());
    let stranger = tls::TrustStore::empty().with_pem_certificate(pem(&Issuer::new().file("ca.pem")));
    assert!(client(endpoint, stranger).list_environments().send().await.is_err());
    let mut plain = TcpStream::connect(engine.address()).await.unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP/"), "plain HTTP is not answered");
}

#[tokio::test]
async fn register_speaks_tls_too() {
    let issuer = Issuer::new();
    let engine = issuer.engine().await;
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in [
        (
            "schema/schema.yaml",
            "schema:\n  format: {openapi: 3.0.0}\n  environment_input_type: In\n  types:\n    In: {type: object, properties: {size: {type: integer, default: 1}}}\n",
        ),
        (
            "infrastructure/manifest.yaml",
            "infrastructure:\n  templates:\n    - {file: c.yaml, rendering_engine: jinja, template_language: cloudformation}\n",
        ),
        ("infrastructure/c.yaml", "Resources: {}\n"),
    ] {
        std::fs::create_dir_all(folder.path().join(file).parent().unwrap()).unwrap();
        std::fs::write(folder.path().join(file), text).unwrap();
    }
    let register = |ca: Option<String>| {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_proton-engine"));
        command.arg("register").arg(folder.path()).args(["--template", "vpc", "--kind", "environment", "--publish"]);
        command.args(["--endpoint", &format!("https://localhost:{}", engine.address().port()), "--region", REGION]);
        command.env("AWS_ACCESS_KEY_ID", ADMIN).env("AWS_SECRET_ACCESS_KEY", SECRET).env_remove("AWS_CA_BUNDLE");
        command.envs(ca.map(|ca| ("AWS_CA_BUNDLE", ca)));
        async move { command.output().await.unwrap() }
    };
    let done = register(Some(issuer.text("ca.pem"))).await;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let refused = register(Some(Issuer::new().text("ca.pem"))).await;
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("--ca") && said.contains("invalid peer certificate"), "{said}");
}

#[tokio::test]
async fn a_renewed_certificate_is_used_without_a_restart() {
    let issuer = Issuer::new();
    let engine = issuer.engine().await;
    let (mut kept, first) = issuer.connect(&engine).await;
    // Half of a renewal, and then nonsense: the one before stays.
    std::fs::write(issuer.file("key.pem"), "no key").unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(issuer.connect(&engine).await.1, first);
    issuer.issue();
    let renewed = || async { (issuer.connect(&engine).await.1 != first).then_some(()) };
    until("the new certificate", Duration::from_secs(30), renewed).await.unwrap();
    kept.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    let _ = kept.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "what was connected stays connected: {answer}");
}

#[test]
fn files_that_cannot_be_used_are_said() {
    let issuer = Issuer::new();
    let other = Issuer::new();
    let load = |certificate: PathBuf, key: PathBuf| Tls::load(TlsFiles { certificate, key }).err().unwrap().to_string();
    for (certificate, key, says) in [
        (issuer.file("missing.pem"), issuer.file("key.pem"), "missing.pem"),
        (issuer.file("ext"), issuer.file("key.pem"), "holds no certificate"),
        (issuer.file("cert.pem"), issuer.file("cert.pem"), "holds no private key"),
        (issuer.file("cert.pem"), other.file("key.pem"), "does not go with the key"),
    ] {
        let error = load(certificate, key);
        assert!(error.contains(says), "{error}");
    }
}

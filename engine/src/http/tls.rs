//! TLS of the listener: certificate and key out of two PEM files, read again when they change.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use thiserror::Error;
use tokio_rustls::TlsAcceptor;

/// How often the files are looked at, at most.
const LOOK: Duration = Duration::from_secs(1);

/// Where certificate and key are, both as PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, then those between it and the root.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Files that cannot be used. The message never holds anything of the key.
#[derive(Debug, Error)]
#[error("{path}: {cause}")]
pub struct TlsError {
    path: PathBuf,
    cause: String,
}

/// The certificate in use.
pub struct Tls {
    files: TlsFiles,
    current: Mutex<Current>,
}

struct Current {
    config: Arc<ServerConfig>,
    /// What the files looked like when they were read last, whether they could be used or not.
    stamps: [Stamp; 2],
    looked: Instant,
}

/// Modification time and length of a file; `None` while it is not there.
type Stamp = Option<(SystemTime, u64)>;

impl Tls {
    /// Reads the files.
    pub fn load(files: TlsFiles) -> Result<Self, TlsError> {
        let stamps = files.stamps();
        let config = Arc::new(files.config()?);
        Ok(Self { files, current: Mutex::new(Current { config, stamps, looked: Instant::now() }) })
    }

    /// Accepts with the certificate that the files hold now, or with the last one that could be used.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.looked.elapsed() >= LOOK {
            current.looked = Instant::now();
            self.refresh(&mut current);
        }
        TlsAcceptor::from(Arc::clone(&current.config))
    }

    fn refresh(&self, current: &mut Current) {
        let stamps = self.files.stamps();
        if stamps == current.stamps {
            return;
        }
        current.stamps = stamps;
        match self.files.config() {
            Ok(config) => {
                current.config = Arc::new(config);
                tracing::info!(certificate = %self.files.certificate.display(), "the certificate was read again");
            }
            Err(error) => tracing::warn!(%error, "the new certificate cannot be used; the one before stays"),
        }
    }
}

impl TlsFiles {
    fn stamps(&self) -> [Stamp; 2] {
        let stamp = |path: &Path| {
            let metadata = std::fs::metadata(path).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        [stamp(&self.certificate), stamp(&self.key)]
    }

    fn config(&self) -> Result<ServerConfig, TlsError> {
        let bad = |path: &Path, cause: String| TlsError { path: path.to_owned(), cause };
        let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(&self.certificate).and_then(Iterator::collect);
        let chain = chain.map_err(|error| bad(&self.certificate, format!("it cannot be read as PEM: {error}")))?;
        if chain.is_empty() {
            return Err(bad(&self.certificate, "it holds no certificate (BEGIN CERTIFICATE)".to_owned()));
        }
        let key = PrivateKeyDer::from_pem_file(&self.key)
            .map_err(|error| bad(&self.key, format!("it holds no private key as PEM: {error}")))?;
        let fits = |error: rustls::Error| bad(&self.certificate, format!("it does not go with the key: {error}"));
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().map_err(fits)?;
        let mut config = builder.with_no_client_auth().with_single_cert(chain, key).map_err(fits)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

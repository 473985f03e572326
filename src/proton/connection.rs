//! Which endpoint and keys an object uses: the Secret that its connectionRef names, or the operator's own connection where the
//! operator's settings allow it.
//!
//! Clients are kept by the Secret's resourceVersion as the metadata cache shows it, so a pass reads no Secret unless it changed.

mod client;
mod secrets;
mod settings;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use kube::ResourceExt as _;

use super::Proton;
use super::metered::{CallRate, Metered};
use crate::runtime::metrics::Metrics;
use crate::runtime::settings::Settings;
pub use client::{AwsConnector, describe_endpoint};
pub use secrets::{FINALIZER, IN_USE_LABEL, SecretReader, SecretUse, Secrets};
pub use settings::{ConnectionSettings, Keys};

/// The identity of a connection, as polling groups by it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConnectionKey {
    /// The operator's own.
    Own,
    /// The one of a Secret.
    Secret {
        /// Namespace of the Secret.
        namespace: String,
        /// Name of the Secret.
        name: String,
    },
}

impl fmt::Display for ConnectionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own => f.write_str("the operator's own"),
            Self::Secret { namespace, name } => write!(f, "secret {namespace}/{name}"),
        }
    }
}

/// A connection that an object may use.
#[derive(Clone)]
pub struct Connection {
    /// Which one it is.
    pub key: ConnectionKey,
    /// The client.
    pub proton: Arc<dyn Proton>,
}

/// Why an object has no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// The operator's settings keep its own connection from this namespace.
    #[error(
        "namespace '{namespace}' may not use the operator's own connection (--default-connection-namespaces); name a Secret in spec.connectionRef"
    )]
    NotAllowed {
        /// The object's namespace.
        namespace: String,
    },
    /// The Secret does not exist.
    #[error("spec.connectionRef: there is no Secret '{name}' in this namespace; create it")]
    Missing {
        /// Its name.
        name: String,
    },
    /// The Secret does not hold a connection.
    #[error("Secret '{name}': {problem}")]
    Invalid {
        /// Its name.
        name: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// The API server did not give or mark the Secret.
    #[error("Secret '{name}': {source}")]
    Api {
        /// Its name.
        name: String,
        /// What it answered.
        source: Box<kube::Error>,
    },
    /// This replica may not mark the Secret as used.
    #[error(transparent)]
    NotLeader(#[from] crate::runtime::fence::NotLeader),
}

/// What makes clients; tests plug in endpoints in memory.
#[async_trait]
pub trait Connector: Send + Sync {
    /// The operator's own client.
    async fn own(&self) -> Arc<dyn Proton>;
    /// The client of a Secret's settings; `external_id` is for a role that it names.
    async fn of(&self, settings: &ConnectionSettings, external_id: &str) -> Arc<dyn Proton>;
}

/// The clients in use; clones share them.
#[derive(Clone)]
pub struct Connections {
    connector: Arc<dyn Connector>,
    secrets: Arc<dyn SecretReader>,
    settings: Settings,
    metrics: Metrics,
    open: Arc<Mutex<HashMap<ConnectionKey, Open>>>,
}

struct Open {
    version: Option<String>,
    settings: Option<ConnectionSettings>,
    proton: Arc<dyn Proton>,
}

impl Connections {
    /// No client yet.
    pub fn new(connector: Arc<dyn Connector>, secrets: Arc<dyn SecretReader>, settings: Settings, metrics: Metrics) -> Self {
        Self { connector, secrets, settings, metrics, open: Arc::default() }
    }

    /// The connection for an object in `namespace` whose connectionRef is `secret`.
    ///
    /// # Errors
    /// When there is none for it.
    pub async fn resolve(&self, namespace: &str, secret: Option<&str>) -> Result<Connection, ConnectionError> {
        match secret {
            Some(name) => self.of_secret(namespace, name).await,
            None if self.settings.default_connection_allowed(namespace) => Ok(self.own().await),
            None => Err(ConnectionError::NotAllowed { namespace: namespace.to_owned() }),
        }
    }

    async fn own(&self) -> Connection {
        let proton = match self.find(&ConnectionKey::Own, None) {
            Some(proton) => proton,
            None => self.keep(ConnectionKey::Own, None, None, self.connector.own().await),
        };
        Connection { key: ConnectionKey::Own, proton }
    }

    async fn of_secret(&self, namespace: &str, name: &str) -> Result<Connection, ConnectionError> {
        let key = ConnectionKey::Secret { namespace: namespace.to_owned(), name: name.to_owned() };
        if let Some(version) = self.secrets.cached_version(namespace, name)
            && let Some(proton) = self.find(&key, Some(&version))
        {
            return Ok(Connection { key, proton });
        }
        let secret = self.secrets.use_secret(namespace, name).await?;
        let settings = ConnectionSettings::parse(&secret.data.clone().unwrap_or_default())
            .map_err(|problem| ConnectionError::Invalid { name: name.to_owned(), problem })?;
        let version = secret.resource_version();
        let proton = match self.same(&key, &settings, version.clone()) {
            Some(proton) => proton,
            None => {
                let external_id = format!("{}/{namespace}", self.settings.cluster_name);
                let proton = self.connector.of(&settings, &external_id).await;
                self.keep(key.clone(), version, Some(settings), proton)
            }
        };
        Ok(Connection { key, proton })
    }

    fn find(&self, key: &ConnectionKey, version: Option<&str>) -> Option<Arc<dyn Proton>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(key).filter(|open| open.version.as_deref() == version).map(|open| open.proton.clone())
    }

    /// The open client if only metadata of its Secret changed.
    fn same(&self, key: &ConnectionKey, settings: &ConnectionSettings, version: Option<String>) -> Option<Arc<dyn Proton>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let found = open.get_mut(key).filter(|open| open.settings.as_ref() == Some(settings))?;
        found.version = version;
        Some(found.proton.clone())
    }

    fn keep(
        &self,
        key: ConnectionKey,
        version: Option<String>,
        settings: Option<ConnectionSettings>,
        proton: Arc<dyn Proton>,
    ) -> Arc<dyn Proton> {
        let rate = CallRate::new(self.settings.call_rate);
        let proton: Arc<dyn Proton> = Arc::new(Metered::new(proton, rate, self.metrics.clone()));
        let open = Open { version, settings, proton: proton.clone() };
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(key, open);
        proton
    }
}

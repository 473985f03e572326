//! Which client an object gets, and how often its Secret is read.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use clap::Parser as _;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;

use super::*;
use crate::proton::memory::MemoryProton;

/// Counts the clients it makes and keeps the external ids it was given.
#[derive(Default)]
struct Counting {
    made: AtomicUsize,
    external_ids: Mutex<Vec<String>>,
}

#[async_trait]
impl Connector for Counting {
    async fn own(&self) -> Arc<dyn Proton> {
        self.made.fetch_add(1, SeqCst);
        Arc::new(MemoryProton::default())
    }

    async fn of(&self, _: &ConnectionSettings, external_id: &str) -> Arc<dyn Proton> {
        self.made.fetch_add(1, SeqCst);
        self.external_ids.lock().unwrap().push(external_id.to_owned());
        Arc::new(MemoryProton::default())
    }
}

/// One Secret, whose version the watch knows or not.
#[derive(Default)]
struct OneSecret {
    data: Mutex<BTreeMap<String, ByteString>>,
    version: Mutex<u32>,
    reads: AtomicUsize,
}

impl OneSecret {
    fn put(&self, pairs: &[(&str, &str)]) {
        *self.version.lock().unwrap() += 1;
        *self.data.lock().unwrap() = pairs.iter().map(|(k, v)| ((*k).to_owned(), ByteString(v.as_bytes().to_vec()))).collect();
    }
}

#[async_trait]
impl SecretReader for OneSecret {
    fn cached_version(&self, _: &str, _: &str) -> Option<String> {
        Some(self.version.lock().unwrap().to_string())
    }

    async fn use_secret(&self, _: &str, name: &str) -> Result<Secret, ConnectionError> {
        self.reads.fetch_add(1, SeqCst);
        if name != "conn" {
            return Err(ConnectionError::Missing { name: name.to_owned() });
        }
        let mut secret = Secret { data: Some(self.data.lock().unwrap().clone()), ..Secret::default() };
        secret.metadata.resource_version = Some(self.version.lock().unwrap().to_string());
        Ok(secret)
    }
}

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    settings: Settings,
}

fn setup(args: &[&str]) -> (Arc<Counting>, Arc<OneSecret>, Connections) {
    let (connector, secrets) = (Arc::new(Counting::default()), Arc::new(OneSecret::default()));
    let settings = Line::parse_from(std::iter::once(&"x").chain(args)).settings;
    let connections = Connections::new(connector.clone(), secrets.clone(), settings, Metrics::default());
    (connector, secrets, connections)
}

#[tokio::test]
async fn the_own_connection_only_where_it_is_allowed() {
    let (connector, _, connections) = setup(&["--default-connection-namespaces", "platform"]);
    for _ in 0..3 {
        assert!(connections.resolve("platform", None).await.is_ok());
    }
    assert_eq!(connector.made.load(SeqCst), 1);
    let refused = connections.resolve("team", None).await.err().unwrap();
    assert!(refused.to_string().contains("--default-connection-namespaces"), "{refused}");
}

#[tokio::test]
async fn a_secret_is_read_when_it_changed_and_the_client_made_anew_when_its_data_did() {
    let (connector, secrets, connections) = setup(&["--cluster-name", "blue"]);
    let role = [("roleArn", "arn:aws:iam::123456789012:role/proton")];
    secrets.put(&role);
    for _ in 0..3 {
        connections.resolve("team", Some("conn")).await.unwrap();
    }
    assert_eq!((secrets.reads.load(SeqCst), connector.made.load(SeqCst)), (1, 1));
    assert_eq!(*connector.external_ids.lock().unwrap(), ["blue/team"]);
    secrets.put(&role);
    connections.resolve("team", Some("conn")).await.unwrap();
    connections.resolve("team", Some("conn")).await.unwrap();
    assert_eq!((secrets.reads.load(SeqCst), connector.made.load(SeqCst)), (2, 1), "only its version changed");
    secrets.put(&[("accessKeyId", "a"), ("secretAccessKey", "b")]);
    connections.resolve("team", Some("conn")).await.unwrap();
    assert_eq!((secrets.reads.load(SeqCst), connector.made.load(SeqCst)), (3, 2));
}

#[tokio::test]
async fn what_is_wrong_names_the_secret() {
    let (_, secrets, connections) = setup(&[]);
    let missing = connections.resolve("team", Some("nope")).await.err().unwrap();
    assert!(missing.to_string().contains("'nope'"), "{missing}");
    secrets.put(&[("accessKeyId", "a")]);
    let invalid = connections.resolve("team", Some("conn")).await.err().unwrap();
    assert!(invalid.to_string().contains("secretAccessKey"), "{invalid}");
}

//! Registration steps with a source that does what the test says.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};

use super::fetch::{FetchBundle, FetchError};
use super::performer::Performer as _;
use super::registration::Registrations;
use crate::ambient::Clock;
use crate::bundle::TemplateKind;
use crate::domain::effect::EffectKind;
use crate::domain::idempotency::Creation;
use crate::domain::template::Template;
use crate::domain::template_version::{BundleLocation, TemplateVersion};
use crate::domain::version::{VersionNumber, VersionStatus};
use crate::store::{Effect, Store};

const TEMPLATE: &str = "arn:aws:proton:us-east-1:123456789012:environment-template/vpc";
const VERSION: &str = "arn:aws:proton:us-east-1:123456789012:environment-template/vpc:1.0";

/// A clock that stands still until it is set.
struct Still(Mutex<Timestamp>);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Answers with the same error each time.
struct Failing(FetchError);

#[async_trait::async_trait]
impl FetchBundle for Failing {
    async fn fetch(&self, _bucket: &str, _key: &str, _limit: usize) -> Result<Vec<u8>, FetchError> {
        Err(self.0.clone())
    }
}

struct Stage {
    store: Store,
    clock: Arc<Still>,
    registrations: Registrations,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// A version whose bundle is at `bucket`/`key` waits for its registration; the source answers with `error`.
    async fn new(bucket: &str, key: &str, error: FetchError) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let mut writer = store.write().await.unwrap();
        writer.put_template(&template()).await.unwrap();
        writer.put_template_version(&version(bucket, key)).await.unwrap();
        writer.enqueue(EffectKind::Registration, VERSION, Timestamp::UNIX_EPOCH).await.unwrap();
        writer.commit().await.unwrap();
        let clock = Arc::new(Still(Mutex::new(Timestamp::UNIX_EPOCH)));
        let registrations = Registrations::new(store.clone(), clock.clone(), Arc::new(Failing(error)));
        Self { store, clock, registrations, _folder: folder }
    }

    async fn effects(&self) -> Vec<Effect> {
        self.store.read().await.unwrap().due_effects(Timestamp::MAX, 10).await.unwrap()
    }

    async fn step(&self) {
        let effects = self.effects().await;
        self.registrations.perform(&effects[0]).await.unwrap();
    }

    async fn version(&self) -> TemplateVersion {
        self.store.read().await.unwrap().template_version(VERSION).await.unwrap().unwrap()
    }
}

fn template() -> Template {
    Template {
        arn: TEMPLATE.to_owned(),
        kind: TemplateKind::Environment,
        name: "vpc".to_owned(),
        display_name: None,
        description: None,
        encryption_key: None,
        customer_managed: false,
        created_at: Timestamp::UNIX_EPOCH,
        modified_at: Timestamp::UNIX_EPOCH,
        creation: Creation { fingerprint: String::new(), modified: false },
    }
}

fn version(bucket: &str, key: &str) -> TemplateVersion {
    TemplateVersion {
        arn: VERSION.to_owned(),
        template_arn: TEMPLATE.to_owned(),
        number: VersionNumber { major: 1, minor: 0 },
        status: VersionStatus::RegistrationInProgress,
        status_message: None,
        description: None,
        schema_text: None,
        bundle: None,
        source: BundleLocation { bucket: bucket.to_owned(), key: key.to_owned() },
        compatible: Vec::new(),
        component_sources: Vec::new(),
        created_at: Timestamp::UNIX_EPOCH,
        modified_at: Timestamp::UNIX_EPOCH,
    }
}

#[tokio::test]
async fn what_cannot_be_fetched_now_is_tried_again_for_two_minutes() {
    let stage = Stage::new("bundles", "vpc.tar.gz", FetchError::Transient("the network is down".to_owned())).await;
    stage.step().await;
    assert_eq!(stage.version().await.status, VersionStatus::RegistrationInProgress);
    let effects = stage.effects().await;
    assert_eq!(effects[0].attempts, 1);
    assert!(effects[0].due_at > Timestamp::UNIX_EPOCH);
    *stage.clock.0.lock().unwrap() = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(2);
    stage.step().await;
    let failed = stage.version().await;
    assert_eq!(failed.status, VersionStatus::RegistrationFailed);
    assert_eq!(failed.status_message.as_deref(), Some("the network is down"));
    assert!(stage.effects().await.is_empty());
}

#[tokio::test]
async fn what_is_refused_fails_at_once() {
    let stage = Stage::new("bundles", "vpc.tar.gz", FetchError::Refused("there is no such key".to_owned())).await;
    stage.step().await;
    assert_eq!(stage.version().await.status_message.as_deref(), Some("there is no such key"));
}

#[tokio::test]
async fn the_reserved_bucket_is_the_store() {
    let key = format!("{}.tar.gz", "0".repeat(64));
    let stage = Stage::new("proton-engine-bundles", &key, FetchError::Refused("S3 was asked".to_owned())).await;
    stage.step().await;
    let message = stage.version().await.status_message.unwrap();
    assert!(message.contains("was not uploaded"), "{message}");
}

#[tokio::test]
async fn a_version_that_is_gone_ends_the_effect() {
    let stage = Stage::new("bundles", "vpc.tar.gz", FetchError::Refused(String::new())).await;
    let mut writer = stage.store.write().await.unwrap();
    writer.delete_template_version(VERSION).await.unwrap();
    writer.commit().await.unwrap();
    stage.step().await;
    assert!(stage.effects().await.is_empty());
}

#[tokio::test]
async fn a_step_made_twice_changes_nothing() {
    let stage = Stage::new("bundles", "vpc.tar.gz", FetchError::Refused("first".to_owned())).await;
    let effects = stage.effects().await;
    stage.registrations.perform(&effects[0]).await.unwrap();
    let once = stage.version().await;
    stage.registrations.perform(&effects[0]).await.unwrap();
    assert_eq!(stage.version().await, once);
}

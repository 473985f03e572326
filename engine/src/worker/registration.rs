//! Registers template versions: fetches the bundle, checks it, keeps it, and records what came of it.
//!
//! Every step may be made twice: fetching and checking change nothing, and the end is recorded only while the version is
//! still being registered. What cannot be fetched is tried again for two minutes, then the version fails with the reason;
//! clients wait five (API model, waiter EnvironmentTemplateVersionRegistered).

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::back_off::back_off;
use super::commit::commit;
use super::fetch::{FetchBundle, FetchError};
use super::performer::{Performer, Trouble};
use super::registration_check::{Expected, register};
use crate::ambient::Clock;
use crate::bundle::archive::Limits;
use crate::domain::effect::EffectKind;
use crate::domain::template::Template;
use crate::domain::template_version::{BundleLocation, Registration, TemplateVersion};
use crate::domain::uploaded;
use crate::domain::version::{VersionNumber, VersionStatus};
use crate::failpoint::Failpoint;
use crate::store::{Effect, Store};

/// How long a bundle that cannot be fetched is tried again.
const PATIENCE: SignedDuration = SignedDuration::from_mins(2);

/// Performs the effect [`EffectKind::Registration`].
pub struct Registrations {
    store: Store,
    clock: Arc<dyn Clock>,
    bundles: Arc<dyn FetchBundle>,
}

/// What registering one version starts from.
struct Loaded {
    template: Template,
    version: TemplateVersion,
    earlier: Vec<(VersionNumber, String)>,
}

impl Registrations {
    /// Reads bundles that were not uploaded to the engine through `bundles`.
    pub fn new(store: Store, clock: Arc<dyn Clock>, bundles: Arc<dyn FetchBundle>) -> Self {
        Self { store, clock, bundles }
    }

    /// None when there is nothing to do: the version is gone, or its registration has ended.
    async fn load(&self, arn: &str) -> Result<Option<Loaded>, Trouble> {
        let mut reader = self.store.read().await?;
        let Some(version) = reader.template_version(arn).await? else {
            return Ok(None);
        };
        let template = reader.template(&version.template_arn).await?;
        let earlier = reader.earlier_schemas(&version.template_arn, version.number).await?;
        let in_progress = version.status == VersionStatus::RegistrationInProgress;
        Ok(template.filter(|_| in_progress).map(|template| Loaded { template, version, earlier }))
    }

    async fn fetch(&self, source: &BundleLocation) -> Result<Vec<u8>, Fetching> {
        if source.bucket == uploaded::BUCKET {
            return self.uploaded(&source.key).await;
        }
        let limit = Limits::default().compressed_bytes;
        Ok(self.bundles.fetch(&source.bucket, &source.key, limit).await?)
    }

    async fn uploaded(&self, key: &str) -> Result<Vec<u8>, Fetching> {
        let refused = |why: &str| FetchError::Refused(format!("s3://{}/{key}: {why}", uploaded::BUCKET));
        let digest = uploaded::digest(key)
            .ok_or_else(|| refused("the key must be the bundle's SHA-256 in hexadecimal digits, then .tar.gz"))?;
        let mut reader = self.store.read().await.map_err(Trouble::from)?;
        let bytes = reader.bundle(digest).await.map_err(Trouble::from)?;
        Ok(bytes.ok_or_else(|| refused("this bundle was not uploaded. Run proton-engine register"))?)
    }

    /// Records the end of a registration, if it has not ended meanwhile, together with the end of the effect.
    async fn settle(&self, effect: &Effect, outcome: Registration, bytes: &[u8], now: Timestamp) -> Result<(), Trouble> {
        let mut writer = self.store.write().await?;
        if let Registration::Accepted { bundle, .. } = &outcome {
            writer.put_bundle(bundle, bytes).await?;
        }
        let version = writer.template_version(&effect.key).await?;
        if let Some(version) = version.and_then(|version| version.registered(outcome, now)) {
            tracing::info!(kind = "template version", name = version.arn, status = version.status.name(), "registered");
            writer.put_template_version(&version).await?;
        }
        writer.complete(EffectKind::Registration, &effect.key).await?;
        Ok(commit(writer).await?)
    }

    async fn postpone(&self, effect: &Effect, now: Timestamp) -> Result<(), Trouble> {
        let attempts = effect.attempts.saturating_add(1);
        let due_at = now.saturating_add(back_off(attempts, effect.id)).unwrap_or(now);
        let mut writer = self.store.write().await?;
        writer.back_off(effect.id, attempts, due_at).await?;
        Ok(commit(writer).await?)
    }
}

/// Why there are no bytes: the source's fault or the engine's own.
enum Fetching {
    Source(FetchError),
    Own(Trouble),
}

impl From<FetchError> for Fetching {
    fn from(error: FetchError) -> Self {
        Self::Source(error)
    }
}

impl From<Trouble> for Fetching {
    fn from(trouble: Trouble) -> Self {
        Self::Own(trouble)
    }
}

#[async_trait::async_trait]
impl Performer for Registrations {
    async fn perform(&self, effect: &Effect) -> Result<(), Trouble> {
        let now = self.clock.now();
        let Some(loaded) = self.load(&effect.key).await? else {
            let mut writer = self.store.write().await?;
            writer.complete(EffectKind::Registration, &effect.key).await?;
            return Ok(commit(writer).await?);
        };
        Failpoint::BeforeAdvance.hit();
        let fetched = self.fetch(&loaded.version.source).await;
        Failpoint::AfterAdvance.hit();
        match fetched {
            Ok(bytes) => {
                let (outcome, bytes) = check(loaded, bytes).await?;
                self.settle(effect, outcome, &bytes, now).await
            }
            Err(Fetching::Own(trouble)) => Err(trouble),
            Err(Fetching::Source(FetchError::Transient(why))) if is_young(&loaded.version, now) => {
                tracing::warn!(kind = "template version", name = effect.key, why, "the bundle will be fetched again");
                self.postpone(effect, now).await
            }
            Err(Fetching::Source(FetchError::Refused(why) | FetchError::Transient(why))) => {
                self.settle(effect, Registration::Refused(why), &[], now).await
            }
        }
    }
}

fn is_young(version: &TemplateVersion, now: Timestamp) -> bool {
    now.duration_since(version.created_at) < PATIENCE
}

/// Unpacking and parsing take the processor for a while: not on the threads that serve requests.
async fn check(loaded: Loaded, bytes: Vec<u8>) -> Result<(Registration, Vec<u8>), Trouble> {
    let check = move || {
        let Loaded { template, earlier, .. } = loaded;
        let expected = Expected { kind: template.kind, customer_managed: template.customer_managed, earlier: &earlier };
        (register(&bytes, &expected), bytes)
    };
    tokio::task::spawn_blocking(check).await.map_err(|error| Trouble::Internal(format!("checking a bundle ended badly: {error}")))
}

//! Connection Secrets in the cluster: their metadata is watched, their data is read when it changed, and a finalizer keeps a
//! Secret until no object needs it any more, so that a namespace can be deleted in any order.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use k8s_openapi::api::core::v1::Secret;
use kube::api::PatchParams;
use kube::core::PartialObjectMeta;
use kube::runtime::reflector::{ObjectRef, Store};
use kube::{Api, Client, ResourceExt as _};

use super::ConnectionError;
use crate::failpoint::Failpoint;
use crate::reconcile::finalizer::Steps;
use crate::runtime::fence::Fence;
use crate::runtime::metrics::Metrics;

/// Kept on a Secret while an object uses it.
pub const FINALIZER: &str = "proton-operator.dev/connection";
/// Marks a Secret for the watch, which would otherwise have to hold every Secret of the cluster.
pub const IN_USE_LABEL: &str = "proton-operator.dev/connection";

/// A Secret that is used, by namespace and name.
pub type SecretUse = (String, String);

/// How connections get at Secrets.
#[async_trait]
pub trait SecretReader: Send + Sync {
    /// The resourceVersion of a Secret that is marked as in use, as far as the watch has seen it; no read.
    fn cached_version(&self, namespace: &str, name: &str) -> Option<String>;
    /// Reads a Secret and marks it as in use.
    ///
    /// # Errors
    /// When it is missing, or the API server does not give or mark it.
    async fn use_secret(&self, namespace: &str, name: &str) -> Result<Secret, ConnectionError>;
}

/// The Secrets of a cluster.
pub struct Secrets {
    client: Client,
    stores: Vec<Store<PartialObjectMeta<Secret>>>,
    fence: Arc<dyn Fence>,
    metrics: Metrics,
}

impl Secrets {
    /// `stores` are fed by watches on [`IN_USE_LABEL`].
    pub fn new(client: Client, stores: Vec<Store<PartialObjectMeta<Secret>>>, fence: Arc<dyn Fence>, metrics: Metrics) -> Self {
        Self { client, stores, fence, metrics }
    }

    /// Lets go of every marked Secret that is not in `used`.
    pub async fn release_unused(&self, used: &BTreeSet<SecretUse>) {
        let marked = self.stores.iter().flat_map(Store::state);
        for secret in marked.filter(|secret| !used.contains(&(secret.namespace().unwrap_or_default(), secret.name_any()))) {
            if let Err(error) = self.release(&secret).await {
                tracing::warn!(namespace = secret.namespace(), name = secret.name_any(), %error, "cannot release a connection Secret");
            }
        }
    }

    async fn release(&self, secret: &PartialObjectMeta<Secret>) -> anyhow::Result<()> {
        let steps = Steps::on(secret).remove(secret, FINALIZER).unlabel(secret, IN_USE_LABEL);
        self.fence.check()?;
        Failpoint::BeforeReleaseSecret.hit();
        self.patch(&secret.namespace().unwrap_or_default(), &secret.name_any(), steps).await?;
        Failpoint::AfterReleaseSecret.hit();
        Ok(())
    }

    async fn patch(&self, namespace: &str, name: &str, steps: Steps) -> Result<Secret, kube::Error> {
        let api = Api::<Secret>::namespaced(self.client.clone(), namespace);
        let patched = api.patch(name, &PatchParams::default(), &steps.patch()?).await?;
        self.metrics.wrote("secret");
        Ok(patched)
    }

    /// Marks a Secret, unless it is marked. One that is being deleted takes no new finalizer, and can still be used while it lasts.
    async fn mark(&self, secret: Secret) -> Result<Secret, ConnectionError> {
        let held = secret.finalizers().iter().any(|name| name == FINALIZER);
        let marked = held && secret.labels().contains_key(IN_USE_LABEL);
        if marked || secret.metadata.deletion_timestamp.is_some() {
            return Ok(secret);
        }
        let steps = Steps::on(&secret).add(&secret, FINALIZER).label(&secret, IN_USE_LABEL, "in-use");
        self.fence.check()?;
        Failpoint::BeforeMarkSecret.hit();
        let name = secret.name_any();
        let patched = self.patch(&secret.namespace().unwrap_or_default(), &name, steps).await;
        Failpoint::AfterMarkSecret.hit();
        patched.map_err(|source| ConnectionError::Api { name, source: Box::new(source) })
    }
}

#[async_trait]
impl SecretReader for Secrets {
    fn cached_version(&self, namespace: &str, name: &str) -> Option<String> {
        let wanted = ObjectRef::<PartialObjectMeta<Secret>>::new(name).within(namespace);
        let found = self.stores.iter().find_map(|store| store.get(&wanted))?;
        found.finalizers().iter().any(|name| name == FINALIZER).then(|| found.resource_version()).flatten()
    }

    async fn use_secret(&self, namespace: &str, name: &str) -> Result<Secret, ConnectionError> {
        let api = Api::<Secret>::namespaced(self.client.clone(), namespace);
        let failed = |source| ConnectionError::Api { name: name.to_owned(), source: Box::new(source) };
        let found = api.get_opt(name).await.map_err(failed)?;
        self.mark(found.ok_or_else(|| ConnectionError::Missing { name: name.to_owned() })?).await
    }
}

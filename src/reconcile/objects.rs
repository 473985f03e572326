//! Writes to the objects of one kind: status, finalizer. Each write applies to the version that was planned from, or not at all.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use k8s_openapi::NamespaceResourceScope;
use kube::api::{Patch, PatchParams};
use kube::core::DeserializeGuard;
use kube::runtime::reflector::ObjectRef;
use kube::{Api, Client, Resource, ResourceExt as _};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::finalizer::{Steps, is_stale};
use crate::failpoint::Failpoint;
use crate::runtime::cache::Cache;
use crate::runtime::fence::{Fence, NotLeader};
use crate::runtime::key::Key;
use crate::runtime::metrics::Metrics;

/// The field manager of every write.
pub const MANAGER: &str = "proton-operator";

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The object is not as it was planned from: observe again.
    #[error("the object changed meanwhile")]
    Stale,
    /// The object is gone.
    #[error("the object is gone")]
    Gone,
    /// This replica may not act.
    #[error(transparent)]
    NotLeader(#[from] NotLeader),
    /// Anything else.
    #[error("the API server refused a write: {0}")]
    Api(Box<kube::Error>),
}

impl From<kube::Error> for WriteError {
    fn from(error: kube::Error) -> Self {
        match &error {
            kube::Error::Api(status) if status.code == 404 => Self::Gone,
            other if is_stale(other) => Self::Stale,
            _ => Self::Api(Box::new(error)),
        }
    }
}

/// A kind whose objects the operator keeps.
pub trait Managed:
    Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + Debug + DeserializeOwned + Send + Sync + 'static
{
}

impl<K> Managed for K where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + Debug + DeserializeOwned + Send + Sync + 'static
{
}

/// The objects of one kind.
pub struct Objects<K: Managed> {
    client: Client,
    /// What the watches saw.
    pub cache: Arc<Cache<K>>,
    fence: Arc<dyn Fence>,
    metrics: Metrics,
}

impl<K: Managed> Objects<K>
where
    ObjectRef<DeserializeGuard<K>>: Hash + Eq,
{
    /// Objects in `cache`, written through `client`.
    pub fn new(client: Client, cache: Arc<Cache<K>>, fence: Arc<dyn Fence>, metrics: Metrics) -> Self {
        Self { client, cache, fence, metrics }
    }

    /// Reads an object from the API server: after a conflict the cache may not know the winner yet.
    ///
    /// # Errors
    /// [`WriteError::Gone`] and what the API server says.
    pub async fn reread(&self, key: &Key) -> Result<Arc<K>, WriteError> {
        let object = self.api(key).get(&key.name).await?;
        Ok(self.remember(key, object))
    }

    /// Applies the whole status, if the object is still the one that was planned from.
    ///
    /// # Errors
    /// See [`WriteError`]; nothing is written then.
    pub async fn apply_status(&self, key: &Key, object: &K, status: &impl Serialize) -> Result<Arc<K>, WriteError> {
        let metadata =
            json!({"name": object.name_any(), "namespace": object.namespace(), "resourceVersion": object.resource_version()});
        let body = json!({"apiVersion": K::api_version(&()), "kind": K::kind(&()), "metadata": metadata, "status": status});
        let how = PatchParams::apply(MANAGER).force();
        self.fence.check()?;
        Failpoint::BeforeRecordStatus.hit();
        let written = self.api(key).patch_status(&key.name, &how, &Patch::Apply(&body)).await?;
        Failpoint::AfterRecordStatus.hit();
        self.metrics.wrote("status");
        Ok(self.remember(key, written))
    }

    /// Adds a finalizer.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub async fn add_finalizer(&self, key: &Key, object: &K, finalizer: &str) -> Result<Arc<K>, WriteError> {
        self.fence.check()?;
        Failpoint::BeforeAddFinalizer.hit();
        let written = self.patch(key, Steps::on(object).add(object, finalizer)).await?;
        Failpoint::AfterAddFinalizer.hit();
        Ok(self.remember(key, written))
    }

    /// Removes a finalizer. The object may be gone after that.
    ///
    /// # Errors
    /// See [`WriteError`]; that it is gone already is none.
    pub async fn remove_finalizer(&self, key: &Key, object: &K, finalizer: &str) -> Result<(), WriteError> {
        self.fence.check()?;
        Failpoint::BeforeRemoveFinalizer.hit();
        let written = self.patch(key, Steps::on(object).remove(object, finalizer)).await;
        Failpoint::AfterRemoveFinalizer.hit();
        match written {
            Ok(written) => {
                self.remember(key, written);
                Ok(())
            }
            Err(WriteError::Gone) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn patch(&self, key: &Key, steps: Steps) -> Result<K, WriteError> {
        let written = self.api(key).patch(&key.name, &PatchParams::default(), &steps.patch()?).await?;
        self.metrics.wrote("finalizer");
        Ok(written)
    }

    fn remember(&self, key: &Key, object: K) -> Arc<K> {
        let object = Arc::new(object);
        self.cache.wrote(key, object.clone());
        object
    }

    fn api(&self, key: &Key) -> Api<K> {
        Api::namespaced(self.client.clone(), &key.namespace)
    }
}

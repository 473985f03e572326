//! Writes outputs into the ConfigMap and the Secret that `writeOutputsTo` names.
//!
//! They are compared with what is there at most once per interval, and written only where they differ. An object that carries
//! another owner's annotation, or none, is never touched.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::api::{DeleteParams, Patch, PatchParams, Preconditions};
use kube::{Api, Client, Resource, ResourceExt as _};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::objects::MANAGER;
use crate::api::annotation::OWNER_TAG;
use crate::api::{OutputTargets, RecordedOutputs};
use crate::failpoint::Failpoint;
use crate::runtime::fence::{Fence, NotLeader};
use crate::runtime::key::Key;
use crate::runtime::metrics::Metrics;

/// How long written outputs are taken for unchanged.
const TRUSTED: Duration = Duration::from_secs(600);

/// Why outputs were not written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The object belongs to someone else.
    #[error("{kind} '{name}' exists and does not belong to this object; delete it or choose another name in spec.writeOutputsTo")]
    Foreign {
        /// ConfigMap or Secret.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// This replica may not act.
    #[error(transparent)]
    NotLeader(#[from] NotLeader),
    /// What the API server says.
    #[error("cannot write outputs: {0}")]
    Api(#[from] kube::Error),
}

/// What is to be written, and for whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// `cluster name/namespace/name` of the custom resource.
    pub owner: String,
    /// The custom resource, if the objects are to go with it.
    pub reference: Option<OwnerReference>,
    /// Where to.
    pub targets: OutputTargets,
    /// What.
    pub outputs: RecordedOutputs,
}

/// Writes outputs.
pub struct Outputs {
    client: Client,
    metrics: Metrics,
    written: Mutex<HashMap<Key, (Source, Instant)>>,
}

/// ConfigMaps and Secrets, as far as they are alike.
trait Holder: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + std::fmt::Debug + DeserializeOwned {
    /// The kind's name.
    const KIND: &'static str;
    /// Values as their `data` holds them.
    fn data(values: &BTreeMap<String, String>) -> Value;
    /// Whether this is what `data` holds.
    fn holds(&self, values: &BTreeMap<String, String>) -> bool;
}

impl Holder for ConfigMap {
    const KIND: &'static str = "ConfigMap";

    fn data(values: &BTreeMap<String, String>) -> Value {
        json!(values)
    }

    fn holds(&self, values: &BTreeMap<String, String>) -> bool {
        self.data.clone().unwrap_or_default() == *values
    }
}

impl Holder for Secret {
    const KIND: &'static str = "Secret";

    fn data(values: &BTreeMap<String, String>) -> Value {
        json!(bytes(values))
    }

    fn holds(&self, values: &BTreeMap<String, String>) -> bool {
        self.data.clone().unwrap_or_default() == bytes(values)
    }
}

fn bytes(values: &BTreeMap<String, String>) -> BTreeMap<String, k8s_openapi::ByteString> {
    values.iter().map(|(key, value)| (key.clone(), k8s_openapi::ByteString(value.clone().into_bytes()))).collect()
}

impl Outputs {
    /// Nothing written yet.
    pub fn new(client: Client, metrics: Metrics) -> Self {
        Self { client, metrics, written: Mutex::default() }
    }

    /// Makes what is in the cluster equal to `source`.
    ///
    /// # Errors
    /// See [`OutputError`].
    pub async fn write(&self, key: &Key, source: Source, fence: &dyn Fence) -> Result<(), OutputError> {
        let before = self.written.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        if before.is_some_and(|(before, at)| before == source && at.elapsed() < TRUSTED) {
            return Ok(());
        }
        self.ensure::<ConfigMap>(key, source.targets.config_map.as_deref(), &source, fence).await?;
        self.ensure::<Secret>(key, source.targets.secret.as_deref(), &source, fence).await?;
        self.written.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), (source, Instant::now()));
        Ok(())
    }

    /// Deletes the objects that `old` names and `new` does not. Done before the status forgets them, so that a crash
    /// in between leaves none behind.
    ///
    /// # Errors
    /// See [`OutputError`].
    pub async fn leave(
        &self,
        key: &Key,
        owner: &str,
        old: &OutputTargets,
        new: &OutputTargets,
        fence: &dyn Fence,
    ) -> Result<(), OutputError> {
        if old == new {
            return Ok(());
        }
        self.forget(key);
        self.drop_old::<ConfigMap>(key, owner, old.config_map.as_ref().filter(|_| old.config_map != new.config_map), fence)
            .await?;
        self.drop_old::<Secret>(key, owner, old.secret.as_ref().filter(|_| old.secret != new.secret), fence).await
    }

    /// Forgets what was written for an object that is gone.
    pub fn forget(&self, key: &Key) {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    async fn ensure<H: Holder>(
        &self,
        key: &Key,
        name: Option<&str>,
        source: &Source,
        fence: &dyn Fence,
    ) -> Result<(), OutputError> {
        let Some(name) = name else {
            return Ok(());
        };
        let api = Api::<H>::namespaced(self.client.clone(), &key.namespace);
        let values = usable(source.outputs.values.get());
        if let Some(found) = api.get_opt(name).await? {
            if owner_of(&found) != Some(source.owner.as_str()) {
                return Err(OutputError::Foreign { kind: H::KIND, name: name.to_owned() });
            }
            if found.holds(&values) && found.owner_references() == source.reference.as_slice() {
                return Ok(());
            }
        }
        let metadata = json!({
            "name": name,
            "namespace": key.namespace,
            "annotations": {OWNER_TAG: source.owner},
            "ownerReferences": source.reference.as_slice(),
        });
        let body = json!({"apiVersion": "v1", "kind": H::KIND, "metadata": metadata, "data": H::data(&values)});
        fence.check()?;
        Failpoint::BeforeWriteOutputs.hit();
        api.patch(name, &PatchParams::apply(MANAGER).force(), &Patch::Apply(&body)).await?;
        Failpoint::AfterWriteOutputs.hit();
        self.metrics.wrote("outputs");
        Ok(())
    }

    async fn drop_old<H: Holder>(
        &self,
        key: &Key,
        owner: &str,
        name: Option<&String>,
        fence: &dyn Fence,
    ) -> Result<(), OutputError> {
        let Some(name) = name else {
            return Ok(());
        };
        let api = Api::<H>::namespaced(self.client.clone(), &key.namespace);
        let Some(found) = api.get_opt(name).await?.filter(|found| owner_of(found) == Some(owner)) else {
            return Ok(());
        };
        let only_this = Preconditions { uid: found.uid(), resource_version: found.resource_version() };
        fence.check()?;
        Failpoint::BeforeDeleteOutputs.hit();
        let deleted = api.delete(name, &DeleteParams::default().preconditions(only_this)).await;
        Failpoint::AfterDeleteOutputs.hit();
        self.metrics.wrote("outputs");
        match deleted {
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(()),
            other => other.map(drop).map_err(OutputError::from),
        }
    }
}

fn owner_of(object: &impl Resource) -> Option<&str> {
    object.meta().annotations.as_ref()?.get(OWNER_TAG).map(String::as_str)
}

/// Outputs by keys that a ConfigMap and a Secret take: other characters become `_`.
fn usable(values: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let fits = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
    values.iter().map(|(key, value)| (key.chars().map(fits).collect(), value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::usable;

    #[test]
    fn keys_fit_into_a_config_map() {
        let values = [("Vpc Id/1".to_owned(), "v".to_owned())].into();
        assert_eq!(usable(&values).keys().collect::<Vec<_>>(), ["Vpc_Id_1"]);
    }
}

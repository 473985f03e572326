//! The cluster's side: objects read, listed and patched with the user's kubeconfig.

use std::fmt::Display;

use k8s_openapi::api::core::v1::Secret;
use kube::api::{ListParams, Patch, PatchParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::core::DynamicObject;
use kube::{Api, Client, Config};
use serde_json::Value;
use strum::VariantArray as _;

use super::args::Global;
use super::failure::Failure;
use super::item::Item;
use super::resource::{Id, Kind};

/// The field manager of every write.
const MANAGER: &str = "kubectl-proton";
/// Objects per page of a list.
const PAGE: u32 = 500;

/// A cluster and the namespace in which objects are named.
pub(super) struct Cluster {
    client: Client,
    pub(super) namespace: String,
}

impl Cluster {
    /// Reads the kubeconfig; nothing is sent yet.
    ///
    /// # Errors
    /// When there is no usable one.
    pub(super) async fn open(global: &Global) -> Result<Self, Failure> {
        let options = KubeConfigOptions { context: global.context.clone(), ..KubeConfigOptions::default() };
        let config = match &global.kubeconfig {
            Some(path) => {
                let read = Kubeconfig::read_from(path).map_err(unusable)?;
                Config::from_custom_kubeconfig(read, &options).await.map_err(unusable)?
            }
            None if global.context.is_some() => Config::from_kubeconfig(&options).await.map_err(unusable)?,
            None => Config::infer().await.map_err(unusable)?,
        };
        let namespace = global.namespace.clone().unwrap_or_else(|| config.default_namespace.clone());
        Ok(Self { client: Client::try_from(config).map_err(unusable)?, namespace })
    }

    /// The objects of a kind in a namespace, or in all.
    pub(super) fn api(&self, kind: Kind, namespace: Option<&str>) -> Api<DynamicObject> {
        match namespace {
            Some(namespace) => Api::namespaced_with(self.client.clone(), namespace, &kind.api()),
            None => Api::all_with(self.client.clone(), &kind.api()),
        }
    }

    /// One object.
    ///
    /// # Errors
    /// When it is not there or may not be read.
    pub(super) async fn read(&self, id: &Id) -> Result<Item, Failure> {
        let found = self.api(id.kind, Some(&id.namespace)).get(&id.name).await;
        Item::read(id.kind, found.map_err(|error| Failure::about(id, error))?)
    }

    /// Every object of every kind in a namespace, or in all.
    ///
    /// # Errors
    /// When one of the kinds may not be listed.
    pub(super) async fn list(&self, namespace: Option<&str>) -> Result<Vec<Item>, Failure> {
        let kinds = Kind::VARIANTS.iter().map(|kind| self.list_kind(*kind, namespace));
        Ok(futures::future::try_join_all(kinds).await?.concat())
    }

    /// Every object of a kind.
    ///
    /// # Errors
    /// When they may not be listed.
    pub(super) async fn list_kind(&self, kind: Kind, namespace: Option<&str>) -> Result<Vec<Item>, Failure> {
        let api = self.api(kind, namespace);
        let (mut items, mut page) = (Vec::new(), ListParams::default().limit(PAGE));
        loop {
            let listed = api.list(&page).await.map_err(|error| Failure::of_kind(kind.plural(), error))?;
            for object in listed.items {
                items.push(Item::read(kind, object)?);
            }
            match listed.metadata.continue_.filter(|token| !token.is_empty()) {
                Some(token) => page = page.continue_token(&token),
                None => return Ok(items),
            }
        }
    }

    /// Merges `change` into an object.
    ///
    /// # Errors
    /// When it is not there or the change is not admitted.
    pub(super) async fn patch(&self, id: &Id, change: &Value) -> Result<Item, Failure> {
        let params = PatchParams { field_manager: Some(MANAGER.to_owned()), ..PatchParams::default() };
        let patched = self.api(id.kind, Some(&id.namespace)).patch(&id.name, &params, &Patch::Merge(change)).await;
        Item::read(id.kind, patched.map_err(|error| Failure::about(id, error))?)
    }

    /// The Secret of a connection.
    ///
    /// # Errors
    /// When it is not there or the user may not read it.
    pub(super) async fn secret(&self, namespace: &str, name: &str) -> Result<Secret, Failure> {
        let advice = "read it as someone who may, or ask with keys of your own: --sdk-connection";
        Api::<Secret>::namespaced(self.client.clone(), namespace)
            .get(name)
            .await
            .map_err(|error| Failure::Refused(format!("the connection's Secret {namespace}/{name}: {error}; {advice}")))
    }
}

fn unusable(error: impl Display) -> Failure {
    Failure::Kubeconfig(error.to_string())
}

//! Which objects use which connection Secrets.

use std::hash::Hash;
use std::sync::Arc;

use kube::ResourceExt as _;
use kube::core::DeserializeGuard;
use kube::runtime::reflector::ObjectRef;

use super::cache::Cache;
use super::key::{Key, Kind};
use crate::api::{Component, ProtonEnvironment, ProtonService, ServiceInstance};
use crate::proton::connection::SecretUse;
use crate::reconcile::subject::Subject;

/// The objects of every kind.
pub struct Users {
    /// ProtonEnvironments.
    pub environments: Arc<Cache<ProtonEnvironment>>,
    /// ProtonServices.
    pub services: Arc<Cache<ProtonService>>,
    /// ServiceInstances.
    pub instances: Arc<Cache<ServiceInstance>>,
    /// Components.
    pub components: Arc<Cache<Component>>,
}

impl Users {
    /// Objects with a connectionRef, and the Secrets that they name.
    pub fn all(&self) -> impl Iterator<Item = (Key, SecretUse)> + '_ {
        let environments = of(&self.environments, Kind::Environment);
        let services = of(&self.services, Kind::Service);
        let instances = of(&self.instances, Kind::Instance);
        environments.chain(services).chain(instances).chain(of(&self.components, Kind::Component))
    }
}

fn of<K: Subject>(cache: &Cache<K>, kind: Kind) -> impl Iterator<Item = (Key, SecretUse)> + '_
where
    ObjectRef<DeserializeGuard<K>>: Hash + Eq,
{
    cache.all().filter_map(move |object| {
        let object = object.0.as_ref().ok()?;
        let secret = object.lifecycle().connection_ref.as_ref()?.name.clone();
        let namespace = object.meta().namespace.clone()?;
        Some((Key::new(kind, namespace.clone(), object.name_any()), (namespace, secret)))
    })
}

//! The objects of every kind as their caches show them: what refs resolve to, which instances a service has, whom a change wakes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kube::ResourceExt as _;
use tokio::sync::OwnedMutexGuard;

use super::subject::Subject;
use crate::api::{Component, ConditionType, Conditions, LocalRef, ProtonEnvironment, ProtonService, Reason, ServiceInstance};
use crate::plan::{Dependency, Referred};
use crate::runtime::cache::Cache;
use crate::runtime::dispatch::Dispatch;
use crate::runtime::key::{Key, Kind};
use crate::runtime::queue::Lane;

/// The caches of every kind, and where keys go.
pub struct Caches {
    /// ProtonEnvironments.
    pub environments: Arc<Cache<ProtonEnvironment>>,
    /// ProtonServices.
    pub services: Arc<Cache<ProtonService>>,
    /// ServiceInstances.
    pub instances: Arc<Cache<ServiceInstance>>,
    /// Components.
    pub components: Arc<Cache<Component>>,
    /// The queue.
    pub dispatch: Arc<Dispatch>,
}

/// What surrounds an object. The default knows nothing.
#[derive(Default)]
pub struct Surroundings {
    caches: Option<Caches>,
    turns: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl Surroundings {
    /// Looks into these caches.
    pub fn new(caches: Caches) -> Self {
        Self { caches: Some(caches), turns: Mutex::default() }
    }

    /// Waits for the turn to rewrite a service. Services of one name at several endpoints share a turn, which costs little.
    pub async fn turn(&self, service: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            turns.entry(service.to_owned()).or_default().clone()
        };
        turn.lock_owned().await
    }

    /// An environment by name or ref.
    pub fn environment(&self, namespace: &str, name: Option<&String>, reference: Option<&LocalRef>) -> Option<Dependency> {
        let find =
            |object: &str| self.caches.as_ref().and_then(|all| found(&all.environments, Kind::Environment, namespace, object));
        Dependency::resolve("ProtonEnvironment", name, reference, find)
    }

    /// A service by name or ref.
    pub fn service(&self, namespace: &str, name: Option<&String>, reference: Option<&LocalRef>) -> Option<Dependency> {
        let find = |object: &str| self.caches.as_ref().and_then(|all| found(&all.services, Kind::Service, namespace, object));
        Dependency::resolve("ProtonService", name, reference, find)
    }

    /// A service by name or ref for something that only needs it to be there and at rest: a pipeline that failed does not matter to it.
    pub fn standing_service(&self, namespace: &str, name: Option<&String>, reference: Option<&LocalRef>) -> Option<Dependency> {
        let find = |object: &str| {
            let all = self.caches.as_ref()?;
            let status = all.services.get(&Key::new(Kind::Service, namespace, object))?.remembered();
            let stands = status.service.status.as_ref().is_some_and(|word| !word.ends_with("_IN_PROGRESS"));
            let found = found(&all.services, Kind::Service, namespace, object)?;
            Some(Referred { ready: found.ready || stands, ..found })
        };
        Dependency::resolve("ProtonService", name, reference, find)
    }

    /// An instance by name or ref.
    pub fn instance(&self, namespace: &str, name: Option<&String>, reference: Option<&LocalRef>) -> Option<Dependency> {
        let find = |object: &str| self.caches.as_ref().and_then(|all| found(&all.instances, Kind::Instance, namespace, object));
        Dependency::resolve("ServiceInstance", name, reference, find)
    }

    /// The ServiceInstance objects of a namespace.
    pub fn instances(&self, namespace: &str) -> Vec<Arc<ServiceInstance>> {
        self.caches.as_ref().map(|all| listed(&all.instances, Kind::Instance, namespace)).unwrap_or_default()
    }

    /// The ProtonService objects of a namespace.
    pub fn services(&self, namespace: &str) -> Vec<Arc<ProtonService>> {
        self.caches.as_ref().map(|all| listed(&all.services, Kind::Service, namespace)).unwrap_or_default()
    }

    /// The Component objects of a namespace.
    pub fn components(&self, namespace: &str) -> Vec<Arc<Component>> {
        self.caches.as_ref().map(|all| listed(&all.components, Kind::Component, namespace)).unwrap_or_default()
    }

    /// Queues the objects that may wait for a change of this one. Each finds out by itself, and a pass without a change writes nothing.
    pub fn wake_dependents(&self, changed: &Key) {
        let Some(all) = &self.caches else {
            return;
        };
        let wake = |kind: Kind, names: Vec<String>| {
            let keys = names.into_iter().map(|name| Key::new(kind, changed.namespace.clone(), name));
            keys.for_each(|key| all.dispatch.push(key, Lane::Background));
        };
        let namespace = changed.namespace.as_str();
        if changed.kind != Kind::Instance {
            wake(Kind::Instance, names(&listed(&all.instances, Kind::Instance, namespace)));
        }
        if matches!(changed.kind, Kind::Environment | Kind::Instance) {
            wake(Kind::Service, names(&listed(&all.services, Kind::Service, namespace)));
        }
        if changed.kind != Kind::Component {
            wake(Kind::Component, names(&listed(&all.components, Kind::Component, namespace)));
        }
        if changed.kind == Kind::Component {
            wake(Kind::Service, going(&listed(&all.services, Kind::Service, namespace)));
        }
        if matches!(changed.kind, Kind::Instance | Kind::Component) {
            wake(Kind::Environment, going(&listed(&all.environments, Kind::Environment, namespace)));
        }
    }
}

fn names<K: kube::Resource>(objects: &[Arc<K>]) -> Vec<String> {
    objects.iter().map(|object| object.name_any()).collect()
}

/// Names of those that are being deleted: they wait for what still needs them.
fn going<K: kube::Resource>(objects: &[Arc<K>]) -> Vec<String> {
    let going = objects.iter().filter(|object| object.meta().deletion_timestamp.is_some());
    going.map(|object| object.name_any()).collect()
}

fn listed<K: Subject>(cache: &Cache<K>, kind: Kind, namespace: &str) -> Vec<Arc<K>>
where
    kube::runtime::reflector::ObjectRef<kube::core::DeserializeGuard<K>>: std::hash::Hash + Eq,
{
    let here = cache.all().filter(|object| object.namespace().as_deref() == Some(namespace));
    here.filter_map(|object| cache.get(&Key::new(kind, namespace, object.name_any()))).collect()
}

/// A referred object: Ready for its newest generation, or not.
fn found<K: Subject>(cache: &Cache<K>, kind: Kind, namespace: &str, name: &str) -> Option<Referred>
where
    kube::runtime::reflector::ObjectRef<kube::core::DeserializeGuard<K>>: std::hash::Hash + Eq,
{
    let object = cache.get(&Key::new(kind, namespace, name))?;
    let status = object.remembered();
    let current = status.observed_generation == object.meta().generation;
    Some(Referred {
        remote: object.desired("").name,
        ready: current && status.conditions.is_true(ConditionType::Ready),
        deleting: object.meta().deletion_timestamp.is_some(),
        stalled: (current && status.conditions.is_true(ConditionType::Stalled))
            .then(|| status.conditions.reason(ConditionType::Stalled).map(Reason::name))
            .flatten(),
    })
}

//! Objects of every kind, their drivers, and a Proton and an API server in memory.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use kube::core::DeserializeGuard;
use kube::runtime::reflector::{self, store::Writer};
use kube::runtime::watcher;
use serde_json::{Value, json};

use crate::api::{Component, ProtonEnvironment, ProtonService, ServiceInstance};
use crate::proton::connection::{ConnectionError, ConnectionSettings, Connections, Connector, SecretReader};
use crate::proton::memory::MemoryProton;
use crate::proton::{DeploymentStatus, Proton};
use crate::reconcile::driver::{Clock, Driver, Parts};
use crate::reconcile::events::Events;
use crate::reconcile::kube_double::KubeDouble;
use crate::reconcile::subject::Subject;
use crate::reconcile::surroundings::{Caches, Surroundings};
use crate::runtime::cache::Cache;
use crate::runtime::dispatch::Dispatch;
use crate::runtime::drivers::Drivers;
use crate::runtime::fence::Unfenced;
use crate::runtime::key::{Key, Kind};
use crate::runtime::metrics::Metrics;
use crate::runtime::poll::Poller;
use crate::runtime::settings::Settings;
use crate::runtime::workers::Reconcile as _;

struct OneProton(Arc<MemoryProton>);

#[async_trait]
impl Connector for OneProton {
    async fn own(&self) -> Arc<dyn Proton> {
        self.0.clone()
    }
    async fn of(&self, _: &ConnectionSettings, _: &str) -> Arc<dyn Proton> {
        self.0.clone()
    }
}

struct NoSecrets;

#[async_trait]
impl SecretReader for NoSecrets {
    fn cached_version(&self, _: &str, _: &str) -> Option<String> {
        None
    }
    async fn use_secret(&self, _: &str, name: &str) -> Result<k8s_openapi::api::core::v1::Secret, ConnectionError> {
        Err(ConnectionError::Missing { name: name.into() })
    }
}

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    settings: Settings,
}

struct Writers {
    environments: Writer<DeserializeGuard<ProtonEnvironment>>,
    services: Writer<DeserializeGuard<ProtonService>>,
    instances: Writer<DeserializeGuard<ServiceInstance>>,
    components: Writer<DeserializeGuard<Component>>,
}

/// The world.
pub(super) struct Stage {
    kube: KubeDouble,
    /// The endpoint.
    pub(super) proton: Arc<MemoryProton>,
    /// Objects in the order of their passes.
    pub(super) objects: Vec<(Kind, &'static str)>,
    drivers: Drivers,
    writers: Writers,
}

fn path(kind: Kind, name: &str) -> String {
    let plural = match kind {
        Kind::Environment => "protonenvironments",
        Kind::Service => "protonservices",
        Kind::Instance => "serviceinstances",
        Kind::Component => "components",
    };
    format!("/apis/proton-operator.dev/v1alpha1/namespaces/team/{plural}/{name}")
}

fn clock() -> Clock {
    static START: std::sync::OnceLock<Timestamp> = std::sync::OnceLock::new();
    let (origin, started) = (*START.get_or_init(Timestamp::now), tokio::time::Instant::now());
    Arc::new(move || origin + started.elapsed())
}

impl Stage {
    /// Nothing there.
    pub(super) fn new() -> Self {
        let (kube, proton) = (KubeDouble::default(), Arc::new(MemoryProton::default()));
        let (environments, one) = reflector::store();
        let (services, two) = reflector::store();
        let (instances, three) = reflector::store();
        let (components, four) = reflector::store();
        let writers = Writers { environments: one, services: two, instances: three, components: four };
        let caches = Caches {
            environments: Arc::new(Cache::new(vec![environments])),
            services: Arc::new(Cache::new(vec![services])),
            instances: Arc::new(Cache::new(vec![instances])),
            components: Arc::new(Cache::new(vec![components])),
            dispatch: Arc::new(Dispatch::new(Metrics::default())),
        };
        let drivers = drivers(&kube, &proton, caches);
        Self { kube, proton, objects: Vec::new(), drivers, writers }
    }

    /// Creates an object.
    pub(super) fn create(&mut self, kind: Kind, name: &'static str, spec: Value) {
        let metadata = json!({"namespace": "team", "name": name, "uid": format!("u-{name}"), "generation": 1});
        let object =
            json!({"apiVersion": "proton-operator.dev/v1alpha1", "kind": kind.as_str(), "metadata": metadata, "spec": spec});
        self.kube.put(&path(kind, name), object);
        self.objects.push((kind, name));
    }

    /// Changes an object as a user would.
    pub(super) fn edit(&self, kind: Kind, name: &str, change: impl FnOnce(&mut Value)) {
        self.kube.edit(&path(kind, name), |object| {
            change(object);
            object["metadata"]["generation"] = json!(object["metadata"]["generation"].as_i64().unwrap() + 1);
        });
    }

    /// Deletes an object as a user would.
    pub(super) fn delete(&self, kind: Kind, name: &str) {
        self.edit(kind, name, |object| object["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z"));
    }

    /// The object as it is.
    pub(super) fn object(&self, kind: Kind, name: &str) -> Option<Value> {
        self.kube.object(&path(kind, name))
    }

    /// The paths written so far.
    pub(super) fn writes(&self) -> usize {
        self.kube.writes().len()
    }

    /// Status and reason of Ready.
    pub(super) fn ready(&self, kind: Kind, name: &str) -> (String, String) {
        let object = self.object(kind, name).unwrap();
        let ready = object["status"]["conditions"].as_array().into_iter().flatten().find(|one| one["type"] == "Ready");
        ready.map_or_else(Default::default, |ready| {
            (ready["status"].as_str().unwrap().to_owned(), ready["reason"].as_str().unwrap().to_owned())
        })
    }

    /// The message of Ready.
    pub(super) fn message(&self, kind: Kind, name: &str) -> String {
        let object = self.object(kind, name).unwrap();
        object["status"]["conditions"][0]["message"].as_str().unwrap().to_owned()
    }

    /// A pass of every object, in order.
    pub(super) async fn passes(&mut self) {
        for (kind, name) in self.objects.clone() {
            self.see();
            self.drivers.pass(&Key::new(kind, "team", name)).await;
        }
    }

    /// Passes until everything has come to rest.
    pub(super) async fn settle(&mut self) {
        for _ in 0..14 {
            self.passes().await;
            self.end();
            tokio::time::advance(Duration::from_secs(20)).await;
        }
        self.passes().await;
    }

    /// Ends what runs.
    pub(super) fn end(&self) {
        for (kind, name) in &self.objects {
            let view =
                self.proton.environment(name).filter(|view| *kind == Kind::Environment && view.deployment_status.is_running());
            if let Some(view) = view {
                let deleting = view.deployment_status == DeploymentStatus::DeleteInProgress;
                self.proton.finish(name, if deleting { DeploymentStatus::DeleteComplete } else { DeploymentStatus::Succeeded });
            }
        }
        self.proton.finish_all();
    }

    /// The watches catch up.
    fn see(&mut self) {
        let of = |wanted: Kind| -> Vec<Value> {
            let named = self.objects.iter().filter(|(kind, _)| *kind == wanted);
            named.filter_map(|(kind, name)| self.kube.object(&path(*kind, name))).collect()
        };
        let lists = [of(Kind::Environment), of(Kind::Service), of(Kind::Instance), of(Kind::Component)];
        let [environments, services, instances, components] = lists;
        show(&mut self.writers.environments, environments);
        show(&mut self.writers.services, services);
        show(&mut self.writers.instances, instances);
        show(&mut self.writers.components, components);
    }
}

fn show<K: Subject>(writer: &mut Writer<DeserializeGuard<K>>, objects: Vec<Value>)
where
    reflector::ObjectRef<DeserializeGuard<K>>: std::hash::Hash + Eq,
{
    writer.apply_watcher_event(&watcher::Event::Init);
    for object in objects {
        writer.apply_watcher_event(&watcher::Event::InitApply(serde_json::from_value(object).unwrap()));
    }
    writer.apply_watcher_event(&watcher::Event::InitDone);
}

fn drivers(kube: &KubeDouble, proton: &Arc<MemoryProton>, caches: Caches) -> Drivers {
    let settings = <Line as clap::Parser>::parse_from(["x"]).settings;
    let connections = Connections::new(Arc::new(OneProton(proton.clone())), Arc::new(NoSecrets), settings, Metrics::default());
    let (environments, services) = (caches.environments.clone(), caches.services.clone());
    let (instances, components) = (caches.instances.clone(), caches.components.clone());
    let surroundings = Arc::new(Surroundings::new(caches));
    let (poller, clock) = (Arc::new(Poller::default()), clock());
    let parts = Whole { kube, connections, surroundings, poller, clock };
    Drivers {
        environments: Driver::new(parts.of(environments)),
        services: Driver::new(parts.of(services)),
        instances: Driver::new(parts.of(instances)),
        components: Driver::new(parts.of(components)),
    }
}

struct Whole<'a> {
    kube: &'a KubeDouble,
    connections: Connections,
    surroundings: Arc<Surroundings>,
    poller: Arc<Poller>,
    clock: Clock,
}

impl Whole<'_> {
    fn of<K: Subject>(&self, cache: Arc<Cache<K>>) -> Parts<K> {
        Parts {
            client: self.kube.client(),
            cache,
            connections: self.connections.clone(),
            events: Events::new(self.kube.client(), Metrics::default()),
            poller: self.poller.clone(),
            fence: Arc::new(Unfenced),
            metrics: Metrics::default(),
            cluster_name: "test".into(),
            resync: Duration::from_secs(600),
            clock: self.clock.clone(),
            gone: Arc::default(),
            surroundings: self.surroundings.clone(),
        }
    }
}

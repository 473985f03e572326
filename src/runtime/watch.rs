//! Watches the objects of one kind: fills the cache, and queues those whose wishes changed. Status writes, ours above all, queue
//! nothing.

use std::collections::{HashMap, HashSet};
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _};
use k8s_openapi::api::core::v1::ObjectReference;
use kube::core::DeserializeGuard;
use kube::core::error_boundary::InvalidObject;
use kube::runtime::reflector::{Store, store::Writer};
use kube::runtime::utils::Backoff;
use kube::runtime::{WatchStreamExt as _, reflector, watcher};
use kube::{Api, Client, Resource, ResourceExt as _};
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use super::dispatch::Dispatch;
use super::key::{Key, Kind};
use super::metrics::Metrics;
use super::queue::Lane;
use super::readiness::Readiness;

/// What a watch feeds.
#[derive(Clone)]
pub struct Feed {
    /// The kind, for keys and texts.
    pub kind: Kind,
    /// Where keys go.
    pub dispatch: Arc<Dispatch>,
    /// Where it is told that the cache is not filled.
    pub readiness: Readiness,
    /// Where objects that do not decode are counted.
    pub metrics: Metrics,
    /// Told about an object that does not decode, once per change of it.
    pub on_invalid: Arc<dyn Fn(Invalid) + Send + Sync>,
}

/// An object that does not decode. The CRD's schema refuses most; what is left was stored before an upgrade or past the schema.
#[derive(Clone, Debug)]
pub struct Invalid {
    /// Which object it is.
    pub about: ObjectReference,
    /// What is wrong, with quoted values hidden: they may be sensitive.
    pub problem: String,
}

impl Invalid {
    fn new<K: Resource<DynamicType = ()>>(invalid: InvalidObject) -> Self {
        let InvalidObject { error, metadata } = invalid;
        let about = ObjectReference {
            api_version: Some(K::api_version(&()).into_owned()),
            kind: Some(K::kind(&()).into_owned()),
            namespace: metadata.namespace,
            name: metadata.name,
            uid: metadata.uid,
            ..ObjectReference::default()
        };
        Self { about, problem: hide_quoted(&error) }
    }
}

/// Replaces what stands in double quotes, where serde puts the values it cannot read.
fn hide_quoted(text: &str) -> String {
    let parts = text.split('"').enumerate().map(|(n, part)| if n % 2 == 0 { part } else { "…" });
    parts.collect::<Vec<_>>().join("\"")
}

/// One watch, not yet started: of a namespace, or of all.
pub struct Watch<K: Resource<DynamicType = ()> + Clone + 'static> {
    api: Api<DeserializeGuard<K>>,
    writer: Writer<DeserializeGuard<K>>,
    gate: String,
}

/// The watch of `namespace` (`None`: all) and the store that it will fill. The gate named after the kind is closed until then.
pub fn prepare<K>(client: &Client, namespace: Option<&str>, feed: &Feed) -> (Watch<K>, Store<DeserializeGuard<K>>)
where
    K: Resource<DynamicType = (), Scope = k8s_openapi::NamespaceResourceScope>
        + Clone
        + DeserializeOwned
        + Debug
        + Send
        + Sync
        + 'static,
{
    let (store, writer) = reflector::store();
    let api = match namespace {
        Some(namespace) => Api::namespaced(client.clone(), namespace),
        None => Api::all(client.clone()),
    };
    let gate =
        namespace.map_or_else(|| feed.kind.as_str().to_owned(), |namespace| format!("{} in {namespace}", feed.kind.as_str()));
    feed.readiness.wait_for(&gate, "the objects are not listed yet");
    (Watch { api, writer, gate }, store)
}

impl<K> Watch<K>
where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Debug + Send + Sync + 'static,
{
    /// Watches until `stop` is cancelled. Errors are told and retried for ever: a CRD may be installed later.
    pub async fn run(self, feed: Feed, stop: CancellationToken) {
        let Watch { api, writer, gate } = self;
        let config = watcher::Config::default().any_semantic().page_size(100);
        let events = watcher(api, config).backoff(Steady::default()).modify(prune).reflect(writer);
        let mut events = events.into_stream().take_until(stop.cancelled_owned()).boxed();
        let mut seen = Seen::default();
        while let Some(event) = events.next().await {
            match event {
                Ok(event) => seen.handle(event, &feed, &gate),
                Err(error) => complain(&error, &feed, &gate),
            }
        }
    }
}

/// Drops what nobody reads and what is large.
fn prune<K: Resource>(object: &mut K) {
    object.managed_fields_mut().clear();
    object.annotations_mut().remove("kubectl.kubernetes.io/last-applied-configuration");
}

/// What of an object calls for a pass when it changes. Our own finalizers and status are not among it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wishes {
    uid: Option<String>,
    generation: Option<i64>,
    deleting: bool,
    annotations: Vec<(String, String)>,
}

impl Wishes {
    fn of<K: Resource>(object: &K) -> Self {
        let ours = |(key, _): &(&String, &String)| key.starts_with("proton-operator.dev/");
        Self {
            uid: object.uid(),
            generation: object.meta().generation,
            deleting: object.meta().deletion_timestamp.is_some(),
            annotations: object.annotations().iter().filter(ours).map(|(key, value)| (key.clone(), value.clone())).collect(),
        }
    }
}

/// The wishes last seen, by key; the flag tells whether the object was in the list that is being read.
#[derive(Default)]
struct Seen {
    wishes: HashMap<Key, (Wishes, bool)>,
    invalid: HashSet<Key>,
    /// Keys out of a list that is being read: the cache shows its objects only when it is complete.
    listed: Vec<Key>,
}

impl Seen {
    fn handle<K: Resource<DynamicType = ()>>(&mut self, event: watcher::Event<DeserializeGuard<K>>, feed: &Feed, gate: &str) {
        match event {
            watcher::Event::Init => {
                self.listed.clear();
                self.wishes.values_mut().for_each(|(_, listed)| *listed = false);
            }
            watcher::Event::InitApply(object) => {
                let changed = self.look(object, feed);
                self.listed.extend(changed);
            }
            watcher::Event::Apply(object) => {
                if let Some(key) = self.look(object, feed) {
                    feed.dispatch.push(key, Lane::User);
                }
            }
            watcher::Event::Delete(object) => self.gone(&key_of(feed.kind, &object), feed),
            watcher::Event::InitDone => {
                self.listed.drain(..).for_each(|key| feed.dispatch.push(key, Lane::Background));
                let gone: Vec<_> = self.wishes.iter().filter(|(_, (_, listed))| !listed).map(|(key, _)| key.clone()).collect();
                gone.iter().for_each(|key| self.gone(key, feed));
                if feed.readiness.met(gate) {
                    tracing::info!(kind = feed.kind.as_str(), objects = self.wishes.len(), "watching");
                }
            }
        }
        feed.metrics.invalid_objects.set(i64::try_from(self.invalid.len()).unwrap_or(i64::MAX));
    }

    /// The key of an object that wants a pass because its wishes changed.
    fn look<K: Resource<DynamicType = ()>>(&mut self, object: DeserializeGuard<K>, feed: &Feed) -> Option<Key> {
        let (key, wishes) = (key_of(feed.kind, &object), Wishes::of(&object));
        let before = self.wishes.insert(key.clone(), (wishes.clone(), true));
        let changed = before.is_none_or(|(before, _)| before != wishes);
        match object.0 {
            Ok(_) => {
                let repaired = self.invalid.remove(&key);
                (changed || repaired).then_some(key)
            }
            Err(invalid) => {
                if changed {
                    self.invalid.insert(key);
                    (feed.on_invalid)(Invalid::new::<K>(invalid));
                }
                None
            }
        }
    }

    /// A last pass lets go of what is kept in memory for the object.
    fn gone(&mut self, key: &Key, feed: &Feed) {
        self.wishes.remove(key);
        self.invalid.remove(key);
        feed.dispatch.push(key.clone(), Lane::Background);
    }
}

fn key_of<K: Resource>(kind: Kind, object: &K) -> Key {
    Key { kind, namespace: object.namespace().unwrap_or_default(), name: object.name_any() }
}

/// Says once what keeps the watch from working.
fn complain(error: &watcher::Error, feed: &Feed, gate: &str) {
    let kind = feed.kind.as_str();
    let reason = match status_code(error) {
        // The version that was watched from is no longer kept: the watcher lists anew by itself.
        Some(410) => return,
        Some(404) => format!("the CustomResourceDefinition of {kind} is not installed; apply what 'proton-operator crds' prints"),
        Some(403) => format!("the operator may not list and watch {kind}; grant it with a Role or ClusterRole ({error})"),
        _ => error.to_string(),
    };
    if feed.readiness.wait_for(gate, &reason) {
        tracing::warn!(kind, reason, "cannot watch; it will be tried again");
    }
}

fn status_code(error: &watcher::Error) -> Option<u16> {
    let (watcher::Error::InitialListFailed(error) | watcher::Error::WatchStartFailed(error) | watcher::Error::WatchFailed(error)) =
        error
    else {
        return match error {
            watcher::Error::WatchError(status) => Some(status.code),
            _ => None,
        };
    };
    match error {
        kube::Error::Api(status) => Some(status.code),
        _ => None,
    }
}

/// Waits of 0.2 s doubled up to 5 s: short, so that a CRD installed after the operator is soon found.
#[derive(Debug, Default)]
pub struct Steady {
    failures: u32,
}

impl Iterator for Steady {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let wait = Duration::from_millis(200).saturating_mul(1 << self.failures.min(8)).min(Duration::from_secs(5));
        self.failures = self.failures.saturating_add(1);
        Some(wait)
    }
}

impl Backoff for Steady {
    fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::core::v1::ConfigMap;
    use serde_json::{Value, json};

    type Event = watcher::Event<DeserializeGuard<ConfigMap>>;

    fn object(generation: i64, more: Value) -> DeserializeGuard<ConfigMap> {
        let mut metadata = json!({"namespace": "team", "name": "x", "uid": "u", "generation": generation});
        metadata.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        serde_json::from_value(json!({"metadata": metadata})).unwrap()
    }

    struct Rig {
        seen: Seen,
        feed: Feed,
    }

    impl Rig {
        fn new() -> Self {
            let dispatch = Arc::new(Dispatch::new(Metrics::default()));
            let (readiness, metrics) = (Readiness::default(), Metrics::default());
            Self {
                seen: Seen::default(),
                feed: Feed { kind: Kind::Environment, dispatch, readiness, metrics, on_invalid: Arc::new(|_| {}) },
            }
        }

        /// How many keys an event queues.
        async fn queued(&mut self, event: Event) -> usize {
            self.seen.handle(event, &self.feed, "gate");
            let (stop, mut keys) = (CancellationToken::new(), 0);
            while let Ok(Some(taken)) = tokio::time::timeout(Duration::from_millis(1), self.feed.dispatch.next(&stop)).await {
                self.feed.dispatch.done(&taken.key, super::super::dispatch::Ending::Idle);
                keys += 1;
            }
            keys
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_listed_object_is_queued_only_when_the_cache_shows_it() {
        let mut rig = Rig::new();
        assert_eq!(rig.queued(Event::Init).await, 0);
        assert_eq!(rig.queued(Event::InitApply(object(1, json!({})))).await, 0, "the list is not complete");
        assert_eq!(rig.queued(Event::InitDone).await, 1);
        rig.queued(Event::Init).await;
        rig.queued(Event::InitApply(object(1, json!({})))).await;
        assert_eq!(rig.queued(Event::InitDone).await, 0, "a list that shows nothing new queues nothing");
        rig.queued(Event::Init).await;
        assert_eq!(rig.queued(Event::InitDone).await, 1, "it is gone");
    }

    #[tokio::test(start_paused = true)]
    async fn wishes_queue_and_status_does_not() {
        let mut rig = Rig::new();
        assert_eq!(rig.queued(Event::Apply(object(1, json!({})))).await, 1);
        assert_eq!(rig.queued(Event::Apply(object(1, json!({"resourceVersion": "9", "finalizers": ["f"]})))).await, 0);
        assert_eq!(rig.queued(Event::Apply(object(1, json!({"annotations": {"other.dev/a": "1"}})))).await, 0);
        let asked = json!({"annotations": {"proton-operator.dev/retry-requested-at": "1"}});
        assert_eq!(rig.queued(Event::Apply(object(1, asked.clone()))).await, 1);
        assert_eq!(rig.queued(Event::Apply(object(2, asked))).await, 1);
        assert_eq!(rig.queued(Event::Delete(object(2, json!({})))).await, 1);
    }

    #[test]
    fn values_are_hidden_from_messages() {
        let text = "spec.inputs: invalid type: string \"hunter2\", expected a map";
        assert_eq!(hide_quoted(text), "spec.inputs: invalid type: string \"…\", expected a map");
    }
}

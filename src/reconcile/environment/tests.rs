//! The driver with a Proton and an API server in memory: whole lives of an environment, and the same with a crash at every point.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use std::sync::Arc;
use std::time::Duration;

use kube::core::DeserializeGuard;
use kube::runtime::reflector::{self, store::Writer};
use kube::runtime::watcher;
use serde_json::{Value, json};

use super::*;
use crate::proton::DeploymentStatus::{self, Cancelled, DeleteComplete, Failed, Succeeded};
use crate::proton::ErrorClass;
use crate::proton::connection::{ConnectionError, Connections};
use crate::proton::connection::{ConnectionSettings, Connector, SecretReader};
use crate::proton::memory::MemoryProton;
use crate::reconcile::driver::{Clock, Parts};
use crate::reconcile::events::Events;
use crate::reconcile::kube_double::KubeDouble;
use crate::runtime::cache::Cache;
use crate::runtime::dispatch::Ending;
use crate::runtime::fence::NotLeader;
use crate::runtime::key::Key;
use crate::runtime::metrics::Metrics;
use crate::runtime::poll::Poller;
use crate::runtime::settings::Settings;
use crate::runtime::workers::Reconcile;

const PATH: &str = "/apis/proton-operator.dev/v1alpha1/namespaces/team/protonenvironments/shop";

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
    async fn use_secret(&self, _: &str, name: &str) -> std::result::Result<k8s_openapi::api::core::v1::Secret, ConnectionError> {
        Err(ConnectionError::Missing { name: name.into() })
    }
}

/// Lets so many mutating calls through, then none: the process is as good as dead.
struct Guillotine(AtomicUsize);

impl Fence for Guillotine {
    fn check(&self) -> std::result::Result<(), NotLeader> {
        self.0.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).map(drop).map_err(|_| NotLeader)
    }
}

/// One process, with what it has in memory.
struct Process {
    environments: Environments,
    poller: Arc<Poller>,
    writer: Writer<DeserializeGuard<ProtonEnvironment>>,
}

/// The world that outlives processes.
#[derive(Clone, Default)]
struct World {
    kube: KubeDouble,
    proton: Arc<MemoryProton>,
}

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    settings: Settings,
}

impl World {
    fn new(spec: Value) -> Self {
        let world = Self::default();
        let metadata = json!({"namespace": "team", "name": "shop", "uid": "u-1", "generation": 1});
        let object = json!({"apiVersion": "proton-operator.dev/v1alpha1", "kind": "ProtonEnvironment", "metadata": metadata, "spec": spec});
        world.kube.put(PATH, object);
        world
    }

    fn process(&self, calls: usize) -> Process {
        let ((store, writer), metrics, poller) = (reflector::store(), Metrics::default(), Arc::new(Poller::default()));
        let settings = <Line as clap::Parser>::parse_from(["x"]).settings;
        let connector = Arc::new(OneProton(self.proton.clone()));
        let parts = Parts {
            client: self.kube.client(),
            cache: Arc::new(Cache::new(vec![store])),
            connections: Connections::new(connector, Arc::new(NoSecrets), settings, metrics.clone()),
            events: Events::new(self.kube.client(), metrics.clone()),
            poller: poller.clone(),
            fence: Arc::new(Guillotine(AtomicUsize::new(calls))),
            metrics: metrics.clone(),
            cluster_name: "test".into(),
            resync: Duration::from_secs(600),
            clock: clock(),
            gone: Arc::default(),
            surroundings: Arc::default(),
        };
        Process { environments: Environments::new(parts), poller, writer }
    }

    fn edit(&self, change: impl FnOnce(&mut Value)) {
        self.kube.edit(PATH, |object| {
            change(object);
            object["metadata"]["generation"] = json!(object["metadata"]["generation"].as_i64().unwrap() + 1);
        });
    }

    fn status(&self) -> Value {
        self.kube.object(PATH).unwrap()["status"].clone()
    }

    fn condition(&self, kind: &str) -> (String, String) {
        let status = self.status();
        let found = status["conditions"].as_array().unwrap().iter().find(|condition| condition["type"] == kind).unwrap().clone();
        let text = |name: &str| found[name].as_str().unwrap().to_owned();
        (text("status"), text("reason"))
    }
}

impl Process {
    /// One pass, after the watch has caught up.
    async fn pass(&mut self, world: &World) -> Ending {
        self.see(world);
        self.environments.pass(&key()).await
    }

    fn see(&mut self, world: &World) {
        self.writer.apply_watcher_event(&watcher::Event::Init);
        if let Some(object) = world.kube.object(PATH) {
            self.writer.apply_watcher_event(&watcher::Event::InitApply(serde_json::from_value(object).unwrap()));
        }
        self.writer.apply_watcher_event(&watcher::Event::InitDone);
    }
}

/// A clock that `tokio::time::advance` moves.
fn clock() -> Clock {
    static START: std::sync::OnceLock<Timestamp> = std::sync::OnceLock::new();
    let (origin, started) = (*START.get_or_init(Timestamp::now), tokio::time::Instant::now());
    Arc::new(move || origin + started.elapsed())
}

fn key() -> Key {
    Key::environment("team", "shop")
}

fn spec() -> Value {
    json!({"templateName": "t", "templateMajorVersion": "1", "inputs": {"size": 1}})
}

#[tokio::test(start_paused = true)]
async fn created_deployed_and_at_rest_without_a_write() {
    let world = World::new(spec());
    let mut process = world.process(usize::MAX);
    assert!(matches!(process.pass(&world).await, Ending::After(_)));
    assert_eq!(world.proton.changes(), ["CreateEnvironment"]);
    assert_eq!(process.poller.waiting(), 1, "the deployment is polled for");
    assert_eq!(world.condition("Ready").0, "False");
    world.proton.finish("shop", Succeeded);
    process.pass(&world).await;
    assert_eq!(world.condition("Ready"), ("True".into(), "Deployed".into()));
    assert_eq!((process.poller.waiting(), world.status()["observedGeneration"].as_i64()), (0, Some(1)));
    let (writes, reads) = (world.kube.writes(), world.kube.reads());
    let calls = world.proton.calls().len();
    assert!(matches!(process.pass(&world).await, Ending::After(wait) if wait > Duration::from_secs(500)));
    assert_eq!((world.kube.writes(), world.kube.reads()), (writes, reads), "nothing is written or read at the API server");
    assert!(world.proton.calls().len() - calls <= 2, "{:?}", world.proton.calls());
}

#[tokio::test(start_paused = true)]
async fn superseded_by_cancel_and_one_update() {
    let world = deployed().await;
    let mut process = world.process(usize::MAX);
    world.edit(|object| object["spec"]["inputs"]["size"] = json!(2));
    process.pass(&world).await;
    world.edit(|object| object["spec"]["inputs"]["size"] = json!(3));
    process.pass(&world).await;
    world.edit(|object| object["spec"]["inputs"]["size"] = json!(4));
    process.pass(&world).await;
    world.proton.finish("shop", Cancelled);
    process.pass(&world).await;
    assert_eq!(
        world.proton.changes(),
        ["CreateEnvironment", "UpdateEnvironment", "CancelEnvironmentDeployment", "UpdateEnvironment"]
    );
    world.proton.finish("shop", Succeeded);
    process.pass(&world).await;
    assert_eq!(world.condition("Ready"), ("True".into(), "Deployed".into()));
    let deployed = world.proton.environment("shop").unwrap().spec.unwrap();
    assert!(deployed.as_str().contains("size: 4"), "{}", deployed.as_str());
}

#[tokio::test(start_paused = true)]
async fn a_conflict_makes_it_observe_again() {
    let world = World::new(spec());
    let mut process = world.process(usize::MAX);
    process.see(&world);
    world.edit(|object| object["spec"]["inputs"]["size"] = json!(7));
    process.environments.pass(&key()).await;
    assert_eq!(world.proton.changes(), ["CreateEnvironment"]);
    world.proton.finish("shop", Succeeded);
    let deployed = world.proton.environment("shop").unwrap().spec.unwrap();
    assert!(deployed.as_str().contains("size: 7"), "{}", deployed.as_str());
}

#[tokio::test(start_paused = true)]
async fn deleted_remotely_before_the_object_goes() {
    let world = deployed().await;
    let mut process = world.process(usize::MAX);
    world.edit(|object| object["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z"));
    process.pass(&world).await;
    assert!(world.kube.object(PATH).is_some() && world.proton.changes().last() == Some(&"DeleteEnvironment"));
    world.proton.finish("shop", DeleteComplete);
    process.pass(&world).await;
    assert!(world.kube.object(PATH).is_none());
    assert_eq!(process.pass(&world).await, Ending::Idle);
    assert_eq!(process.poller.waiting(), 0);
}

#[tokio::test(start_paused = true)]
async fn failures_are_told_and_nothing_is_lost() {
    let world = World::new(spec());
    let mut process = world.process(usize::MAX);
    world.proton.fail_next("GetEnvironment", ErrorClass::Unreachable);
    assert!(matches!(process.pass(&world).await, Ending::After(wait) if wait <= Duration::from_secs(2)));
    process.pass(&world).await;
    world.proton.finish("shop", Failed);
    process.pass(&world).await;
    assert_eq!(world.condition("Stalled"), ("True".into(), "DeploymentFailed".into()));
    assert_eq!(world.proton.changes(), ["CreateEnvironment"], "onFailure: Keep");
}

#[tokio::test(start_paused = true)]
async fn a_missing_connection_is_said() {
    let mut spec = spec();
    spec["connectionRef"] = json!({"name": "nope"});
    let world = World::new(spec);
    world.process(usize::MAX).pass(&world).await;
    assert_eq!(world.condition("Stalled"), ("True".into(), "ConnectionInvalid".into()));
    assert!(world.proton.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn outputs_are_written_once_and_follow_their_names() {
    let (map, secret) = ("/api/v1/namespaces/team/configmaps/out", "/api/v1/namespaces/team/secrets/out");
    let mut spec = spec();
    spec["writeOutputsTo"] = json!({"configMap": "out"});
    let world = World::new(spec);
    world.proton.set_outputs(&[("VpcId", "vpc-1")]);
    let mut process = world.process(usize::MAX);
    process.pass(&world).await;
    world.proton.finish("shop", Succeeded);
    process.pass(&world).await;
    let written = world.kube.object(map).unwrap();
    assert_eq!((&written["data"]["VpcId"], &written["metadata"]["ownerReferences"][0]["uid"]), (&json!("vpc-1"), &json!("u-1")));
    let writes = world.kube.writes();
    process.pass(&world).await;
    assert_eq!(world.kube.writes(), writes);
    world.edit(|object| object["spec"]["writeOutputsTo"] = json!({"secret": "out"}));
    process.pass(&world).await;
    assert!(world.kube.object(map).is_none());
    assert_eq!(world.kube.object(secret).unwrap()["data"]["VpcId"], json!("dnBjLTE="));
}

#[tokio::test(start_paused = true)]
async fn a_stranger_s_config_map_is_left_alone() {
    let map = "/api/v1/namespaces/team/configmaps/out";
    let mut spec = spec();
    spec["writeOutputsTo"] = json!({"configMap": "out"});
    let world = World::new(spec);
    world.kube.put(map, json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "out"}, "data": {"mine": "1"}}));
    let mut process = world.process(usize::MAX);
    process.pass(&world).await;
    world.proton.finish("shop", Succeeded);
    process.pass(&world).await;
    assert_eq!(world.kube.object(map).unwrap()["data"], json!({"mine": "1"}));
    assert!(world.kube.writes().contains(&"event OutputsNotWritten".to_owned()), "{:?}", world.kube.writes());
}

async fn deployed() -> World {
    let world = World::new(spec());
    let mut process = world.process(usize::MAX);
    process.pass(&world).await;
    world.proton.finish("shop", Succeeded);
    process.pass(&world).await;
    assert_eq!(world.condition("Ready").0, "True");
    world
}

/// Creation, an edit, deletion; after each a pass or two and the end of what runs.
async fn life(world: &World, process: &mut Process, stage: usize) {
    match stage {
        1 => world.edit(|object| object["spec"]["inputs"]["size"] = json!(2)),
        2 => world.edit(|object| object["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z")),
        _ => {}
    }
    process.pass(world).await;
    finish(world);
    process.pass(world).await;
}

fn finish(world: &World) {
    let Some(view) = world.proton.environment("shop").filter(|view| view.deployment_status.is_running()) else {
        return;
    };
    let end = if view.deployment_status == DeploymentStatus::DeleteInProgress { DeleteComplete } else { Succeeded };
    world.proton.finish("shop", end);
}

/// Dies before its n-th mutating call, comes back with nothing in memory, and ends where it would have ended.
#[tokio::test(start_paused = true)]
async fn a_crash_before_any_call_neither_loses_nor_doubles() {
    for calls in 0..40 {
        let world = World::new(spec());
        for stage in 0..3 {
            let mut doomed = world.process(if stage == calls % 3 { calls / 3 } else { usize::MAX });
            life(&world, &mut doomed, stage).await;
            let mut healthy = world.process(usize::MAX);
            settle(&world, &mut healthy).await;
        }
        assert_life(&world, &format!("before call {calls}"));
    }
}

/// The n-th write to the API server, or each Proton call, is performed and its answer lost; then the process dies.
#[tokio::test(start_paused = true)]
async fn a_lost_answer_neither_loses_nor_doubles() {
    let calls = ["CreateEnvironment", "UpdateEnvironment", "DeleteEnvironment"];
    for n in 0..30 {
        let world = World::new(spec());
        for stage in 0..3 {
            if stage == n % 3 {
                match calls.get(n) {
                    Some(call) => world.proton.lose_answer(call),
                    None => world.kube.lose_answer(n / 3),
                }
            }
            life(&world, &mut world.process(usize::MAX), stage).await;
            settle(&world, &mut world.process(usize::MAX)).await;
        }
        assert_life(&world, &format!("lost answer {n}"));
    }
}

async fn settle(world: &World, process: &mut Process) {
    for _ in 0..4 {
        process.pass(world).await;
        finish(world);
        tokio::time::advance(Duration::from_secs(200)).await;
    }
}

fn assert_life(world: &World, when: &str) {
    assert!(world.kube.object(PATH).is_none(), "{when}: the object stays: {}", world.status());
    assert!(world.proton.environment("shop").is_none(), "{when}: the environment stays");
    assert_eq!(world.proton.deployments(), 2, "{when}: {:?}", world.proton.changes());
}

//! Puts the process together: settings → clients → watches → workers, poller, sweeper, server; and takes it apart in order.

use std::collections::BTreeSet;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use k8s_openapi::api::core::v1::Secret;
use kube::core::{DeserializeGuard, PartialObjectMeta};
use kube::runtime::reflector::{ObjectRef, Store};
use kube::runtime::{WatchStreamExt as _, reflector, watcher};
use kube::{Api, Client, ResourceExt as _};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::cache::Cache;
use super::dispatch::Dispatch;
use super::drivers::{Drivers, Shared};
use super::fence::{Fence, Unfenced};
use super::key::Kind;
use super::lease::Candidate;
use super::metrics::Metrics;
use super::poll::Poller;
use super::queue::Lane;
use super::readiness::Readiness;
use super::settings::Settings;
use super::users::Users;
use super::{server, shutdown, watch, workers};
use crate::api::Reason;
use crate::proton::connection::{AwsConnector, Connections, Connector, IN_USE_LABEL, SecretUse, Secrets, describe_endpoint};
use crate::reconcile::driver::Driver;
use crate::reconcile::events::Events;
use crate::reconcile::subject::Subject;
use crate::reconcile::surroundings::{Caches, Surroundings};

/// How often Secrets that nobody uses any more are let go, besides when an object changed.
const SWEEP: Duration = Duration::from_secs(30);

/// Runs the operator until a signal.
///
/// # Errors
/// When it cannot begin: no cluster configuration, no address to listen on.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let stop = shutdown::on_signal().context("cannot install signal handlers")?;
    let config = kube::Config::infer().await.context("no cluster: neither a kubeconfig nor a ServiceAccount was found")?;
    tracing::info!(server = %config.cluster_url, "kubernetes");
    let client = Client::try_from(config).context("cannot make a client of the cluster")?;
    let connector = AwsConnector::load().await;
    let endpoint = describe_endpoint(connector.region());
    tracing::info!(endpoint, region = connector.region(), cluster = settings.cluster_name, "proton");
    start(settings, client, Arc::new(connector), stop).await
}

/// Runs the operator with these clients until `stop` is cancelled.
///
/// # Errors
/// When the metrics address cannot be used.
pub async fn start(
    settings: Settings,
    client: Client,
    connector: Arc<dyn Connector>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let listener = server::bind(settings.metrics_listen).await?;
    let (metrics, readiness) = (Metrics::default(), Readiness::default());
    let candidate = settings.leader_elect.then(|| Candidate::new(&client, settings.lease_namespace.as_deref()));
    let fence: Arc<dyn Fence> = match &candidate {
        Some(candidate) => candidate.hold(),
        None => Arc::new(Unfenced),
    };
    let dispatch = Arc::new(Dispatch::new(metrics.clone()));
    let poller = Arc::new(Poller::default());
    let events = Events::new(client.clone(), metrics.clone());
    let mut tasks = JoinSet::new();

    let scopes = settings.namespaces().map_or_else(|| vec![None], |named| named.into_iter().map(Some).collect());
    tracing::info!(namespaces = scope_names(&scopes), metrics = %settings.metrics_listen, "starting");
    let feed = |kind| feed(kind, &dispatch, &readiness, &metrics, &events);
    let cache = Arc::new(watch_kind(&mut tasks, &client, &scopes, &feed(Kind::Environment), &stop));
    let caches = Caches {
        environments: cache.clone(),
        services: Arc::new(watch_kind(&mut tasks, &client, &scopes, &feed(Kind::Service), &stop)),
        instances: Arc::new(watch_kind(&mut tasks, &client, &scopes, &feed(Kind::Instance), &stop)),
        components: Arc::new(watch_kind(&mut tasks, &client, &scopes, &feed(Kind::Component), &stop)),
        dispatch: dispatch.clone(),
    };
    let (stores, secret_changes) = watch_secrets(&mut tasks, &client, &scopes, &stop);
    let secrets = Arc::new(Secrets::new(client.clone(), stores, fence.clone(), metrics.clone()));
    let connections = Connections::new(connector, secrets.clone(), settings.clone(), metrics.clone());

    let gone = Arc::new(Notify::new());
    let (services, instances, components) = (caches.services.clone(), caches.instances.clone(), caches.components.clone());
    let users = Users {
        environments: cache.clone(),
        services: services.clone(),
        instances: instances.clone(),
        components: components.clone(),
    };
    let shared = Shared {
        client: client.clone(),
        connections,
        events: events.clone(),
        poller: poller.clone(),
        fence: fence.clone(),
        metrics: metrics.clone(),
        cluster_name: settings.cluster_name.clone(),
        resync: settings.resync,
        gone: gone.clone(),
        surroundings: Arc::new(Surroundings::new(caches)),
    };
    let drivers = Arc::new(Drivers {
        environments: Driver::new(shared.parts(cache)),
        services: Driver::new(shared.parts(services)),
        instances: Driver::new(shared.parts(instances)),
        components: Driver::new(shared.parts(components)),
    });
    tasks.spawn(server::serve(listener, metrics.registry(), readiness.clone(), stop.clone()));
    if let Some(candidate) = &candidate {
        tasks.spawn(candidate.elector(&metrics).run());
    }
    tasks.spawn(poll(poller, fence.clone(), settings.poll_interval, dispatch.clone(), metrics.clone(), stop.clone()));
    let sweeper = Sweeper { secrets, users, dispatch: dispatch.clone(), fence: fence.clone(), readiness, gone };
    tasks.spawn(sweeper.run(secret_changes, stop.clone()));
    let shop = workers::Shop { dispatch, reconcile: drivers, fence, metrics };
    let rests = finish(workers::run(usize::from(settings.concurrency), shop, stop.clone()), tasks, stop).await;
    if let Some(candidate) = candidate.filter(|_| rests) {
        candidate.release().await;
    }
    Ok(())
}

/// Waits for the end of the passes; after a signal not longer than the grace. Returns whether all have ended.
async fn finish(working: impl Future<Output = ()>, mut tasks: JoinSet<()>, stop: CancellationToken) -> bool {
    let late = async {
        stop.cancelled().await;
        tokio::time::sleep(shutdown::GRACE).await;
    };
    let rests = tokio::select! {
        () = working => true,
        () = late => false,
    };
    if rests {
        tracing::info!("stopped");
    } else {
        tracing::warn!("stopped with passes under way; they are repeated from what was recorded");
    }
    tasks.shutdown().await;
    rests
}

fn scope_names(scopes: &[Option<String>]) -> String {
    let names: Vec<_> = scopes.iter().flatten().map(String::as_str).collect();
    if names.is_empty() { "all".to_owned() } else { names.join(",") }
}

fn feed(kind: Kind, dispatch: &Arc<Dispatch>, readiness: &Readiness, metrics: &Metrics, events: &Events) -> watch::Feed {
    let events = events.clone();
    let on_invalid = move |invalid: watch::Invalid| {
        let events = events.clone();
        let watch::Invalid { about, problem } = invalid;
        tokio::spawn(async move {
            events
                .warn(
                    &about,
                    Reason::InvalidSpec.name(),
                    "Decode",
                    &format!("The object cannot be read and is left alone: {problem}"),
                )
                .await
        });
    };
    watch::Feed {
        kind,
        dispatch: dispatch.clone(),
        readiness: readiness.clone(),
        metrics: metrics.clone(),
        on_invalid: Arc::new(on_invalid),
    }
}

fn watch_kind<K>(
    tasks: &mut JoinSet<()>,
    client: &Client,
    scopes: &[Option<String>],
    feed: &watch::Feed,
    stop: &CancellationToken,
) -> Cache<K>
where
    K: Subject,
    ObjectRef<DeserializeGuard<K>>: Hash + Eq,
{
    let mut stores = Vec::new();
    for scope in scopes {
        let (watch, store) = watch::prepare::<K>(client, scope.as_deref(), feed);
        tasks.spawn(watch.run(feed.clone(), stop.clone()));
        stores.push(store);
    }
    Cache::new(stores)
}

type SecretMeta = PartialObjectMeta<Secret>;

/// Watches the metadata of the Secrets in use; what changed is sent on.
fn watch_secrets(
    tasks: &mut JoinSet<()>,
    client: &Client,
    scopes: &[Option<String>],
    stop: &CancellationToken,
) -> (Vec<Store<SecretMeta>>, UnboundedReceiver<SecretUse>) {
    let (send, receive) = unbounded_channel();
    let mut stores = Vec::new();
    for scope in scopes {
        let api: Api<SecretMeta> =
            scope.as_deref().map_or_else(|| Api::all(client.clone()), |name| Api::namespaced(client.clone(), name));
        let (store, writer) = reflector::store();
        let config = watcher::Config::default().any_semantic().labels(&format!("{IN_USE_LABEL}=in-use"));
        let events = watcher(api, config).backoff(watch::Steady::default()).reflect(writer).applied_objects();
        tasks.spawn(pass_on(events.take_until(stop.clone().cancelled_owned()).boxed(), send.clone()));
        stores.push(store);
    }
    (stores, receive)
}

/// Sends on which Secrets changed; a failure is told once, until it works again.
async fn pass_on(mut events: BoxStream<'static, watcher::Result<SecretMeta>>, send: UnboundedSender<SecretUse>) {
    let mut told = false;
    while let Some(event) = events.next().await {
        match event {
            Ok(secret) => {
                told = false;
                drop(send.send((secret.namespace().unwrap_or_default(), secret.name_any())));
            }
            Err(error) if !told => {
                told = true;
                tracing::warn!(%error, "cannot watch connection Secrets; may the operator list and watch secrets? It will be tried again");
            }
            Err(_) => {}
        }
    }
}

async fn poll(
    poller: Arc<Poller>,
    fence: Arc<dyn Fence>,
    every: Duration,
    dispatch: Arc<Dispatch>,
    metrics: Metrics,
    stop: CancellationToken,
) {
    poller.run(every, fence.as_ref(), &dispatch, &metrics, &stop).await;
}

/// Queues the users of Secrets that changed, and lets go of Secrets without users.
struct Sweeper {
    secrets: Arc<Secrets>,
    users: Users,
    dispatch: Arc<Dispatch>,
    fence: Arc<dyn Fence>,
    readiness: Readiness,
    gone: Arc<Notify>,
}

impl Sweeper {
    async fn run(self, mut changes: UnboundedReceiver<SecretUse>, stop: CancellationToken) {
        let mut tick = tokio::time::interval(SWEEP);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = tick.tick() => {}
                () = self.gone.notified() => {}
                Some(changed) = changes.recv() => self.wake_users(&changed),
            }
            // Before every cache is filled, the Secrets of unseen objects would look unused.
            if self.readiness.missing().is_empty() && self.fence.check().is_ok() {
                let used: BTreeSet<SecretUse> = self.users.all().map(|(_, secret)| secret).collect();
                self.secrets.release_unused(&used).await;
            }
        }
    }

    fn wake_users(&self, changed: &SecretUse) {
        self.users.all().filter(|(_, secret)| secret == changed).for_each(|(key, _)| self.dispatch.push(key, Lane::User));
    }
}

//! Puts the process together: settings → clients → watches → workers, poller, sweeper, server; and takes it apart in order.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use k8s_openapi::api::core::v1::Secret;
use kube::core::{DeserializeGuard, PartialObjectMeta};
use kube::runtime::reflector::Store;
use kube::runtime::{WatchStreamExt as _, reflector, watcher};
use kube::{Api, Client, Resource as _, ResourceExt as _};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::cache::Cache;
use super::dispatch::Dispatch;
use super::fence::{Fence, Unfenced};
use super::key::{Key, Kind};
use super::metrics::Metrics;
use super::poll::Poller;
use super::queue::Lane;
use super::readiness::Readiness;
use super::settings::Settings;
use super::{server, shutdown, watch, workers};
use crate::api::{ProtonEnvironment, Reason};
use crate::proton::connection::{AwsConnector, Connections, Connector, IN_USE_LABEL, SecretUse, Secrets, describe_endpoint};
use crate::reconcile::environment::{Environments, Parts};
use crate::reconcile::events::Events;

/// How often Secrets that nobody uses any more are let go, besides when an object changed.
const SWEEP: Duration = Duration::from_secs(30);

/// Runs the operator until a signal.
///
/// # Errors
/// When it cannot begin: no cluster configuration, no address to listen on.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let stop = shutdown::on_signal().context("cannot install signal handlers")?;
    if settings.leader_elect {
        anyhow::bail!("--leader-elect is not available yet; run one replica without it");
    }
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
    let fence: Arc<dyn Fence> = Arc::new(Unfenced);
    let dispatch = Arc::new(Dispatch::new(metrics.clone()));
    let poller = Arc::new(Poller::default());
    let events = Events::new(client.clone(), metrics.clone());
    let mut tasks = JoinSet::new();

    let scopes = settings.namespaces().map_or_else(|| vec![None], |named| named.into_iter().map(Some).collect());
    tracing::info!(namespaces = scope_names(&scopes), metrics = %settings.metrics_listen, "starting");
    let feed = feed(&dispatch, &readiness, &metrics, &events);
    let cache = Arc::new(watch_environments(&mut tasks, &client, &scopes, &feed, &stop));
    let (stores, secret_changes) = watch_secrets(&mut tasks, &client, &scopes, &stop);
    let secrets = Arc::new(Secrets::new(client.clone(), stores, fence.clone(), metrics.clone()));
    let connections = Connections::new(connector, secrets.clone(), settings.clone(), metrics.clone());

    let gone = Arc::new(Notify::new());
    let environments = Arc::new(Environments::new(Parts {
        client: client.clone(),
        cache: cache.clone(),
        connections,
        events,
        poller: poller.clone(),
        fence,
        metrics: metrics.clone(),
        cluster_name: settings.cluster_name.clone(),
        resync: settings.resync,
        clock: Arc::new(jiff::Timestamp::now),
        gone: gone.clone(),
    }));
    tasks.spawn(server::serve(listener, metrics.registry(), readiness.clone(), stop.clone()));
    tasks.spawn(poll(poller, settings.poll_interval, dispatch.clone(), metrics.clone(), stop.clone()));
    let sweeper = Sweeper { secrets, cache, dispatch: dispatch.clone(), readiness, gone };
    tasks.spawn(sweeper.run(secret_changes, stop.clone()));
    let working = workers::run(usize::from(settings.concurrency), dispatch, environments, metrics, stop.clone());
    finish(working, tasks, stop).await;
    Ok(())
}

/// Waits for the end of the passes; after a signal not longer than the grace.
async fn finish(working: impl Future<Output = ()>, mut tasks: JoinSet<()>, stop: CancellationToken) {
    let late = async {
        stop.cancelled().await;
        tokio::time::sleep(shutdown::GRACE).await;
    };
    tokio::select! {
        () = working => tracing::info!("stopped"),
        () = late => tracing::warn!("stopped with passes under way; they are repeated from what was recorded"),
    }
    tasks.shutdown().await;
}

fn scope_names(scopes: &[Option<String>]) -> String {
    let names: Vec<_> = scopes.iter().flatten().map(String::as_str).collect();
    if names.is_empty() { "all".to_owned() } else { names.join(",") }
}

fn feed(dispatch: &Arc<Dispatch>, readiness: &Readiness, metrics: &Metrics, events: &Events) -> watch::Feed {
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
        kind: Kind::Environment,
        dispatch: dispatch.clone(),
        readiness: readiness.clone(),
        metrics: metrics.clone(),
        on_invalid: Arc::new(on_invalid),
    }
}

fn watch_environments(
    tasks: &mut JoinSet<()>,
    client: &Client,
    scopes: &[Option<String>],
    feed: &watch::Feed,
    stop: &CancellationToken,
) -> Cache<ProtonEnvironment> {
    let mut stores = Vec::new();
    for scope in scopes {
        let (watch, store) = watch::prepare::<ProtonEnvironment>(client, scope.as_deref(), feed);
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

async fn poll(poller: Arc<Poller>, every: Duration, dispatch: Arc<Dispatch>, metrics: Metrics, stop: CancellationToken) {
    poller.run(every, &dispatch, &metrics, &stop).await;
}

/// Queues the users of Secrets that changed, and lets go of Secrets without users.
struct Sweeper {
    secrets: Arc<Secrets>,
    cache: Arc<Cache<ProtonEnvironment>>,
    dispatch: Arc<Dispatch>,
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
            if self.readiness.missing().is_empty() {
                let used: BTreeSet<SecretUse> = users(&self.cache).map(|(_, secret)| secret).collect();
                self.secrets.release_unused(&used).await;
            }
        }
    }

    fn wake_users(&self, changed: &SecretUse) {
        users(&self.cache).filter(|(_, secret)| secret == changed).for_each(|(key, _)| self.dispatch.push(key, Lane::User));
    }
}

/// Objects with a connectionRef, and the Secrets that they name.
fn users(cache: &Cache<ProtonEnvironment>) -> impl Iterator<Item = (Key, SecretUse)> + '_ {
    let of = |object: Arc<DeserializeGuard<ProtonEnvironment>>| {
        let environment = object.0.as_ref().ok()?;
        let secret = environment.spec.lifecycle.connection_ref.as_ref()?.name.clone();
        let namespace = environment.meta().namespace.clone()?;
        Some((Key::environment(namespace.clone(), environment.name_any()), (namespace, secret)))
    };
    cache.all().filter_map(of)
}

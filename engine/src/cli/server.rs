//! The whole engine in one value: started from the flags of `serve`, stopped in order.

use std::fs::{File, TryLockError};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use prometheus_client::registry::Registry;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::quota::quotas;
use super::serve_options::{ProvisionerChoice, ServeOptions};
use crate::ambient::{Clock, Ids, RandomIds, SystemClock};
use crate::aws::Aws;
use crate::domain::effect::EffectKind;
use crate::http::first_start::{self, Provided};
use crate::http::listener::Listener;
use crate::http::metrics::RequestMetrics;
use crate::http::metrics_routes::{self, Readiness};
use crate::http::throttle::Throttle;
use crate::http::tls::{Tls, TlsFiles};
use crate::http::{self, BODY_TIMEOUT, Service};
use crate::ops::{Config, Engine};
use crate::provision::Provisioner;
use crate::provision::cloudformation::{CloudFormation, Pace, Settings};
use crate::provision::select::Select;
use crate::provision::simulate::Script;
use crate::render_pool::{PoolSettings, RenderPool};
use crate::s3_bundles::S3Bundles;
use crate::store::Store;
use crate::worker::{Deployments, Registrations, Running, Worker};

/// A running engine.
pub struct Server {
    /// Where the API is.
    pub address: SocketAddr,
    /// Where the metrics are, if they are served.
    pub metrics: Option<SocketAddr>,
    /// The data folder.
    pub data_dir: PathBuf,
    /// The credentials file.
    pub credentials: PathBuf,
    /// Whether the credentials file was made by this start.
    pub created: bool,
    readiness: Readiness,
    stop: CancellationToken,
    listener: JoinHandle<()>,
    metrics_listener: Option<JoinHandle<()>>,
    worker: Running,
    store: Store,
    _lock: File,
}

/// The parts before anything runs.
struct Parts {
    store: Store,
    worker: Worker,
    service: Service,
    registry: Registry,
}

impl Server {
    /// Starts everything. When this returns, the API answers and the worker works.
    pub async fn start(options: &ServeOptions) -> anyhow::Result<Self> {
        let data_dir = prepare(&options.data_dir)?;
        let lock = lock(&data_dir)?;
        let provided = first_start::provide(options.credentials.as_deref(), &data_dir)?;
        let listener = bind(options.listen, "--listen").await?.tls(tls(options)?);
        let metrics_listener = match options.metrics_listen {
            Some(address) => Some(bind(address, "--metrics-listen").await?),
            None => None,
        };
        let (address, metrics) = (listener.address()?, metrics_listener.as_ref().map(Listener::address).transpose()?);
        let parts = assemble(options, &data_dir, &provided).await?;
        let (stop, readiness) = (CancellationToken::new(), Readiness::default());
        let routes = metrics_routes::router(Arc::new(parts.registry), readiness.clone());
        let metrics_listener = metrics_listener.map(|listener| tokio::spawn(listener.serve(routes, stop.clone())));
        let listener = tokio::spawn(listener.serve(http::router(Arc::new(parts.service)), stop.clone()));
        let worker = parts.worker.start();
        readiness.set(true);
        Ok(Self {
            address,
            metrics,
            data_dir,
            credentials: provided.path,
            created: provided.created,
            readiness,
            stop,
            listener,
            metrics_listener,
            worker,
            store: parts.store,
            _lock: lock,
        })
    }

    /// Finishes the requests in flight and the worker's steps, then closes the database.
    pub async fn stop(self) {
        self.readiness.set(false);
        self.stop.cancel();
        for listener in [Some(self.listener), self.metrics_listener].into_iter().flatten() {
            if let Err(error) = listener.await {
                tracing::error!(%error, "a listener ended badly");
            }
        }
        self.worker.stop().await;
        self.store.close().await;
    }
}

/// Makes the folder, readable by the owner only, and gives its full path.
fn prepare(data_dir: &Path) -> anyhow::Result<PathBuf> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let what = || format!("the data folder {} cannot be used (--data-dir)", data_dir.display());
    builder.create(data_dir).with_context(what)?;
    data_dir.canonicalize().with_context(what)
}

/// Two engines on one folder would provision everything twice: the second one is refused.
fn lock(data_dir: &Path) -> anyhow::Result<File> {
    let path = data_dir.join("lock");
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).with_context(|| format!("{} cannot be made", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!("another proton-engine serves {}; stop it, or use another --data-dir", data_dir.display())
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("{} cannot be locked", path.display())),
    }
}

async fn bind(address: SocketAddr, flag: &str) -> anyhow::Result<Listener> {
    let listener = Listener::bind(address).await;
    listener.with_context(|| format!("cannot listen on {address}; is the port taken? Choose another with {flag}"))
}

fn tls(options: &ServeOptions) -> anyhow::Result<Option<Tls>> {
    let files = options.tls_cert.clone().zip(options.tls_key.clone());
    let files = files.map(|(certificate, key)| TlsFiles { certificate, key });
    files.map(Tls::load).transpose().context("TLS cannot be spoken (--tls-cert, --tls-key)")
}

async fn assemble(options: &ServeOptions, data_dir: &Path, provided: &Provided) -> anyhow::Result<Parts> {
    let store = Store::open(data_dir).await?;
    let aws = Arc::new(Aws::load(&options.region).await);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let ServeOptions { account_id, region, .. } = options;
    let config = Config { account_id: account_id.clone(), region: region.clone(), quotas: quotas(&options.quotas) };
    let ids: Arc<dyn Ids> = Arc::new(RandomIds);
    let api = Engine::new(config, store.clone(), Arc::clone(&clock), Arc::clone(&ids));
    let bundles = Arc::new(S3Bundles::new(Arc::clone(&aws), region));
    let (renderer, provisioner) = (Arc::new(RenderPool::new(rendering(options))), provisioner(options, aws)?);
    let deployments = Deployments::new(store.clone(), Arc::clone(&clock), ids, renderer, provisioner, region);
    let registrations = Registrations::new(store.clone(), Arc::clone(&clock), bundles);
    let worker = Worker::new(store.clone(), clock)
        .with(EffectKind::Deployment, Arc::new(deployments))
        .with(EffectKind::Registration, Arc::new(registrations));
    let mut registry = Registry::default();
    let metrics = RequestMetrics::register(&mut registry);
    let credentials = provided.credentials.clone();
    let throttle = options.request_rate.map(Throttle::new);
    let service =
        Service { api: Arc::new(api), credentials, region: region.clone(), metrics, throttle, body_timeout: BODY_TIMEOUT };
    Ok(Parts { store, worker, service, registry })
}

fn rendering(options: &ServeOptions) -> PoolSettings {
    let mut settings = PoolSettings { deadline: options.render_timeout, ..PoolSettings::default() };
    if let Some(program) = &options.render_program {
        settings.program.clone_from(program);
    }
    settings
}

fn provisioner(options: &ServeOptions, aws: Arc<Aws>) -> anyhow::Result<Arc<dyn Provisioner>> {
    let script = options.simulate_script.as_ref().map(Script::open).transpose()?;
    Ok(match options.provisioner {
        ProvisionerChoice::Simulate => Arc::new(Select::simulate(script)),
        ProvisionerChoice::Auto => {
            let pace = Pace::starting_with(options.cloudformation_poll);
            let settings = Settings { template_bucket: options.template_bucket.clone(), pace };
            Arc::new(Select::auto(Arc::new(CloudFormation::new(aws, settings)), script))
        }
    })
}

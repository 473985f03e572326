//! One engine and one operator for each test, in a namespace of its own on a cluster that all tests share.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::core::{ApiResource, DynamicObject};
use kube::{Api, Client, Config, Resource};
use proton_operator::api::ProtonEnvironment;
use proton_rig::{Cluster, Engine, EngineOptions, Finished, Moto, Operator, OperatorOptions, until, workspace};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// How long anything in these tests may take; a machine under load is slow, but not that slow.
pub const PATIENCE: Duration = Duration::from_secs(90);

static CLUSTER: OnceCell<(Cluster, TempDir)> = OnceCell::const_new();
static MOTO: OnceCell<(Moto, TempDir)> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(1);

/// The API server that all tests share, with the CRDs established.
pub async fn cluster() -> Result<&'static Cluster> {
    let (cluster, _) = CLUSTER
        .get_or_try_init(|| async {
            let folder = TempDir::new()?;
            let cluster = Cluster::start(folder.path()).await?;
            let crds = workspace().join("crds").display().to_string();
            cluster.kubectl().run(&["apply", "-f", &crds]).await?;
            cluster.kubectl().run(&["wait", "--for=condition=Established", "crd", "--all", "--timeout=30s"]).await?;
            anyhow::Ok((cluster, folder))
        })
        .await?;
    Ok(cluster)
}

/// The moto server that all tests share.
pub async fn moto() -> Result<&'static Moto> {
    let (moto, _) = MOTO
        .get_or_try_init(|| async {
            let folder = TempDir::new()?;
            anyhow::Ok((Moto::start(folder.path()).await?, folder))
        })
        .await?;
    Ok(moto)
}

/// A client of this test's own runtime.
async fn client(cluster: &Cluster) -> Result<Client> {
    let kubeconfig = Kubeconfig::read_from(cluster.kubeconfig())?;
    Ok(Client::try_from(Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?)?)
}

/// What differs from one test to another.
#[derive(Default)]
pub struct Setup {
    /// The simulate script; with none every deployment succeeds at once.
    pub script: &'static str,
    /// Variables for the engine that send its AWS calls somewhere; empty: it only simulates.
    pub aws: Vec<(String, String)>,
    /// More arguments for the engine.
    pub engine_args: Vec<String>,
    /// More arguments for the operator.
    pub operator_args: Vec<String>,
    /// Whether the operator acts only while it holds the Lease in the test's namespace.
    pub elects: bool,
}

/// A running engine and operator with a namespace.
pub struct System {
    pub site: Site,
    pub engine: Engine,
    pub operator: Operator,
    /// With what the operator was started, for further replicas.
    pub operator_options: OperatorOptions,
    pub folder: TempDir,
}

impl Deref for System {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

/// The cluster's side of a test: it goes on while the engine or the operator is down.
#[derive(Clone)]
pub struct Site {
    pub cluster: &'static Cluster,
    pub namespace: String,
    client: Client,
}

impl System {
    /// Starts both and registers the example's template as `team-environment` 1.0.
    pub async fn start(setup: Setup) -> Result<Self> {
        let site = Site::start().await?;
        let folder = TempDir::new()?;
        let engine = Engine::start(&folder.path().join("engine"), engine_options(&folder, &setup)?).await?;
        let options = OperatorOptions { args: operator_args(&site.namespace, &setup), env: engine.client_env() };
        let operator = Operator::start(&folder.path().join("operator"), site.cluster.kubeconfig(), options.clone()).await?;
        engine.register(&example_bundle(), "team-environment").await?.ok()?;
        Ok(Self { site, engine, operator, operator_options: options, folder })
    }

    /// `aws proton list-deployments` of an environment, newest first.
    pub async fn deployments(&self, name: &str) -> Result<Vec<Value>> {
        let listed = self.engine.aws().proton(&["list-deployments", "--environment-name", name]).await?;
        Ok(listed.pointer("/deployments").and_then(Value::as_array).cloned().unwrap_or_default())
    }
}

impl Site {
    /// A namespace of its own, in which nobody reconciles anything yet.
    pub async fn start() -> Result<Self> {
        let cluster = cluster().await?;
        let namespace = format!("test-{}", NEXT.fetch_add(1, Ordering::SeqCst));
        cluster.kubectl().run(&["create", "namespace", &namespace]).await?;
        Ok(Self { cluster, namespace, client: client(cluster).await? })
    }

    /// Applies an environment of the example's template with the given lines under `spec:`.
    pub async fn apply(&self, name: &str, spec: &str) -> Result<Finished> {
        let indented: String = spec.lines().map(|line| format!("  {line}\n")).collect();
        let yaml = format!(
            "apiVersion: proton-operator.dev/v1alpha1\nkind: ProtonEnvironment\nmetadata:\n  name: {name}\n  \
             namespace: {}\nspec:\n{indented}",
            self.namespace
        );
        self.cluster.kubectl().apply(&yaml).await
    }

    /// kubectl in this test's namespace.
    pub async fn kubectl(&self, args: &[&str]) -> Result<String> {
        let all: Vec<&str> = ["-n", self.namespace.as_str()].into_iter().chain(args.iter().copied()).collect();
        self.cluster.kubectl().run(&all).await
    }

    /// `kubectl wait --for=condition=Ready`, which is all that a user needs.
    pub async fn wait_ready(&self, name: &str) -> Result<()> {
        let limit = format!("--timeout={}s", PATIENCE.as_secs());
        let target = format!("penv/{name}");
        match self.kubectl(&["wait", "--for=condition=Ready", &target, &limit]).await {
            Ok(_) => Ok(()),
            Err(error) => Err(error.context(format!("{name} is {}", self.object(name).await?))),
        }
    }

    /// The whole object, read without kubectl: tests ask for it many times a second.
    pub async fn object(&self, name: &str) -> Result<Value> {
        self.object_of::<ProtonEnvironment>(name).await
    }

    /// The same of another kind.
    pub async fn object_of<K: Resource<DynamicType = ()>>(&self, name: &str) -> Result<Value> {
        Ok(serde_json::to_value(self.api::<K>().get(name).await?)?)
    }

    /// The objects of a kind in this test's namespace, as they are on the wire.
    pub fn api<K: Resource<DynamicType = ()>>(&self) -> Api<DynamicObject> {
        Api::namespaced_with(self.client.clone(), &self.namespace, &ApiResource::erase::<K>(&()))
    }

    /// Its status.
    pub async fn status(&self, name: &str) -> Result<Value> {
        Ok(self.object(name).await?.get("status").cloned().unwrap_or_default())
    }

    /// Waits until the status satisfies `wanted`.
    pub async fn status_until(&self, name: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
        let found = until(what, PATIENCE, || async { self.status(name).await.ok().filter(&wanted) }).await;
        match found {
            Ok(status) => Ok(status),
            Err(error) => Err(error.context(format!("{name} is {}", self.object(name).await?))),
        }
    }

    /// Waits for a condition's status and reason.
    pub async fn condition_until(&self, name: &str, kind: &str, status: &str, reason: &str) -> Result<Value> {
        let what = format!("{name}: {kind}={status} {reason}");
        let found = self
            .status_until(name, &what, |found| {
                condition(found, kind).is_some_and(|c| text(c, "/status") == status && text(c, "/reason") == reason)
            })
            .await?;
        condition(&found, kind).cloned().context("the condition is gone")
    }

    /// A merge patch, written in YAML.
    pub async fn patch(&self, name: &str, yaml: &str) -> Result<String> {
        self.kubectl(&["patch", "penv", name, "--type", "merge", "-p", yaml]).await
    }
}

/// The condition of a type in a status.
pub fn condition<'a>(status: &'a Value, kind: &str) -> Option<&'a Value> {
    status.get("conditions")?.as_array()?.iter().find(|c| text(c, "/type") == kind)
}

/// A string inside a document; empty where there is none.
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The example's bundle folder.
pub fn example_bundle() -> PathBuf {
    workspace().join("examples/bundles/team-environment")
}

/// The least spec of the example's template.
pub fn team(more: &str) -> String {
    format!("templateName: team-environment\ntemplateMajorVersion: \"1\"\ninputs:\n  stage: staging\n{more}")
}

fn engine_options(folder: &TempDir, setup: &Setup) -> Result<EngineOptions> {
    let script = folder.path().join("simulate.yaml");
    std::fs::write(&script, setup.script)?;
    let mut args = vec!["--simulate-script".to_owned(), script.display().to_string()];
    if setup.aws.is_empty() {
        args.extend(["--provisioner", "simulate"].map(str::to_owned));
    }
    args.extend(setup.engine_args.iter().cloned());
    Ok(EngineOptions { args, env: setup.aws.clone() })
}

fn operator_args(namespace: &str, setup: &Setup) -> Vec<String> {
    let mut args = ["--watch-namespaces", namespace, "--poll-interval", "200ms"].map(str::to_owned).to_vec();
    if setup.elects {
        args.extend(["--leader-elect", "--lease-namespace", namespace].map(str::to_owned));
    }
    args.extend(setup.operator_args.iter().cloned());
    args
}

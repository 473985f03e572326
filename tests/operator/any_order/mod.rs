//! A whole platform in one `kubectl apply -f platform/`, its objects in random order, and its deletion in another one: the end is always the same.

mod folder;
mod remote;

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use futures::future::try_join_all;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::core::NamespaceResourceScope;
use kube::{Api, Client, Config};
use proton_operator::api::{Component, ProtonEnvironment, ProtonService, ServiceInstance};
use proton_rig::{until, workspace};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use self::folder::{COMPONENTS, Dice, Retained, bundle_without_pipeline, objects, write};
use self::remote::Remote;
use crate::system::{PATIENCE, Setup, System, condition, text};

/// Rounds that go on at the same time.
const LANES: usize = 4;
/// Rounds of one lane, one after the other.
const ROUNDS: usize = 5;

/// One engine and operator, and clients of both sides.
struct Scene {
    system: System,
    cluster: Client,
    proton: aws_sdk_proton::Client,
}

impl Scene {
    async fn set_up() -> Result<Self> {
        let system = System::start(Setup::default()).await?;
        let bundles = workspace().join("examples/bundles");
        system.engine.register(&bundles.join("fargate-environment"), "fargate-environment").await?.ok()?;
        let worker = bundle_without_pipeline(&system.folder.path().join("fargate-worker"))?;
        for (bundle, template) in [(bundles.join("fargate-service"), "fargate-service"), (worker, "fargate-worker")] {
            let bundle = bundle.display().to_string();
            let register = ["register", &bundle, "--template", template, "--kind", "service", "--publish"];
            let more = ["--compatible", "fargate-environment:1", "--component-sources"];
            system.engine.command(&[register.as_slice(), more.as_slice()].concat()).await?.ok()?;
        }
        let kubeconfig = Kubeconfig::read_from(system.cluster.kubeconfig())?;
        let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
        let proton = remote::client(&system.engine);
        Ok(Self { system, cluster: Client::try_from(config)?, proton })
    }

    /// The objects whose names begin with `prefix`.
    async fn objects(&self, prefix: &str) -> Result<Vec<Value>> {
        let mut all = self.list::<ProtonEnvironment>().await?;
        all.extend(self.list::<ProtonService>().await?);
        all.extend(self.list::<ServiceInstance>().await?);
        all.extend(self.list::<Component>().await?);
        all.retain(|object| text(object, "/metadata/name").starts_with(&format!("{prefix}-")));
        Ok(all)
    }

    async fn list<K>(&self) -> Result<Vec<Value>>
    where
        K: kube::Resource<Scope = NamespaceResourceScope, DynamicType = ()>
            + Clone
            + std::fmt::Debug
            + DeserializeOwned
            + Serialize,
    {
        let listed = Api::<K>::namespaced(self.cluster.clone(), &self.system.namespace).list(&Default::default()).await?;
        listed.items.iter().map(|object| Ok(serde_json::to_value(object)?)).collect()
    }

    /// Waits until the objects with this prefix are as wanted; an error shows them.
    async fn objects_until(&self, prefix: &str, what: &str, wanted: impl Fn(&[Value]) -> bool) -> Result<Vec<Value>> {
        let found = until(what, 2 * PATIENCE, || async { self.objects(prefix).await.ok().filter(|all| wanted(all)) }).await;
        match found {
            Ok(all) => Ok(all),
            Err(error) => {
                let all = self.objects(prefix).await?;
                Err(error.context(all.iter().map(told).collect::<Vec<_>>().join("\n")))
            }
        }
    }

    /// Applies the folder in this order and waits until everything has come to rest.
    async fn apply(&self, prefix: &str, objects: &[Value]) -> Result<()> {
        let folder = write(&self.system.folder.path().join(format!("{prefix}-apply")), objects)?.display().to_string();
        self.system.kubectl(&["apply", "-f", &folder]).await?;
        self.objects_until(prefix, "everything Ready", |all| all.len() == objects.len() && all.iter().all(is_at_rest)).await?;
        // One more pass of every object, so that whatever would still be done is begun.
        let asked = format!("proton-operator.dev/reconcile-requested-at={prefix}");
        self.system.kubectl(&["annotate", "-f", &folder, &asked]).await?;
        let passed = |object: &Value| is_at_rest(object) && text(object, "/status/lastHandledReconcileAt") == prefix;
        self.objects_until(prefix, "another pass of everything", |all| all.iter().all(passed)).await?;
        Ok(())
    }

    /// Deletes the folder in this order and waits until no object is left.
    async fn delete(&self, prefix: &str, objects: &[Value]) -> Result<()> {
        let folder = write(&self.system.folder.path().join(format!("{prefix}-delete")), objects)?.display().to_string();
        self.system.kubectl(&["delete", "-f", &folder, "--wait=false"]).await?;
        self.objects_until(prefix, "the end of every object", <[Value]>::is_empty).await?;
        Ok(())
    }

    fn remote<'a>(&'a self, prefix: &'a str) -> Remote<'a> {
        Remote { client: &self.proton, prefix }
    }

    /// One platform comes and goes. Returns how the remote side stood in between.
    async fn round(&self, prefix: &str, dice: &mut Dice) -> Result<String> {
        let all = objects(prefix, Retained::Instance)?;
        self.apply(prefix, &dice.shuffled(all.clone())).await?;
        let state = self.remote(prefix).state().await?;
        assert_deployments(&self.remote(prefix).deployments().await?);
        self.delete(prefix, &dice.shuffled(all)).await?;
        assert_eq!(self.remote(prefix).left().await?, ["books", "books/books-b", "production"], "{prefix}");
        Ok(state)
    }
}

/// One line about an object that a failed test shows.
fn told(object: &Value) -> String {
    let ready = condition(&object["status"], "Ready").cloned().unwrap_or_default();
    let name = text(object, "/metadata/name");
    format!("{} {name}: {} {}", text(object, "/kind"), text(&ready, "/reason"), text(&ready, "/message"))
}

/// Ready for its generation, and an instance with a component uses that component's outputs.
fn is_at_rest(object: &Value) -> bool {
    let ready = condition(&object["status"], "Ready").is_some_and(|ready| text(ready, "/status") == "True");
    let current = object["status"]["observedGeneration"] == object["metadata"]["generation"];
    let name = text(object, "/metadata/name");
    let attached = COMPONENTS.iter().any(|(_, service, instance)| name.ends_with(&format!("-{service}-{instance}")));
    let uses = object.pointer("/status/usedDeployments/components/0").is_some();
    ready && current && (uses || !attached)
}

/// One deployment for each wanted state and no more: a second one of an instance only where a component's outputs came later, and further
/// ones of a pipeline only for instances that came after its service was created.
fn assert_deployments(counts: &BTreeMap<String, usize>) {
    for (target, count) in counts {
        let attached = COMPONENTS.iter().any(|(_, service, instance)| target.ends_with(&format!("/{service}-{instance}")));
        let allowed = match target.as_str() {
            _ if target.ends_with("/pipeline") => 1..=3,
            _ if attached => 2..=2,
            _ => 1..=1,
        };
        assert!(allowed.contains(count), "{target} has {count} deployments: {counts:?}");
    }
    assert_eq!(counts.len(), 2 + 9 + 2 + 2, "{counts:?}");
}

fn seed() -> Result<u64> {
    let given = std::env::var("PROTON_TEST_SEED").ok();
    let drawn = || anyhow::Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.subsec_nanos().into());
    let seed = given.map_or_else(drawn, |text| text.parse().context("PROTON_TEST_SEED is a number"))?;
    println!("PROTON_TEST_SEED={seed} repeats these orders");
    Ok(seed)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_comes_and_goes_in_any_order() -> Result<()> {
    let (seed, scene) = (seed()?, Scene::set_up().await?);
    let lanes = (0..LANES).map(|lane| {
        let scene = &scene;
        async move {
            let mut dice = Dice(seed.wrapping_add(lane as u64));
            let mut states = Vec::new();
            for round in 0..ROUNDS {
                states.push(scene.round(&format!("p{lane}{round}"), &mut dice).await?);
            }
            anyhow::Ok(states)
        }
    });
    let states = try_join_all(lanes).await?.concat();
    assert_eq!(states.len(), LANES * ROUNDS);
    let expected = states.first().context("there was a round")?;
    assert!(states.iter().all(|state| state == expected), "{states:#?}");
    for line in [
        "service jobs: fargate-worker ACTIVE with jobs-a jobs-b jobs-c",
        "instance books-b: 1.0 in production SUCCEEDED {\"port\":8080}",
        "component table: shop/shop-a in staging SUCCEEDED",
    ] {
        assert!(expected.lines().any(|shown| shown == line), "{line} is not in\n{expected}");
    }
    assert_eq!(expected.lines().count(), 2 + 3 + 9 + 2, "{expected}");
    assert!(expected.lines().all(|line| line.contains("SUCCEEDED") || line.contains("ACTIVE")), "{expected}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retained_instance_blocks_its_service_and_environment() -> Result<()> {
    let (mut dice, scene) = (Dice(seed()?), Scene::set_up().await?);
    let all = objects("q", Retained::InstanceAlone)?;
    scene.apply("q", &dice.shuffled(all.clone())).await?;
    let folder = write(&scene.system.folder.path().join("q-delete"), &dice.shuffled(all))?.display().to_string();
    scene.system.kubectl(&["delete", "-f", &folder, "--wait=false"]).await?;
    let blocked = |object: &Value| {
        let ready = condition(&object["status"], "Ready").cloned().unwrap_or_default();
        text(&ready, "/reason") == "DeletionBlocked" && text(&ready, "/message").contains("q-books-b")
    };
    let left = scene.objects_until("q", "two blocked objects", |all| all.len() == 2 && all.iter().all(blocked)).await?;
    let names: Vec<&str> = left.iter().map(|object| text(object, "/metadata/name")).collect();
    assert_eq!(names, ["q-production", "q-books"]);
    assert_eq!(scene.remote("q").left().await?, ["books, owned", "books/books-b", "production, owned"]);
    for target in ["penv/q-production", "psvc/q-books"] {
        scene.system.kubectl(&["patch", target, "--type", "merge", "-p", "spec: {deletionPolicy: Retain}"]).await?;
    }
    scene.objects_until("q", "the end of both", <[Value]>::is_empty).await?;
    assert_eq!(scene.remote("q").left().await?, ["books", "books/books-b", "production"]);
    Ok(())
}

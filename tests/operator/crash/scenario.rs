//! The stories that are disturbed. Each asserts on the CloudFormation calls that had an effect, not only on its end.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use proton_rig::cloudformation::{Behaviour, Failure};
use proton_rig::until;
use serde_json::Value;

use super::plot::Scene;
use crate::system::{PATIENCE, System, condition, team, text};

/// Which story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scenario {
    /// Create, update, supersede a running update, delete.
    Life,
    /// A first creation that fails, is rolled back and made anew; a rollback that has to be continued.
    Failures,
    /// A cancellation before CloudFormation has begun, and a template that has to go through S3.
    EarlyCancel,
    /// Tags, outputs in a ConfigMap, a connection of its own, a bounded history, Retain.
    Extras,
}

const NAME: &str = "crash";
const STACK: &str = "AWSProton-*";

impl Scenario {
    pub const ALL: &[Self] = &[Self::Life, Self::Failures, Self::EarlyCancel, Self::Extras];

    /// What has to be there before anything is armed.
    pub async fn prepare(self, system: &System) -> Result<()> {
        if self == Self::EarlyCancel {
            let bundle = system.folder.path().join("large");
            large_bundle(&bundle)?;
            system.engine.register(&bundle, "large").await?.ok()?;
        }
        if self == Self::Extras {
            let (key, secret) = system.engine.keys();
            let secret = format!(
                "apiVersion: v1\nkind: Secret\nmetadata: {{name: connection, namespace: {}}}\nstringData:\n  endpoint: {}\n  \
                 region: us-east-1\n  accessKeyId: {key}\n  secretAccessKey: {secret}\n",
                system.namespace,
                system.engine.endpoint()
            );
            system.cluster.kubectl().apply(&secret).await?.ok()?;
        }
        Ok(())
    }

    /// Plays it to its end.
    pub async fn run(self, scene: &Scene) -> Result<()> {
        match self {
            Self::Life => life(scene).await,
            Self::Failures => failures(scene).await,
            Self::EarlyCancel => early_cancel(scene).await,
            Self::Extras => extras(scene).await,
        }
    }
}

async fn life(scene: &Scene) -> Result<()> {
    let site = &scene.site;
    site.apply(NAME, &team("")).await?.ok()?;
    site.wait_ready(NAME).await?;
    queues(scene, 1).await?;
    settled(scene, 1).await?;
    scene.double.set_behaviour(STACK, Behaviour { duration: Duration::from_secs(60), ..Behaviour::default() });
    queues(scene, 2).await?;
    stack_reaches(scene, "UPDATE_IN_PROGRESS").await?;
    scene.double.set_behaviour(STACK, Behaviour::default());
    queues(scene, 3).await?;
    settled(scene, 3).await?;
    ends_as(scene, &["SUCCEEDED", "CANCELLED", "SUCCEEDED", "SUCCEEDED"]).await?;
    gone(scene).await?;
    one_stack(scene, 3, 1)?;
    ensure!(effects(scene, "CancelUpdateStack") == 1, "the update was cancelled {} times", effects(scene, "CancelUpdateStack"));
    Ok(())
}

async fn failures(scene: &Scene) -> Result<()> {
    let site = &scene.site;
    let broken = Some(Failure::new("Announcements", "no more topics"));
    scene.double.set_behaviour(STACK, Behaviour { fail: broken.clone(), ..Behaviour::default() });
    site.apply(NAME, &team("")).await?.ok()?;
    let failed = site.status_until(NAME, "the failed creation", |s| s["deploymentStatus"] == "FAILED").await?;
    ensure!(text(&failed, "/deploymentStatusMessage").contains("no more topics"), "{failed}");
    scene.double.set_behaviour(STACK, Behaviour::default());
    queues(scene, 1).await?;
    settled(scene, 1).await?;
    let stuck = Behaviour { fail: broken.clone(), fail_rollback: broken, continue_succeeds: true, ..Behaviour::default() };
    scene.double.set_behaviour(STACK, stuck);
    queues(scene, 2).await?;
    site.status_until(NAME, "the failed update", |s| s["deploymentStatus"] == "FAILED").await?;
    scene.double.set_behaviour(STACK, Behaviour { continue_succeeds: true, ..Behaviour::default() });
    queues(scene, 3).await?;
    settled(scene, 3).await?;
    ends_as(scene, &["SUCCEEDED", "FAILED", "SUCCEEDED", "FAILED"]).await?;
    gone(scene).await?;
    let live: Vec<_> = scene.double.stacks();
    ensure!(live.len() == 2, "the failed stack was replaced once, but there were {}", live.len());
    Ok(())
}

async fn early_cancel(scene: &Scene) -> Result<()> {
    let site = &scene.site;
    let spec = "templateName: large\ntemplateMajorVersion: \"1\"\ninputs:\n  stage: staging\n";
    site.apply(NAME, spec).await?.ok()?;
    site.wait_ready(NAME).await?;
    scene.double.set_behaviour(STACK, Behaviour { change_set: Duration::from_secs(4), ..Behaviour::default() });
    queues(scene, 2).await?;
    site.status_until(NAME, "a running update", |s| s["deploymentStatus"] == "IN_PROGRESS").await?;
    until("the change set", PATIENCE, || async { (effects(scene, "CreateChangeSet") == 1).then_some(()) }).await?;
    scene.double.set_behaviour(STACK, Behaviour::default());
    queues(scene, 3).await?;
    settled(scene, 3).await?;
    ends_as(scene, &["SUCCEEDED", "CANCELLED", "SUCCEEDED"]).await?;
    gone(scene).await?;
    one_stack(scene, 1, 1)
}

async fn extras(scene: &Scene) -> Result<()> {
    let site = &scene.site;
    let more = "tags: {team: one, old: x}\nwriteOutputsTo: {configMap: crash-outputs}\nconnectionRef: {name: connection}\n\
                deletionPolicy: Delete\nhistoryLimit: 2\n";
    site.apply(NAME, &team(more)).await?.ok()?;
    site.wait_ready(NAME).await?;
    let map = ["get", "configmap", "crash-outputs"];
    until("the ConfigMap", PATIENCE, || async { site.kubectl(&map).await.ok() }).await?;
    for count in 1..=3 {
        queues(scene, count).await?;
        settled(scene, count).await?;
    }
    until("the pruned history", PATIENCE, || async { (deployments(scene).await.ok()?.len() == 2).then_some(()) }).await?;
    site.patch(NAME, "spec: {tags: {old: null, new: fresh}, writeOutputsTo: null}").await?;
    tagged(scene).await?;
    until("the ConfigMap's end", PATIENCE, || async { site.kubectl(&map).await.err() }).await?;
    site.patch(NAME, "spec: {deletionPolicy: Retain}").await?;
    site.wait_ready(NAME).await?;
    site.kubectl(&["delete", "penv", NAME, "--wait=false"]).await?;
    object_gone(scene).await?;
    let finalizers = ["get", "secret", "connection", "-o", "jsonpath={.metadata.finalizers}"];
    until("the connection's Secret to be free again", PATIENCE, || async {
        site.kubectl(&finalizers).await.ok()?.is_empty().then_some(())
    })
    .await?;
    ensure!(scene.double.stacks().iter().all(|stack| stack.status != "DELETE_COMPLETE"), "Retain keeps the stack");
    one_stack(scene, 3, 0)
}

async fn tagged(scene: &Scene) -> Result<()> {
    let arn = text(&scene.site.status(NAME).await?, "/arn").to_owned();
    let keys = until("the changed tags", PATIENCE, || async {
        let listed = scene.aws.proton(&["list-tags-for-resource", "--resource-arn", &arn]).await.ok()?;
        let keys: BTreeSet<String> = listed.get("tags")?.as_array()?.iter().map(|tag| text(tag, "/key").to_owned()).collect();
        (keys.contains("new") && !keys.contains("old")).then_some(keys)
    })
    .await?;
    ensure!(keys.contains("team") && keys.contains("proton-operator.dev/owner"), "{keys:?}");
    Ok(())
}

async fn queues(scene: &Scene, count: usize) -> Result<()> {
    let names: Vec<String> = (0..count).map(|n| format!("q{n}")).collect();
    scene.site.patch(NAME, &format!("spec: {{inputs: {{queues: [{}]}}}}", names.join(", "))).await?;
    Ok(())
}

async fn settled(scene: &Scene, queues: usize) -> Result<()> {
    let count = queues.to_string();
    scene
        .site
        .status_until(NAME, &format!("{queues} queues deployed"), |s| {
            text(s, "/outputs/values/QueueCount") == count && condition(s, "Ready").is_some_and(|c| text(c, "/status") == "True")
        })
        .await?;
    scene.site.wait_ready(NAME).await
}

async fn stack_reaches(scene: &Scene, status: &str) -> Result<()> {
    until(status, PATIENCE, || async { scene.double.stacks().iter().any(|stack| stack.status == status).then_some(()) }).await
}

async fn deployments(scene: &Scene) -> Result<Vec<Value>> {
    let listed = scene.aws.proton(&["list-deployments", "--environment-name", NAME]).await?;
    Ok(listed.get("deployments").and_then(Value::as_array).cloned().unwrap_or_default())
}

async fn ends_as(scene: &Scene, newest_first: &[&str]) -> Result<()> {
    let listed = until("an answering engine", PATIENCE, || async { deployments(scene).await.ok() }).await?;
    let found: Vec<&str> = listed.iter().map(|deployment| text(deployment, "/deploymentStatus")).collect();
    ensure!(found == newest_first, "the deployments are {found:?}, and should be {newest_first:?}");
    Ok(())
}

async fn gone(scene: &Scene) -> Result<()> {
    scene.site.kubectl(&["delete", "penv", NAME, "--wait=false"]).await?;
    object_gone(scene).await?;
    let left = scene.double.stacks().iter().filter(|stack| stack.status != "DELETE_COMPLETE").count();
    ensure!(left == 0, "{left} stacks are left");
    Ok(())
}

async fn object_gone(scene: &Scene) -> Result<()> {
    let limit = format!("--timeout={}s", PATIENCE.as_secs());
    scene.site.kubectl(&["wait", "--for=delete", &format!("penv/{NAME}"), &limit]).await.context("the object's end").map(|_| ())
}

fn effects(scene: &Scene, action: &str) -> usize {
    scene.double.calls().iter().filter(|call| call.action == action && call.succeeded()).count()
}

/// One stack was ever made, by one call; so many change sets were executed, each once; so many deletions took effect.
fn one_stack(scene: &Scene, executed: usize, deleted: usize) -> Result<()> {
    let stacks = scene.double.stacks();
    ensure!(stacks.len() == 1, "{} stacks were made", stacks.len());
    ensure!(effects(scene, "CreateStack") == 1, "CreateStack took effect {} times", effects(scene, "CreateStack"));
    let calls = scene.double.calls();
    let sets: Vec<_> = calls.iter().filter(|call| call.action == "ExecuteChangeSet" && call.succeeded()).collect();
    let tokens: BTreeSet<_> = sets.iter().filter_map(|call| call.token.clone()).collect();
    ensure!(tokens.len() == executed, "{} deployments were executed, and should be {executed}: {sets:?}", tokens.len());
    let made: Vec<_> = calls.iter().filter(|call| call.action == "CreateChangeSet" && call.succeeded()).collect();
    let names: BTreeSet<_> = made.iter().filter_map(|call| call.change_set.clone()).collect();
    ensure!(names.len() == made.len(), "a change set was made twice: {made:?}");
    let gone = stacks.iter().filter(|stack| stack.status == "DELETE_COMPLETE").count();
    ensure!(gone == deleted, "{gone} stacks are deleted, and should be {deleted}");
    Ok(())
}

/// The example's bundle with a template of more than 51,200 bytes.
fn large_bundle(to: &std::path::Path) -> Result<()> {
    let from = crate::system::example_bundle();
    for file in ["schema/schema.yaml", "infrastructure/manifest.yaml", "infrastructure/cloudformation.yaml"] {
        let mut text = std::fs::read_to_string(from.join(file))?;
        if file.ends_with("cloudformation.yaml") {
            text.push_str(&"# a long comment that CloudFormation does not need\n".repeat(1_100));
        }
        let target = to.join(file);
        std::fs::create_dir_all(target.parent().unwrap_or(to))?;
        std::fs::write(target, text)?;
    }
    Ok(())
}

//! Tags, outputs in a ConfigMap, a connection of its own, a bounded history, Retain.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use proton_rig::until;

use super::environment::{NAME, TARGET, one_stack, queues, settled};
use super::scene::Scene;
use crate::system::{PATIENCE, System, team, text};

/// The Secret of the connection.
pub async fn prepare(system: &System) -> Result<()> {
    let (key, secret) = system.engine.keys();
    let secret = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: connection, namespace: {}}}\nstringData:\n  endpoint: {}\n  \
         region: us-east-1\n  accessKeyId: {key}\n  secretAccessKey: {secret}\n",
        system.namespace,
        system.engine.endpoint()
    );
    system.cluster.kubectl().apply(&secret).await?.ok().map(drop)
}

pub async fn run(scene: &Scene) -> Result<()> {
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
    until("the pruned history", PATIENCE, || async { (scene.deployments().await.ok()?.get(TARGET)?.len() == 2).then_some(()) })
        .await?;
    site.patch(NAME, "spec: {tags: {old: null, new: fresh}, writeOutputsTo: null}").await?;
    tagged(scene).await?;
    until("the ConfigMap's end", PATIENCE, || async { site.kubectl(&map).await.err() }).await?;
    site.patch(NAME, "spec: {deletionPolicy: Retain}").await?;
    site.wait_ready(NAME).await?;
    scene.delete(&[&format!("penv/{NAME}")]).await?;
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

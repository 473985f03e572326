//! A finalizer that stays until the remote side is gone.

use anyhow::Result;
use proton_rig::until;

use crate::system::{PATIENCE, Setup, System, team, text};

#[tokio::test(flavor = "multi_thread")]
async fn deletion_waits_for_the_remote_side() -> Result<()> {
    let script = "- target: \"*\"\n  operation: delete\n  duration: 2s\n";
    let system = System::start(Setup { script, ..Setup::default() }).await?;
    system.apply("goes", &team("")).await?.ok()?;
    system.wait_ready("goes").await?;
    system.kubectl(&["delete", "penv", "goes", "--wait=false"]).await?;
    system.status_until("goes", "the remote deletion", |s| s["deploymentStatus"] == "DELETE_IN_PROGRESS").await?;
    let object = system.object("goes").await?;
    assert!(object["metadata"]["finalizers"].as_array().is_some_and(|all| !all.is_empty()));
    gone(&system, "goes").await?;
    let answer = system.engine.aws().try_proton(&["get-environment", "--name", "goes"]).await?;
    assert!(answer.err.contains("ResourceNotFoundException"), "{}", answer.err);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_during_an_update_cancels_it_first() -> Result<()> {
    let script = "- target: \"*\"\n  operation: update\n  duration: 60s\n";
    let system = System::start(Setup { script, ..Setup::default() }).await?;
    system.apply("goes", &team("")).await?.ok()?;
    system.wait_ready("goes").await?;
    system.patch("goes", "spec: {inputs: {queues: [one]}}").await?;
    system.status_until("goes", "a running update", |s| s["deploymentStatus"] == "IN_PROGRESS").await?;
    system.kubectl(&["delete", "penv", "goes", "--wait=false"]).await?;
    gone(&system, "goes").await
}

#[tokio::test(flavor = "multi_thread")]
async fn retain_leaves_the_remote_side_without_our_tag() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    system.apply("stays", &team("deletionPolicy: Retain")).await?.ok()?;
    system.wait_ready("stays").await?;
    let arn = text(&system.status("stays").await?, "/arn").to_owned();
    system.kubectl(&["delete", "penv", "stays", "--wait=false"]).await?;
    gone(&system, "stays").await?;
    let aws = system.engine.aws();
    aws.proton(&["get-environment", "--name", "stays"]).await?;
    let tags = aws.proton(&["list-tags-for-resource", "--resource-arn", &arn]).await?;
    assert!(!tags.to_string().contains("proton-operator.dev/owner"), "{tags}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_remote_side_that_vanished_is_not_made_anew_unasked() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    system.apply("lost", &team("")).await?.ok()?;
    system.wait_ready("lost").await?;
    let aws = system.engine.aws();
    aws.proton(&["delete-environment", "--name", "lost"]).await?;
    until("the remote end", PATIENCE, || async {
        let answer = aws.try_proton(&["get-environment", "--name", "lost"]).await.ok()?;
        answer.err.contains("ResourceNotFoundException").then_some(())
    })
    .await?;
    system.kubectl(&["annotate", "penv", "lost", "proton-operator.dev/reconcile-requested-at=now"]).await?;
    system.condition_until("lost", "Stalled", "True", "RemoteMissing").await?;
    system.patch("lost", "spec: {onRemoteMissing: Recreate}").await?;
    system.wait_ready("lost").await
}

/// Waits until the object is gone from the API server.
pub async fn gone(system: &System, name: &str) -> Result<()> {
    let target = format!("penv/{name}");
    let limit = format!("--timeout={}s", PATIENCE.as_secs());
    let waited = system.kubectl(&["wait", "--for=delete", &target, &limit]).await;
    match waited {
        Ok(_) => Ok(()),
        Err(error) => Err(error.context(system.object(name).await?.to_string())),
    }
}

//! Several replicas: one acts, another goes on where it ended, and one that was away too long changes nothing.

use std::time::Duration;

use anyhow::{Context as _, Result};
use proton_rig::{Operator, OperatorOptions, until};
use tokio::time::timeout;

use crate::system::{PATIENCE, Setup, System, team, text};

const SLOW: &str = "- target: \"*environment/slow*\"\n  duration: 6s\n";

/// A system whose operator takes part in an election, and the options of further replicas.
async fn elected(script: &'static str) -> Result<(System, OperatorOptions)> {
    let system = System::start(Setup { script, elects: true, ..Setup::default() }).await?;
    let options = system.operator_options.clone();
    Ok((system, options))
}

async fn replica(system: &System, name: &str, options: &OperatorOptions) -> Result<Operator> {
    Operator::start(&system.folder.path().join(name), system.cluster.kubeconfig(), options.clone()).await
}

async fn leads(operator: &Operator) -> bool {
    let Ok(answer) = reqwest::get(format!("{}/metrics", operator.web())).await else {
        return false;
    };
    answer.text().await.unwrap_or_default().contains("leader_election_master_status{name=\"proton-operator\"} 1")
}

async fn until_leads(operator: &Operator) -> Result<()> {
    until("leadership", PATIENCE, || async { leads(operator).await.then_some(()) }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_dies_in_a_deployment_is_followed_by_another_that_ends_it() -> Result<()> {
    let (mut system, options) = elected(SLOW).await?;
    until_leads(&system.operator).await?;
    let standby = replica(&system, "standby", &options).await?;
    system.apply("slow-one", &team("")).await?.ok()?;
    system.status_until("slow-one", "the deployment", |s| s["deploymentStatus"] == "IN_PROGRESS").await?;
    assert!(!leads(&standby).await);
    system.operator.kill();
    system.wait_ready("slow-one").await?;
    assert!(leads(&standby).await);
    assert_eq!(system.deployments("slow-one").await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_is_stopped_in_order_hands_over_at_once() -> Result<()> {
    let (mut system, options) = elected("").await?;
    until_leads(&system.operator).await?;
    let standby = replica(&system, "standby", &options).await?;
    let leader = system.operator.process().context("the operator runs")?;
    leader.signal("TERM")?;
    timeout(PATIENCE, async {
        while leader.ended().is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .context("the leader did not end")?;
    let holder = ["get", "lease", "proton-operator", "-o", "jsonpath={.spec.holderIdentity}"];
    // Far less than the Lease's duration: it was released, not left to expire.
    timeout(Duration::from_secs(20), until_leads(&standby)).await.context("no replica took over")??;
    assert!(!system.kubectl(&holder).await?.is_empty());
    system.apply("plain", &team("")).await?.ok()?;
    system.wait_ready("plain").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_was_frozen_for_too_long_changes_nothing_when_it_wakes() -> Result<()> {
    let (mut system, options) = elected("").await?;
    until_leads(&system.operator).await?;
    system.apply("plain", &team("")).await?.ok()?;
    system.wait_ready("plain").await?;
    system.operator.process().context("the operator runs")?.signal("STOP")?;
    let standby = replica(&system, "standby", &options).await?;
    system.patch("plain", "spec: {inputs: {queues: [a, b]}}").await?;
    until_leads(&standby).await?;
    system.status_until("plain", "the new outputs", |s| s["outputs"]["values"]["QueueCount"] == "2").await?;
    system.operator.process().context("the operator runs")?.signal("CONT")?;
    system.patch("plain", "spec: {inputs: {queues: [a, b, c]}}").await?;
    system.status_until("plain", "the newest outputs", |s| s["outputs"]["values"]["QueueCount"] == "3").await?;
    assert!(!leads(&system.operator).await && leads(&standby).await);
    let deployments = system.deployments("plain").await?;
    assert_eq!(deployments.len(), 3, "{deployments:?}");
    assert!(deployments.iter().all(|one| text(one, "/deploymentStatus") == "SUCCEEDED"), "{deployments:?}");
    Ok(())
}

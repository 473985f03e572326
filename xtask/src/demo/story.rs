//! The scenes of the demo; each one fails if what it shows did not happen.

use std::time::Duration;

use anyhow::{Result, bail};
use proton_rig::until;

use super::stage::{Stage, apply, indent, title};
use super::timeline::Timeline;

const MINUTE: Duration = Duration::from_secs(60);

/// An environment that CloudFormation really provisions.
pub async fn provision(stage: &Stage) -> Result<()> {
    title("An environment, provisioned through CloudFormation (moto answers for AWS)");
    let kubectl = stage.kubectl();
    apply(&kubectl, "examples/environments/payments.yaml").await?;
    Timeline::follow(&kubectl, "payments")?.until(MINUTE, |moment| moment.settled()).await?;
    println!("  $ kubectl wait --for=condition=Ready penv/payments");
    indent(&kubectl.run(&["wait", "--for=condition=Ready", "penv/payments", "--timeout=10s"]).await?);
    println!("  $ aws cloudformation describe-stacks");
    let query = "Stacks[].[StackName,StackStatus]";
    let stacks =
        stage.cloudformation().run(&["cloudformation", "describe-stacks", "--output", "table", "--query", query]).await?.ok()?;
    indent(&stacks.out);
    println!("  $ kubectl get penv payments -o jsonpath='{{.status.outputs.values}}'");
    indent(&kubectl.run(&["get", "penv", "payments", "-o", "jsonpath={.status.outputs.values}"]).await?);
    Ok(())
}

/// A deployment that a newer spec cancels and supersedes.
pub async fn supersede(stage: &Stage) -> Result<()> {
    title("A second environment, changed in the middle of a deployment (simulated: nothing is provisioned, it only takes time)");
    let kubectl = stage.kubectl();
    apply(&kubectl, "examples/environments/slow-search.yaml").await?;
    let mut timeline = Timeline::follow(&kubectl, "slow-search")?;
    timeline.until(MINUTE, |moment| moment.settled()).await?;
    let first = "spec: {inputs: {stage: development, queues: [crawl, index]}}";
    patch(stage, first).await?;
    let running = timeline.until(MINUTE, |moment| moment.status == "IN_PROGRESS").await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("  … and again, two seconds later, while that deployment runs:");
    patch(stage, "spec: {inputs: {stage: development, queues: [crawl, index, rank]}}").await?;
    timeline.until(MINUTE, |moment| moment.settled() && moment.deployment != running.deployment).await?;
    let wanted = ["IN_PROGRESS", "CANCELLING", "CANCELLED", "IN_PROGRESS", "SUCCEEDED"];
    let seen = timeline.statuses();
    if !seen.ends_with(&wanted) {
        bail!("the statuses were {seen:?}, and should have ended with {wanted:?}");
    }
    Ok(())
}

async fn patch(stage: &Stage, yaml: &str) -> Result<()> {
    println!("  $ kubectl patch penv slow-search --type merge -p '{yaml}'");
    stage.kubectl().run(&["patch", "penv", "slow-search", "--type", "merge", "-p", yaml]).await?;
    Ok(())
}

/// What kubectl and the stock `aws proton` show at the end.
pub async fn tables(stage: &Stage) -> Result<()> {
    title("What kubectl shows");
    println!("  $ kubectl get penv -o wide");
    indent(&stage.kubectl().run(&["get", "penv", "-o", "wide"]).await?);
    println!("  $ kubectl get events --field-selector involvedObject.name=slow-search");
    let columns = "custom-columns=TYPE:.type,REASON:.reason,MESSAGE:.message";
    let selector = "involvedObject.name=slow-search";
    indent(&stage.kubectl().run(&["get", "events", "--field-selector", selector, "-o", columns]).await?);
    title("The same deployments through the Proton API");
    println!("  $ aws proton list-deployments --environment-name slow-search");
    let query = "deployments[].[id,deploymentStatus,createdAt,completedAt]";
    let args = ["proton", "list-deployments", "--environment-name", "slow-search", "--output", "table", "--query", query];
    indent(&stage.engine.aws().run(&args).await?.ok()?.out);
    Ok(())
}

/// Deletes both and proves that nothing stays.
pub async fn take_away(stage: &Stage) -> Result<()> {
    title("Deleting both: the finalizers stay until the remote side is gone");
    println!("  $ kubectl delete penv --all");
    indent(&stage.kubectl().run(&["delete", "penv", "--all", "--timeout=60s"]).await?);
    let left = until("the last environment's end", MINUTE, || async {
        let answer = stage.engine.aws().proton(&["list-environments"]).await.ok()?;
        answer.get("environments")?.as_array()?.is_empty().then_some(0)
    })
    .await?;
    println!("  $ aws proton list-environments      → {left} left");
    Ok(())
}

//! The scenes of the demo; each one fails if what it shows did not happen.

use std::time::Duration;

use anyhow::{Result, bail};
use proton_rig::workspace;
use serde_json::Value;

use super::stage::{Stage, apply, indent, title};
use super::timeline::Timeline;

const MINUTE: Duration = Duration::from_secs(60);

/// An environment that CloudFormation really provisions.
pub async fn provision(stage: &Stage) -> Result<()> {
    title("An environment, provisioned through CloudFormation (moto answers for AWS)");
    let kubectl = stage.kubectl();
    apply(&kubectl, "examples/environments/payments.yaml").await?;
    Timeline::follow(&kubectl, "penv", "payments")?.until(MINUTE, |moment| moment.settled()).await?;
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
    let mut timeline = Timeline::follow(&kubectl, "penv", "slow-search")?;
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
    println!("  $ kubectl get proton");
    indent(&stage.kubectl().run(&["get", "proton"]).await?);
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

/// Deletes everything and proves that nothing stays.
pub async fn take_away(stage: &Stage) -> Result<()> {
    title("Deleting everything: the finalizers stay until the remote side is gone");
    let kubectl = stage.kubectl();
    println!("  $ kubectl delete -f examples/platform/ -f examples/environments/ --ignore-not-found");
    let folders = ["examples/platform", "examples/environments"].map(|folder| workspace().join(folder).display().to_string());
    let [platform, environments] = &folders;
    indent(&kubectl.run(&["delete", "-f", platform, "-f", environments, "--ignore-not-found", "--timeout=60s"]).await?);
    for (command, member) in
        [("list-environments", "environments"), ("list-services", "services"), ("list-components", "components")]
    {
        let answer = stage.engine.aws().proton(&[command]).await?;
        let left = answer.get(member).and_then(Value::as_array).map(Vec::len);
        if left != Some(0) {
            bail!("not everything is gone: {answer}");
        }
        println!("  $ aws proton {command:<18} → none left");
    }
    let stacks =
        stage.cloudformation().run(&["cloudformation", "describe-stacks", "--query", "Stacks[].StackName"]).await?.ok()?;
    println!("  $ aws cloudformation describe-stacks → {}", stacks.out.trim());
    Ok(())
}

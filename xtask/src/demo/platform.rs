//! The scenes with a whole platform: environments, a service with its pipeline, instances and a component.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use futures::future::try_join_all;
use serde_json::Value;

use super::stage::{Stage, apply, indent, title};
use super::timeline::Timeline;

const MINUTE: Duration = Duration::from_secs(60);
const IMAGE: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:7f3a9c2";
const INSTANCE: &str = "shop-staging";

/// Everything in one go; each object waits for what it refers to.
pub async fn come_up(stage: &Stage) -> Result<()> {
    title("A whole platform in one go, on moto: two environments, a service with a pipeline, two instances, a component");
    let kubectl = stage.kubectl();
    let started = Instant::now();
    apply(&kubectl, "examples/platform/").await?;
    let objects = [
        ("penv", "staging"),
        ("penv", "production"),
        ("psvc", "shop"),
        ("psi", INSTANCE),
        ("psi", "shop-production"),
        ("pcomp", "shop-sessions"),
    ];
    let follow = |(kind, name)| Ok(Timeline::follow(&kubectl, kind, name)?.since(started));
    let mut timelines = objects.into_iter().map(follow).collect::<Result<Vec<_>>>()?;
    let ends = timelines.iter_mut().zip(objects).map(|(timeline, (_, name))| {
        // This instance has a component: it is deployed again when there are outputs to use.
        let uses = move |component: &str| name != INSTANCE || !component.is_empty();
        timeline.until(MINUTE, move |moment| moment.settled() && uses(&moment.component))
    });
    try_join_all(ends).await?;
    Ok(())
}

/// What the component's outputs became in the instance's containers.
pub async fn outputs_arrive(stage: &Stage) -> Result<()> {
    title("The component's outputs are variables of the instance's container now");
    let printed = container(stage).await?;
    if !printed.contains("SessionsTable") {
        bail!("the outputs are not in the container's definition:\n{printed}");
    }
    indent(&printed);
    Ok(())
}

/// The container in the template that CloudFormation has for the instance.
async fn container(stage: &Stage) -> Result<String> {
    let args = ["list-service-instance-provisioned-resources", "--service-name", "shop", "--service-instance-name", INSTANCE];
    let resources = stage.engine.aws().proton(&args).await?;
    let arn = resources.pointer("/provisionedResources/0/identifier").and_then(Value::as_str).context("a stack")?;
    let name = arn.split('/').nth(1).context("the stack has a name")?;
    println!("  $ aws cloudformation get-template --stack-name {name}      # the part about the container");
    let args = ["cloudformation", "get-template", "--stack-name", name, "--query", "TemplateBody", "--output", "text"];
    let template = stage.cloudformation().run(&args).await?.ok()?.out;
    let part = template.lines().skip_while(|line| !line.contains("ContainerDefinitions:"));
    let part = part.take_while(|line| !line.contains("LogConfiguration:")).filter(|line| !line.trim().is_empty());
    Ok(part.map(|line| line.strip_prefix("      ").unwrap_or(line)).collect::<Vec<_>>().join("\n"))
}

/// A pipeline's script changes the image, and the objects' owner leaves it alone.
pub async fn pipeline_deploys(stage: &Stage) -> Result<()> {
    title("The pipeline's script deploys an image with the stock `aws proton`; the image is its own, see externalInputs");
    let kubectl = stage.kubectl();
    println!("  $ examples/pipeline/deploy.sh shop {INSTANCE} {IMAGE}");
    indent(&stage.script("examples/pipeline/deploy.sh", &["shop", INSTANCE, IMAGE]).await?);
    let asked = "proton-operator.dev/reconcile-requested-at=now";
    println!("  $ kubectl annotate psi {INSTANCE} {asked}      # look at once, not at the next interval");
    kubectl.run(&["annotate", "psi", INSTANCE, asked]).await?;
    let deployed = stage.engine.aws().proton(&["get-service-instance", "--service-name", "shop", "--name", INSTANCE]).await?;
    let of_script = deployed.pointer("/serviceInstance/lastSucceededDeploymentId").and_then(Value::as_str).unwrap_or_default();
    let mut timeline = Timeline::follow(&kubectl, "psi", INSTANCE)?;
    timeline.until(MINUTE, |moment| moment.settled() && moment.deployment == of_script).await?;
    let columns = "custom-columns=NAME:.metadata.name,READY:.status.conditions[?(@.type==\"Ready\")].status,\
                   EXTERNAL:.spec.externalInputs,INPUTS:.spec.inputs,DEPLOYMENT:.status.lastSucceededDeploymentId";
    println!("  $ kubectl get psi {INSTANCE} -o custom-columns=…");
    indent(&kubectl.run(&["get", "psi", INSTANCE, "-o", columns]).await?);
    // The template, not the stack's outputs: moto keeps those of a stack's creation.
    let container = container(stage).await?;
    let image = container.lines().find(|line| line.contains("Image:")).unwrap_or_default();
    indent(image);
    if !image.contains(IMAGE) {
        bail!("the image is not deployed: {image}");
    }
    Ok(())
}

/// One instance is removed from the service's document; the pipeline follows, the other instance stays as it is.
pub async fn instance_goes(stage: &Stage) -> Result<()> {
    title("An instance is removed");
    println!("  $ kubectl delete psi shop-production");
    indent(&stage.kubectl().run(&["delete", "psi", "shop-production", "--timeout=60s"]).await?);
    let mut timeline = Timeline::follow(&stage.kubectl(), "psvc", "shop")?;
    timeline.until(MINUTE, |moment| moment.settled()).await?;
    println!("  $ aws proton list-service-instances --service-name shop");
    let query = "serviceInstances[].[name,environmentName,deploymentStatus]";
    let args = ["proton", "list-service-instances", "--service-name", "shop", "--output", "table", "--query", query];
    let shown = stage.engine.aws().run(&args).await?.ok()?.out;
    indent(&shown);
    if shown.contains("production") || !shown.contains(INSTANCE) {
        bail!("other instances are left than there should be");
    }
    Ok(())
}

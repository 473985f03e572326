//! Every service bundle on the CloudFormation double, which shows the templates that were really deployed: what a component gives reaches the
//! next deployment of its instance, and no other.

use anyhow::{Context as _, Result, ensure};
use futures::future::join_all;
use proton_rig::cloudformation::{Behaviour, Double};

use super::catalogue::{Catalogue, Environment, Service};
use super::objects::Objects;
use super::prepared::prepare;
use super::remote::{Remote, Target};
use super::services::Deployed;
use super::table::{self, Row};
use crate::system::{Setup, System};

const BUCKET: &str = "bucket-of-the-team";
const POLICY: &str = "arn:aws:iam::123456789012:policy/bucket-of-the-team";

/// A setup whose engine provisions on the double.
pub fn on(double: &Double) -> Setup {
    let engine_args = ["--cloudformation-poll", "100ms"].map(str::to_owned).to_vec();
    Setup { aws: double.env(), engine_args, ..Setup::default() }
}

/// The template that a target's stack was last deployed with.
pub async fn template(double: &Double, remote: &Remote, target: Target<'_>) -> Result<String> {
    let arn = remote.stack(target).await?;
    let stack = double.stacks().into_iter().find(|stack| stack.arn == arn);
    Ok(stack.with_context(|| format!("{arn} is not on the double"))?.template)
}

async fn row(system: &System, double: &Double, catalogue: &Catalogue, bundle: &Service) -> Result<Row> {
    let deployed = Deployed::apply(system, bundle, Objects::of(bundle, bundle.environment())).await?;
    deployed.check_first().await?;
    let [(first, _), (second, _)] = bundle.instances();
    let read = |name: &str| {
        let name = name.to_owned();
        let deployed = &deployed;
        async move { template(double, &deployed.remote, deployed.instance(&name)).await }
    };
    let (before, other) = (read(&first).await?, read(&second).await?);
    ensure!(!before.contains("{{") && !before.contains("{%"), "{before}");
    deployed.attach(catalogue.component()?).await?;
    let after = read(&first).await?;
    ensure!(read(&second).await? == other, "the other instance of {} has changed", bundle.name);
    let reads = bundle.reads_components()?;
    for value in [BUCKET, POLICY] {
        ensure!(!before.contains(value), "{value} is in {before}");
        ensure!(after.contains(value) == reads, "{value}: {after}");
    }
    ensure!(reads || after == before, "{} reads no outputs of components", bundle.name);
    let effect = if reads { "its outputs are in the instance's template" } else { "the template reads no component" };
    Ok(Row {
        kind: "service",
        bundle: bundle.name.clone(),
        versions: deployed.version().await?,
        instances: bundle.instances().len(),
        component: "attached",
        result: format!("SUCCEEDED, {effect}"),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn outputs_of_a_component_reach_the_next_deployment_of_its_instance() -> Result<()> {
    let Some(catalogue) = Catalogue::find()? else { return Ok(()) };
    let double = Double::start().await?;
    let outputs = [("BucketName", BUCKET), ("BucketAccessPolicyArn", POLICY)];
    let outputs = outputs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    double.set_behaviour("AWSProton-component-*", Behaviour { outputs, ..Behaviour::default() });
    let system = System::start(on(&double)).await?;
    let services: Vec<&Service> = catalogue.services.iter().collect();
    let needed: Vec<&Environment> = catalogue
        .environments
        .iter()
        .filter(|one| services.iter().any(|service| service.compatible.contains(&one.name)))
        .collect();
    prepare(&system, &catalogue, needed, &services).await?;
    let rows = join_all(services.iter().map(|bundle| row(&system, &double, &catalogue, bundle))).await;
    let rows = table::all("CloudFormation double", rows)?;
    ensure!(services.iter().any(|bundle| bundle.reads_components().unwrap_or_default()), "no bundle reads a component");
    ensure!(rows == services.len(), "{rows} rows");
    Ok(())
}

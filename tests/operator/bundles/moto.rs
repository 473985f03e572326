//! What moto can create, really created: two environments, and the component alone and attached. Services are simulated, moto lacks their types.

use anyhow::{Context as _, Result, ensure};
use futures::future::{join, join_all};

use super::catalogue::{Catalogue, Environment};
use super::environments;
use super::mirror::{mirrored, outputs, ready};
use super::objects::{Objects, alone, apply};
use super::prepared::prepare;
use super::remote::{Remote, Target};
use super::services::Deployed;
use super::table::{self, Row};
use crate::system::{Setup, System, moto};

const SCRIPT: &str = "- target: \"arn:aws:proton:*:service/*\"\n";
const ENVIRONMENTS: [&str; 2] = ["lambda-env", "jungle"];
const SERVICE: &str = "service-crud";

/// The types of the resources in a target's stack.
async fn types(system: &System, target: Target<'_>) -> Result<Vec<String>> {
    let stack = Remote::of(&system.engine).stack(target).await?;
    let mut env = moto().await?.env();
    env.push(("AWS_DEFAULT_REGION".to_owned(), "us-east-1".to_owned()));
    let query = "StackResourceSummaries[].ResourceType";
    let args = ["cloudformation", "list-stack-resources", "--stack-name", &stack, "--output", "text", "--query", query];
    let listed = proton_rig::Aws::new(env).run(&args).await?.ok()?.out;
    let mut types: Vec<String> = listed.split_whitespace().map(str::to_owned).collect();
    types.sort_unstable();
    Ok(types)
}

async fn environment_row(system: &System, bundle: &Environment) -> Result<Row> {
    let row = environments::check(system, bundle, &bundle.name).await?;
    let types = types(system, Target::Environment(&bundle.name)).await?;
    let wanted = if bundle.name == "jungle" { 21 } else { 2 };
    ensure!(types.len() == wanted, "{}: {types:?}", bundle.name);
    Ok(Row { result: format!("{}, {} resources", row.result, types.len()), ..row })
}

/// Attached to an instance in a real environment, and alone in one.
async fn component_row(system: &System, catalogue: &Catalogue) -> Result<Row> {
    let component = catalogue.component()?;
    let bundle = catalogue.service(SERVICE)?;
    let deployed = Deployed::apply(system, bundle, Objects::of(bundle, "lambda-env")).await?;
    deployed.check_first().await?;
    let attached = deployed.attach(component).await?;
    apply(system, vec![alone(&component.name, component, "jungle")]).await?;
    let status = ready(system, "Component", &component.name).await?;
    mirrored(&deployed.remote, Target::Component(&component.name), &status, 1).await?;
    for (name, status) in [(&deployed.objects.component(), &attached), (&component.name, &status)] {
        let types = types(system, Target::Component(name)).await?;
        ensure!(types == ["AWS::IAM::ManagedPolicy", "AWS::S3::Bucket"], "{name}: {types:?}");
        let bucket = outputs(status).get("BucketName").cloned().context("an output")?;
        ensure!(bucket.starts_with("arn:aws:s3:::"), "{name}: {bucket}");
    }
    Ok(Row {
        kind: "component",
        bundle: component.name.clone(),
        versions: "-".to_owned(),
        instances: bundle.instances().len(),
        component: "alone, attached",
        result: "SUCCEEDED, 2 resources each".to_owned(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moto_knows_is_really_created() -> Result<()> {
    let Some(catalogue) = Catalogue::find()? else { return Ok(()) };
    let engine_args = ["--cloudformation-poll", "100ms"].map(str::to_owned).to_vec();
    let system = System::start(Setup { script: SCRIPT, aws: moto().await?.env(), engine_args, ..Setup::default() }).await?;
    let bundles: Vec<&Environment> = ENVIRONMENTS.iter().filter_map(|name| catalogue.environment(name)).collect();
    prepare(&system, &catalogue, bundles.clone(), &[catalogue.service(SERVICE)?]).await?;
    let environments = join_all(bundles.iter().map(|bundle| environment_row(&system, bundle)));
    let (mut rows, component) = join(environments, component_row(&system, &catalogue)).await;
    rows.push(component);
    ensure!(table::all("moto", rows)? == 3, "a row is missing");
    Ok(())
}

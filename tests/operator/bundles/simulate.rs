//! Every bundle on `simulate`: one row for each.

use anyhow::{Result, ensure};
use futures::future::join_all;

use super::catalogue::{Catalogue, Service};
use super::mirror::{mirrored, ready};
use super::objects::{Objects, alone, apply};
use super::prepared::prepare;
use super::remote::{Remote, Target};
use super::services::Deployed;
use super::table::{self, Row};
use super::{broken, environments};
use crate::system::{Setup, System, text};

/// A service of its own without `pipeline:` inputs and without the component, beside the one with both.
const BARE: &str = "bare";

async fn service_row(system: &System, catalogue: &Catalogue, bundle: &Service) -> Result<Row> {
    let objects = Objects::of(bundle, bundle.environment());
    let bare = Objects { service: format!("{}-{BARE}", bundle.name), pipeline_inputs: false, ..objects.clone() };
    let with = async {
        let deployed = Deployed::apply(system, bundle, objects).await?;
        deployed.check_first().await?;
        deployed.attach(catalogue.component()?).await?;
        anyhow::Ok(deployed)
    };
    let without = async {
        let deployed = Deployed::apply(system, bundle, bare).await?;
        deployed.check_first().await?;
        anyhow::Ok(deployed)
    };
    let (with, without) = futures::try_join!(with, without)?;
    let [attached, plain] = [with.deployments().await?, without.deployments().await?];
    Ok(Row {
        kind: "service",
        bundle: bundle.name.clone(),
        versions: with.version().await?,
        instances: 2 * bundle.instances().len(),
        component: "with/without",
        result: format!("SUCCEEDED, {attached} deployments with the component, {plain} without"),
    })
}

/// The component alone in an environment; attached ones are in the rows of the services.
async fn component_row(system: &System, catalogue: &Catalogue) -> Result<Row> {
    let component = catalogue.component()?;
    apply(system, vec![alone(&component.name, component, "jungle")]).await?;
    let status = ready(system, "Component", &component.name).await?;
    mirrored(&Remote::of(&system.engine), Target::Component(&component.name), &status, 1).await?;
    Ok(Row {
        kind: "component",
        bundle: component.name.clone(),
        versions: "-".to_owned(),
        instances: 0,
        component: "alone",
        result: format!("{}, attached in the rows above", text(&status, "/deploymentStatus")),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bundle_has_its_row() -> Result<()> {
    let Some(catalogue) = Catalogue::find()? else { return Ok(()) };
    let system = System::start(Setup::default()).await?;
    let services: Vec<&Service> = catalogue.services.iter().chain(&catalogue.broken).collect();
    prepare(&system, &catalogue, catalogue.environments.iter().collect(), &services).await?;
    let (mut rows, services, broken, component) = futures::join!(
        join_all(catalogue.environments.iter().map(|bundle| environments::check(&system, bundle, &bundle.name))),
        join_all(catalogue.services.iter().map(|bundle| service_row(&system, &catalogue, bundle))),
        join_all(catalogue.broken.iter().map(|bundle| broken::check(&system, &catalogue, bundle))),
        component_row(&system, &catalogue),
    );
    rows.extend(services.into_iter().chain(broken).chain([component]));
    let count = table::all("simulate", rows)?;
    ensure!(count == catalogue.len(), "{count} rows for {} bundles", catalogue.len());
    Ok(())
}

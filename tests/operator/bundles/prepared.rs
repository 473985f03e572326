//! Templates in the engine and environments on their way, before the services of a test.

use anyhow::Result;
use futures::future::try_join_all;

use super::catalogue::{Catalogue, Environment, Service};
use super::objects::{apply, environment};
use super::{environments, generated, services};
use crate::system::System;

/// Registers these environments, those that the services need and nobody has, and the services; applies every environment.
pub async fn prepare<'a>(
    system: &System,
    catalogue: &'a Catalogue,
    environments: Vec<&'a Environment>,
    services: &[&Service],
) -> Result<()> {
    let generated = generated::missing(catalogue, services, system.folder.path())?;
    let all: Vec<&Environment> = environments.into_iter().chain(&generated).collect();
    try_join_all(all.iter().map(|bundle| environments::register(system, bundle))).await?;
    try_join_all(services.iter().map(|bundle| services::register(system, bundle))).await?;
    apply(system, all.iter().map(|bundle| environment(bundle, None)).collect()).await
}

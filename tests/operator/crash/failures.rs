//! A first creation that fails, is rolled back and made anew; a rollback that has to be continued.

use anyhow::{Result, ensure};
use proton_rig::cloudformation::{Behaviour, Failure};

use super::environment::{NAME, STACK, ends_as, gone, queues, settled};
use super::scene::Scene;
use crate::system::{team, text};

pub async fn run(scene: &Scene) -> Result<()> {
    let site = &scene.site;
    let broken = Some(Failure::new("Announcements", "no more topics"));
    scene.double.set_behaviour(STACK, Behaviour { fail: broken.clone(), ..Behaviour::default() });
    site.apply(NAME, &team("")).await?.ok()?;
    let failed = site.status_until(NAME, "the failed creation", |s| s["deploymentStatus"] == "FAILED").await?;
    ensure!(text(&failed, "/deploymentStatusMessage").contains("no more topics"), "{failed}");
    scene.double.set_behaviour(STACK, Behaviour::default());
    queues(scene, 1).await?;
    settled(scene, 1).await?;
    let stuck = Behaviour { fail: broken.clone(), fail_rollback: broken, continue_succeeds: true, ..Behaviour::default() };
    scene.double.set_behaviour(STACK, stuck);
    queues(scene, 2).await?;
    site.status_until(NAME, "the failed update", |s| s["deploymentStatus"] == "FAILED").await?;
    scene.double.set_behaviour(STACK, Behaviour { continue_succeeds: true, ..Behaviour::default() });
    queues(scene, 3).await?;
    settled(scene, 3).await?;
    ends_as(scene, &["FAILED", "SUCCEEDED", "FAILED", "SUCCEEDED"]).await?;
    gone(scene).await?;
    let live: Vec<_> = scene.double.stacks();
    ensure!(live.len() == 2, "the failed stack was replaced once, but there were {}", live.len());
    Ok(())
}

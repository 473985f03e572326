//! An environment's life: create, update, supersede a running update, delete.

use std::time::Duration;

use anyhow::{Result, ensure};
use proton_rig::cloudformation::Behaviour;

use super::environment::{NAME, STACK, effects, ends_as, gone, one_stack, queues, settled};
use super::scene::Scene;
use crate::system::team;

pub async fn run(scene: &Scene) -> Result<()> {
    let site = &scene.site;
    site.apply(NAME, &team("")).await?.ok()?;
    site.wait_ready(NAME).await?;
    queues(scene, 1).await?;
    settled(scene, 1).await?;
    scene.double.set_behaviour(STACK, Behaviour { duration: Duration::from_secs(60), ..Behaviour::default() });
    queues(scene, 2).await?;
    scene.stack_reaches(STACK, "UPDATE_IN_PROGRESS").await?;
    scene.double.set_behaviour(STACK, Behaviour::default());
    queues(scene, 3).await?;
    settled(scene, 3).await?;
    ends_as(scene, &["SUCCEEDED", "SUCCEEDED", "CANCELLED", "SUCCEEDED"]).await?;
    gone(scene).await?;
    one_stack(scene, 3, 1)?;
    ensure!(effects(scene, "CancelUpdateStack") == 1, "the update was cancelled {} times", effects(scene, "CancelUpdateStack"));
    Ok(())
}

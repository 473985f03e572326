//! A cancellation before CloudFormation has begun, and a template that has to go through S3.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use proton_rig::cloudformation::Behaviour;
use proton_rig::until;

use super::environment::{NAME, STACK, effects, ends_as, gone, one_stack, queues, settled};
use super::scene::Scene;
use crate::system::{PATIENCE, System};

/// Registers the large template.
pub async fn prepare(system: &System) -> Result<()> {
    let bundle = system.folder.path().join("large");
    large_bundle(&bundle)?;
    system.engine.register(&bundle, "large").await?.ok().map(drop)
}

pub async fn run(scene: &Scene) -> Result<()> {
    let site = &scene.site;
    let spec = "templateName: large\ntemplateMajorVersion: \"1\"\ninputs:\n  stage: staging\n";
    site.apply(NAME, spec).await?.ok()?;
    site.wait_ready(NAME).await?;
    scene.double.set_behaviour(STACK, Behaviour { change_set: Duration::from_secs(4), ..Behaviour::default() });
    queues(scene, 2).await?;
    site.status_until(NAME, "a running update", |s| s["deploymentStatus"] == "IN_PROGRESS").await?;
    until("the change set", PATIENCE, || async { (effects(scene, "CreateChangeSet") == 1).then_some(()) }).await?;
    scene.double.set_behaviour(STACK, Behaviour::default());
    queues(scene, 3).await?;
    settled(scene, 3).await?;
    ends_as(scene, &["SUCCEEDED", "CANCELLED", "SUCCEEDED"]).await?;
    gone(scene).await?;
    one_stack(scene, 1, 1)
}

/// The example's bundle with a template of more than 51,200 bytes.
fn large_bundle(to: &Path) -> Result<()> {
    let from = crate::system::example_bundle();
    for file in ["schema/schema.yaml", "infrastructure/manifest.yaml", "infrastructure/cloudformation.yaml"] {
        let mut text = std::fs::read_to_string(from.join(file))?;
        if file.ends_with("cloudformation.yaml") {
            text.push_str(&"# a long comment that CloudFormation does not need\n".repeat(1_100));
        }
        let target = to.join(file);
        std::fs::create_dir_all(target.parent().unwrap_or(to))?;
        std::fs::write(target, text)?;
    }
    Ok(())
}

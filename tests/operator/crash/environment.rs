//! What the stories about a single environment have in common.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use super::scene::Scene;
use crate::system::{condition, text};

/// The environment.
pub const NAME: &str = "crash";
/// Its name in the ledger of deployments.
pub const TARGET: &str = "environment/crash";
/// Its stacks.
pub const STACK: &str = "AWSProton-*";

pub async fn queues(scene: &Scene, count: usize) -> Result<()> {
    let names: Vec<String> = (0..count).map(|n| format!("q{n}")).collect();
    scene.site.patch(NAME, &format!("spec: {{inputs: {{queues: [{}]}}}}", names.join(", "))).await?;
    Ok(())
}

pub async fn settled(scene: &Scene, queues: usize) -> Result<()> {
    let count = queues.to_string();
    scene
        .site
        .status_until(NAME, &format!("{queues} queues deployed"), |s| {
            text(s, "/outputs/values/QueueCount") == count && condition(s, "Ready").is_some_and(|c| text(c, "/status") == "True")
        })
        .await?;
    scene.site.wait_ready(NAME).await
}

/// The deployments that there were, oldest first.
pub async fn ends_as(scene: &Scene, statuses: &[&str]) -> Result<()> {
    scene.deployed(&[(TARGET, statuses)]).await
}

pub async fn gone(scene: &Scene) -> Result<()> {
    scene.delete(&[&format!("penv/{NAME}")]).await?;
    let left = scene.double.stacks().iter().filter(|stack| stack.status != "DELETE_COMPLETE").count();
    ensure!(left == 0, "{left} stacks are left");
    Ok(())
}

/// How often an action had an effect.
pub fn effects(scene: &Scene, action: &str) -> usize {
    scene.double.calls().iter().filter(|call| call.action == action && call.succeeded()).count()
}

/// One stack was ever made, by one call; so many change sets were executed, each once; so many deletions took effect.
pub fn one_stack(scene: &Scene, executed: usize, deleted: usize) -> Result<()> {
    let stacks = scene.double.stacks();
    ensure!(stacks.len() == 1, "{} stacks were made", stacks.len());
    ensure!(effects(scene, "CreateStack") == 1, "CreateStack took effect {} times", effects(scene, "CreateStack"));
    let calls = scene.double.calls();
    let sets: Vec<_> = calls.iter().filter(|call| call.action == "ExecuteChangeSet" && call.succeeded()).collect();
    let tokens: BTreeSet<_> = sets.iter().filter_map(|call| call.token.clone()).collect();
    ensure!(tokens.len() == executed, "{} deployments were executed, and should be {executed}: {sets:?}", tokens.len());
    let made: Vec<_> = calls.iter().filter(|call| call.action == "CreateChangeSet" && call.succeeded()).collect();
    let names: BTreeSet<_> = made.iter().filter_map(|call| call.change_set.clone()).collect();
    ensure!(names.len() == made.len(), "a change set was made twice: {made:?}");
    let gone = stacks.iter().filter(|stack| stack.status == "DELETE_COMPLETE").count();
    ensure!(gone == deleted, "{gone} stacks are deleted, and should be {deleted}");
    Ok(())
}

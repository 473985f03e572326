//! What there must be at the end of a story, however it was disturbed: each stack made once and changed as often as was
//! asked for, and each deployment once.

#![allow(deprecated, reason = "the SDK marks every call of this API as deprecated")]

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, ensure};
use proton_rig::cloudformation::Call;
use proton_rig::until;

use super::scene::Scene;
use crate::system::PATIENCE;

/// What became of the stacks of one target.
#[derive(Debug, PartialEq, Eq, Default)]
pub struct Stacks {
    /// How many were made: one, and one more for each creation that failed and was made anew.
    pub made: usize,
    /// Change sets that were executed, and so deployments that changed it.
    pub executed: usize,
    /// Updates that were cancelled.
    pub cancelled: usize,
}

/// A stack that was made once.
pub const fn once(executed: usize, cancelled: usize) -> Stacks {
    Stacks { made: 1, executed, cancelled }
}

impl Scene {
    /// The statuses of all deployments of each target, oldest first. Targets are named as in their ARN.
    pub async fn deployments(&self) -> Result<BTreeMap<String, Vec<String>>> {
        let mut pages = self.proton.list_deployments().into_paginator().items().send();
        let mut found = BTreeMap::<String, Vec<String>>::new();
        while let Some(row) = pages.try_next().await? {
            let target = row.target_arn().splitn(6, ':').nth(5).context("a target's ARN")?;
            found.entry(target.to_owned()).or_default().insert(0, row.deployment_status().as_str().to_owned());
        }
        Ok(found)
    }

    /// Checks all deployments that the engine knows.
    pub async fn deployed(&self, expected: &[(&str, &[&str])]) -> Result<()> {
        let found = until("an answering engine", PATIENCE, || async { self.deployments().await.ok() }).await?;
        let owned = |statuses: &[&str]| statuses.iter().map(|status| (*status).to_owned()).collect();
        let expected: BTreeMap<String, Vec<String>> =
            expected.iter().map(|(target, statuses)| ((*target).to_owned(), owned(statuses))).collect();
        ensure!(found == expected, "the deployments are\n{found:#?}\nand should be\n{expected:#?}");
        Ok(())
    }

    /// Checks what was done to all stacks that were ever made, by the name before `-cloudformation-yaml`.
    pub fn provisioned(&self, expected: &[(&str, Stacks)]) -> Result<()> {
        let mut found = BTreeMap::<String, Stacks>::new();
        for stack in self.double.stacks() {
            found.entry(short(&stack.name)).or_default().made += 1;
        }
        for (name, stacks) in &mut found {
            stacks.executed = tokens(&self.effects("ExecuteChangeSet", name)).len();
            stacks.cancelled = self.effects("CancelUpdateStack", name).len();
            let created = self.effects("CreateStack", name).len();
            ensure!(created == stacks.made, "CreateStack took effect {created} times for {name}");
            let sets = self.effects("CreateChangeSet", name);
            let names: BTreeSet<_> = sets.iter().filter_map(|call| call.change_set.clone()).collect();
            ensure!(names.len() == sets.len(), "a change set of {name} was made twice: {sets:?}");
        }
        let found: BTreeMap<&str, &Stacks> = found.iter().map(|(name, stacks)| (name.as_str(), stacks)).collect();
        let expected: BTreeMap<&str, &Stacks> = expected.iter().map(|(name, stacks)| (*name, stacks)).collect();
        ensure!(found == expected, "the stacks are\n{found:#?}\nand should be\n{expected:#?}");
        Ok(())
    }

    /// Checks that nothing is left of this many stacks. An instance that goes with its service may change the pipeline first, so
    /// only [`Scene::provisioned`] before the deletion counts changes.
    pub fn left_nothing(&self, made: usize) -> Result<()> {
        let stacks = self.double.stacks();
        let left: Vec<_> = stacks.iter().filter(|stack| stack.status != "DELETE_COMPLETE").collect();
        ensure!(
            left.is_empty(),
            "stacks are left: {:?}",
            left.iter().map(|stack| (&stack.name, &stack.status)).collect::<Vec<_>>()
        );
        ensure!(stacks.len() == made, "{} stacks were made, and should be {made}", stacks.len());
        Ok(())
    }

    /// The calls of an action on stacks of this short name that had an effect.
    fn effects(&self, action: &str, name: &str) -> Vec<Call> {
        let calls = self.double.calls().into_iter();
        calls.filter(|call| call.action == action && call.succeeded() && short(&call.stack) == name).collect()
    }
}

fn tokens(calls: &[Call]) -> BTreeSet<String> {
    calls.iter().filter_map(|call| call.token.clone()).collect()
}

/// A stack's name without what is the same in all and without the letters at its end.
fn short(name: &str) -> String {
    let name = name.strip_prefix("AWSProton-").unwrap_or(name);
    name.split("-cloudformation-yaml").next().unwrap_or(name).to_owned()
}

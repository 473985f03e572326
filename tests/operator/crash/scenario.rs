//! The stories that are disturbed, one file each. Each asserts on the CloudFormation calls that had an effect and on every
//! deployment that there was, not only on its end.

use anyhow::Result;
use strum::VariantArray;

use super::scene::Scene;
use super::{attached, early_cancel, extras, failures, life, platform, policies, repairs};
use crate::system::System;

/// Which story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, VariantArray)]
pub enum Scenario {
    /// An environment: create, update, supersede a running update, delete.
    Life,
    /// A first creation that fails, is rolled back and made anew; a rollback that has to be continued.
    Failures,
    /// A cancellation before CloudFormation has begun, and a template that has to go through S3.
    EarlyCancel,
    /// Tags, outputs in a ConfigMap, a connection of its own, a bounded history, Retain.
    Extras,
    /// A service with a pipeline and instances that come, change and go.
    Platform,
    /// A component: attached, updated, superseded, moved, detached, deleted while it is attached.
    Attached,
    /// A service whose creation fails and is repaired; instances that fail and are taken away.
    Repairs,
    /// An instance with `onFailure: Retry`, then Rollback.
    Policies,
}

impl Scenario {
    /// Whether it is about services, instances and components, and not about one environment.
    pub fn with_services(self) -> bool {
        matches!(self, Self::Platform | Self::Attached | Self::Repairs | Self::Policies)
    }

    /// What has to be there before anything is armed.
    pub async fn prepare(self, system: &System) -> Result<()> {
        match self {
            Self::Life | Self::Failures => Ok(()),
            Self::EarlyCancel => early_cancel::prepare(system).await,
            Self::Extras => extras::prepare(system).await,
            Self::Platform | Self::Repairs => super::bundles::with_pipeline(system).await,
            Self::Attached | Self::Policies => super::bundles::without_pipeline(system).await,
        }
    }

    /// Plays it to its end.
    pub async fn run(self, scene: &Scene) -> Result<()> {
        match self {
            Self::Life => life::run(scene).await,
            Self::Failures => failures::run(scene).await,
            Self::EarlyCancel => early_cancel::run(scene).await,
            Self::Extras => extras::run(scene).await,
            Self::Platform => platform::run(scene).await,
            Self::Attached => attached::run(scene).await,
            Self::Repairs => repairs::run(scene).await,
            Self::Policies => policies::run(scene).await,
        }
    }
}

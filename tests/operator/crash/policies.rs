//! What an instance does about its own failures: `onFailure: Retry` exactly as often as was asked for, then Rollback.

use anyhow::Result;
use proton_operator::api::ServiceInstance;
use proton_rig::cloudformation::{Behaviour, Failure};

use super::ledger::once;
use super::scene::Scene;

const STACK: &str = "AWSProton-shop-a-*";

pub async fn run(scene: &Scene) -> Result<()> {
    scene.base().await?;
    scene.shop("").await?;
    scene.instance("a").await?;
    scene.sized("a", 1).await?;
    scene.double.set_behaviour(STACK, broken(false));
    scene.patch("psi/a", "{onFailure: Retry, retry: {limit: 2, interval: 1s}, inputs: {size: 2}}").await?;
    scene.reason::<ServiceInstance>("a", "RetriesExhausted").await?;
    scene.double.set_behaviour(STACK, Behaviour::default());
    scene.patch("psi/a", "{inputs: {size: 3}}").await?;
    scene.sized("a", 3).await?;
    scene.double.set_behaviour(STACK, broken(true));
    scene.patch("psi/a", "{onFailure: Rollback, retry: null, inputs: {size: 4}}").await?;
    scene.reason::<ServiceInstance>("a", "RolledBack").await?;
    scene
        .deployed(&[
            ("environment/base", &["SUCCEEDED"]),
            ("service/shop/service-instance/a", &["SUCCEEDED", "FAILED", "FAILED", "FAILED", "SUCCEEDED", "FAILED", "SUCCEEDED"]),
        ])
        .await?;
    scene.provisioned(&[("env-base", once(0, 0)), ("shop-a", once(5, 0))])?;
    scene.delete(&["psi/a", "psvc/shop", "penv/base"]).await?;
    scene.deployed(&[]).await?;
    scene.left_nothing(2)
}

/// Updates fail, and are rolled back; `stuck`: only after somebody lets the rollback go on.
fn broken(stuck: bool) -> Behaviour {
    let fail = Some(Failure::new("Topic", "no more topics"));
    Behaviour { fail_rollback: fail.clone().filter(|_| stuck), fail, continue_succeeds: true, ..Behaviour::default() }
}

//! A service whose first instance fails at CreateService and is repaired; an instance that fails at CreateServiceInstance and
//! is taken away; an instance that a client adds by UpdateService, which fails and is cleaned up.

#![allow(deprecated, reason = "the SDK marks every call of this API as deprecated")]

use anyhow::Result;
use proton_operator::api::{ProtonService, ServiceInstance};
use proton_rig::cloudformation::{Behaviour, Failure};
use proton_rig::until;
use serde_json::Value;

use super::ledger::{Stacks, once};
use super::scene::Scene;
use crate::system::{PATIENCE, text};

pub async fn run(scene: &Scene) -> Result<()> {
    creation(scene).await?;
    withdrawal(scene).await?;
    clean_up(scene).await?;
    scene
        .deployed(&[
            ("environment/base", &["SUCCEEDED"]),
            ("service/shop/service-instance/a", &["FAILED", "SUCCEEDED"]),
            ("service/shop/pipeline", &["SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]),
        ])
        .await?;
    scene.provisioned(&[
        ("env-base", once(0, 0)),
        ("shop-a", Stacks { made: 2, ..Stacks::default() }),
        ("shop-c", once(0, 0)),
        ("shop-d", once(0, 0)),
        ("shop-pipeline", once(2, 0)),
    ])?;
    scene.delete(&["psi/a", "psvc/shop", "penv/base"]).await?;
    scene.deployed(&[]).await?;
    scene.left_nothing(6)
}

fn broken() -> Behaviour {
    Behaviour { fail: Some(Failure::new("Topic", "no more topics")), ..Behaviour::default() }
}

/// The service's creation fails with its instance; with the instance repaired its pipeline follows.
async fn creation(scene: &Scene) -> Result<()> {
    scene.base().await?;
    scene.double.set_behaviour("AWSProton-shop-a-*", broken());
    scene.instance("a").await?;
    scene.shop("").await?;
    scene.ends::<ServiceInstance>("a", "FAILED").await?;
    let failed = |object: &Value| text(object, "/status/serviceStatus") == "CREATE_FAILED";
    scene.object_until::<ProtonService>("shop", "CREATE_FAILED", failed).await?;
    scene.reason::<ProtonService>("shop", "DeploymentFailed").await?;
    scene.double.set_behaviour("AWSProton-shop-a-*", Behaviour::default());
    scene.patch("psi/a", "{inputs: {size: 2}}").await?;
    scene.sized("a", 2).await?;
    piped(scene, "a").await
}

/// An added instance fails; its object is deleted.
async fn withdrawal(scene: &Scene) -> Result<()> {
    scene.double.set_behaviour("AWSProton-shop-c-*", broken());
    scene.instance("c").await?;
    scene.ends::<ServiceInstance>("c", "FAILED").await?;
    piped(scene, "a c").await?;
    scene.delete(&["psi/c"]).await?;
    piped(scene, "a").await
}

/// A client's UpdateService adds an instance that fails: the engine takes it away again.
async fn clean_up(scene: &Scene) -> Result<()> {
    scene.double.set_behaviour("AWSProton-shop-d-*", broken());
    let spec = "proton: ServiceSpec\npipeline: {}\ninstances:\n  - {name: a, environment: base, spec: {size: 2}}\n  \
                - {name: d, environment: base, spec: {}}\n";
    let cleaned = || async {
        let service = scene.proton.get_service().name("shop").send().await.ok()?.service?;
        match service.status().as_str() {
            "UPDATE_FAILED_CLEANUP_COMPLETE" => Some(()),
            "UPDATE_IN_PROGRESS" | "UPDATE_FAILED_CLEANUP_IN_PROGRESS" => None,
            // Not begun yet, or the engine died before it was.
            _ => {
                let _ = scene.proton.update_service().name("shop").spec(spec).send().await;
                None
            }
        }
    };
    until("UPDATE_FAILED_CLEANUP_COMPLETE", PATIENCE, cleaned).await?;
    piped(scene, "a").await
}

async fn piped(scene: &Scene, instances: &str) -> Result<()> {
    let deployed = |status: &Value| text(status, "/pipeline/outputs/values/Instances") == instances;
    scene.settled::<ProtonService>("shop", &format!("a pipeline for {instances}"), deployed).await.map(drop)
}

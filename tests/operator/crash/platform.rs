//! A platform's life: a service with a pipeline is created with two instances, a third comes later, an instance and the
//! pipeline are updated and superseded, an instance is removed, everything is deleted.

use std::time::Duration;

use anyhow::Result;
use proton_operator::api::{ProtonService, ServiceInstance};
use proton_rig::cloudformation::Behaviour;
use serde_json::Value;

use super::ledger::once;
use super::scene::Scene;
use crate::system::text;

pub async fn run(scene: &Scene) -> Result<()> {
    come(scene).await?;
    change(scene).await?;
    scene.delete(&["psi/c"]).await?;
    piped(scene, "main-3", "a b").await?;
    scene
        .deployed(&[
            ("environment/base", &["SUCCEEDED"]),
            ("service/shop/service-instance/a", &["SUCCEEDED", "CANCELLED", "SUCCEEDED"]),
            ("service/shop/service-instance/b", &["SUCCEEDED"]),
            ("service/shop/pipeline", &["SUCCEEDED", "SUCCEEDED", "CANCELLED", "SUCCEEDED", "SUCCEEDED"]),
        ])
        .await?;
    scene.provisioned(&[
        ("env-base", once(0, 0)),
        ("shop-a", once(2, 1)),
        ("shop-b", once(0, 0)),
        ("shop-c", once(0, 0)),
        ("shop-pipeline", once(4, 1)),
    ])?;
    scene.delete(&["psvc/shop", "psi/a", "psi/b", "penv/base"]).await?;
    scene.deployed(&[]).await?;
    scene.left_nothing(5)
}

/// Two instances by CreateService, the third by CreateServiceInstance, after which the pipeline is deployed for it.
async fn come(scene: &Scene) -> Result<()> {
    scene.base().await?;
    for name in ["a", "b"] {
        scene.instance(name).await?;
        held(scene, name).await?;
    }
    scene.shop(", description: first").await?;
    piped(scene, "main", "a b").await?;
    for name in ["a", "b"] {
        scene.sized(name, 1).await?;
    }
    scene.instance("c").await?;
    scene.sized("c", 1).await?;
    piped(scene, "main", "a b c").await
}

/// An update of an instance and one of the pipeline that newer specs cancel; a description.
async fn change(scene: &Scene) -> Result<()> {
    let slow = || Behaviour { duration: Duration::from_secs(60), ..Behaviour::default() };
    scene.double.set_behaviour("AWSProton-shop-a-*", slow());
    scene.patch("psi/a", "{inputs: {size: 2}}").await?;
    scene.stack_reaches("AWSProton-shop-a-*", "UPDATE_IN_PROGRESS").await?;
    scene.double.set_behaviour("AWSProton-shop-a-*", Behaviour::default());
    scene.patch("psi/a", "{inputs: {size: 3}}").await?;
    scene.sized("a", 3).await?;

    scene.double.set_behaviour("AWSProton-shop-pipeline-*", slow());
    scene.patch("psvc/shop", "{pipeline: {inputs: {branch: main-2}}}").await?;
    scene.stack_reaches("AWSProton-shop-pipeline-*", "UPDATE_IN_PROGRESS").await?;
    scene.double.set_behaviour("AWSProton-shop-pipeline-*", Behaviour::default());
    scene.patch("psvc/shop", "{pipeline: {inputs: {branch: main-3}}}").await?;
    piped(scene, "main-3", "a b c").await?;

    scene.patch("psvc/shop", "{description: second}").await?;
    piped(scene, "main-3", "a b c").await
}

/// Waits until the operator knows an instance, so that CreateService takes it along.
async fn held(scene: &Scene, name: &str) -> Result<()> {
    let held = |object: &Value| object.pointer("/metadata/finalizers/0").is_some() && object.get("status").is_some();
    scene.object_until::<ServiceInstance>(name, "known", held).await.map(drop)
}

/// Waits until the pipeline is deployed from this branch and for these instances.
async fn piped(scene: &Scene, branch: &str, instances: &str) -> Result<()> {
    let deployed = |status: &Value| {
        let output = |name: &str| text(status, &format!("/pipeline/outputs/values/{name}")).to_owned();
        output("Branch") == branch && output("Instances") == instances
    };
    scene.settled::<ProtonService>("shop", &format!("{branch} for {instances}"), deployed).await.map(drop)
}

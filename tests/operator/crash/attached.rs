//! A component's life: created attached, updated, superseded, moved to another instance, detached, attached again and
//! deleted while it is: detached, then the instance is deployed without it, then it is deleted. Each attachment is in the stack's
//! tags, so that every deployment changes it.

use std::time::Duration;

use anyhow::Result;
use proton_operator::api::{Component, ServiceInstance};
use proton_rig::cloudformation::Behaviour;
use serde_json::Value;

use super::bundles::component_manifest;
use super::ledger::once;
use super::scene::Scene;
use crate::system::text;

const STACK: &str = "AWSProton-component-extra-*";

pub async fn run(scene: &Scene) -> Result<()> {
    come(scene).await?;
    change(scene).await?;
    travel(scene).await?;
    let ok = "SUCCEEDED";
    scene
        .deployed(&[
            ("environment/base", &[ok]),
            ("component/extra", &[ok, ok, "CANCELLED", ok, ok, ok, ok, ok]),
            ("service/shop/service-instance/a", &[ok; 6]),
            ("service/shop/service-instance/b", &[ok; 3]),
        ])
        .await?;
    scene.delete(&["pcomp/extra"]).await?;
    wide(scene, "a", "").await?;
    scene
        .deployed(&[
            ("environment/base", &[ok]),
            ("service/shop/service-instance/a", &[ok; 7]),
            ("service/shop/service-instance/b", &[ok; 3]),
        ])
        .await?;
    scene.provisioned(&[
        ("env-base", once(0, 0)),
        ("shop-a", once(6, 0)),
        ("shop-b", once(2, 0)),
        ("component-extra", once(8, 1)),
    ])?;
    scene.delete(&["psvc/shop", "psi/a", "psi/b", "penv/base"]).await?;
    scene.deployed(&[]).await?;
    scene.left_nothing(4)
}

async fn come(scene: &Scene) -> Result<()> {
    scene.base().await?;
    scene.shop("").await?;
    for name in ["a", "b"] {
        scene.instance(name).await?;
        scene.sized(name, 1).await?;
    }
    let spec = format!(
        "{{manifest: {:?}, templateFile: {:?}, serviceRef: {{name: shop}}, serviceInstanceRef: {{name: a}}}}",
        component_manifest(),
        template(1)
    );
    scene.apply("pcomp/extra", &spec).await?;
    component(scene).await?;
    wide(scene, "a", "1").await
}

/// An update, and one that a newer spec cancels; the instance is deployed again after each that succeeds.
async fn change(scene: &Scene) -> Result<()> {
    width(scene, 2).await?;
    wide(scene, "a", "2").await?;
    scene.double.set_behaviour(STACK, Behaviour { duration: Duration::from_secs(60), ..Behaviour::default() });
    width(scene, 3).await?;
    scene.stack_reaches(STACK, "UPDATE_IN_PROGRESS").await?;
    scene.double.set_behaviour(STACK, Behaviour::default());
    width(scene, 4).await?;
    component(scene).await?;
    wide(scene, "a", "4").await
}

/// Moved, which detaches first; detached; attached where it came from.
async fn travel(scene: &Scene) -> Result<()> {
    scene.patch("pcomp/extra", "{serviceInstanceRef: {name: b}}").await?;
    component(scene).await?;
    wide(scene, "a", "").await?;
    wide(scene, "b", "4").await?;
    scene.patch("pcomp/extra", "{serviceRef: null, serviceInstanceRef: null}").await?;
    component(scene).await?;
    wide(scene, "b", "").await?;
    scene.patch("pcomp/extra", "{serviceRef: {name: shop}, serviceInstanceRef: {name: a}}").await?;
    component(scene).await?;
    wide(scene, "a", "4").await
}

/// The component's file.
fn template(width: u32) -> String {
    format!(
        "Resources: {{Topic: {{Type: 'AWS::SNS::Topic', Properties: {{DisplayName: 'w{width}'}}}}}}\nOutputs: {{Width: {{Value: '{width}'}}}}\n"
    )
}

async fn width(scene: &Scene, width: u32) -> Result<()> {
    scene.patch("pcomp/extra", &format!("{{templateFile: {:?}}}", template(width))).await
}

async fn component(scene: &Scene) -> Result<()> {
    scene.settled::<Component>("extra", "deployed", |_| true).await.map(drop)
}

/// Waits until an instance is deployed with this output of the component; empty: without the component.
async fn wide(scene: &Scene, name: &str, width: &str) -> Result<()> {
    let deployed = |status: &Value| text(status, "/outputs/values/Width") == width;
    scene.settled::<ServiceInstance>(name, &format!("width {width:?}"), deployed).await.map(drop)
}

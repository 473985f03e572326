//! What someone else does between the operator's reading and its call.
#![allow(deprecated, reason = "the SDK marks every call of this API as deprecated")]

use anyhow::{Result, ensure};
use aws_sdk_proton::Client;
use aws_sdk_proton::types::DeploymentStatus;
use proton_operator::api::ServiceInstance;
use proton_rig::{Aws, Forwarder, until};
use serde_json::{Value, json};

use super::script::client;
use super::shop::{Shop, inputs};
use crate::system::{PATIENCE, Setup, System, text};

async fn instances(shop: &Shop) -> Result<Vec<String>> {
    let listed = shop.system.engine.aws().proton(&["list-service-instances", "--service-name", "shop"]).await?;
    let rows = listed.get("serviceInstances").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(rows.iter().map(|row| text(row, "/name").to_owned()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_a_script_adds_during_a_removal_is_not_dropped() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    let forwarder = Forwarder::start(&system.engine.endpoint()).await?;
    let shop = Shop::open_through(system, forwarder.endpoint()).await?;
    for name in ["stays", "goes"] {
        shop.instance(name, json!({"size": 1}), json!({})).await?;
        shop.ready::<ServiceInstance>(name).await?;
    }
    // Both calls are on their way, and the script's goes first.
    let (mut removal, mut creation) = (forwarder.hold("UpdateService"), forwarder.hold("CreateServiceInstance"));
    let aws = shop.system.engine.aws_through(forwarder.endpoint());
    let script = tokio::spawn(async move {
        let spec = "proton: ServiceSpec\ninstances:\n- {name: stranger, environment: team, spec: {size: 7}}\n";
        let create = ["create-service-instance", "--service-name", "shop", "--name", "stranger", "--spec", spec];
        aws.proton(&create).await
    });
    creation.arrived().await?;
    shop.system.api::<ServiceInstance>().delete("goes", &Default::default()).await?;
    removal.arrived().await?;
    creation.release();
    script.await??;
    removal.release();
    shop.ended::<ServiceInstance>("goes").await?;
    ensure!(instances(&shop).await? == ["stays", "stranger"], "{:?}", instances(&shop).await?);
    ensure!(shop.deployed("stranger").await? == json!({"size": 7}));
    let metrics = reqwest::get(format!("{}/metrics", shop.system.operator.web())).await?.text().await?;
    let refused = metrics.lines().any(|line| line.contains("operation=\"UpdateService\",result=\"conflict\""));
    ensure!(refused, "the first call was refused:\n{metrics}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_that_a_pipeline_deploys_just_before_an_edit_arrives_stays() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    let (operator, pipeline) =
        (Forwarder::start(&system.engine.endpoint()).await?, Forwarder::start(&system.engine.endpoint()).await?);
    let shop = Shop::open_through(system, operator.endpoint()).await?;
    let more = json!({"externalInputs": ["image"]});
    shop.instance("busy", json!({"size": 1}), more.clone()).await?;
    shop.ready::<ServiceInstance>("busy").await?;
    deploy(&shop.system.engine.aws(), "ci:1").await?;
    let proton = client(&shop.system.engine);
    deployed(&proton, "ci:1").await?;
    // Both calls are on their way, and the pipeline's goes first and ends.
    let (mut edit, mut update) = (operator.hold("UpdateServiceInstance"), pipeline.hold("UpdateServiceInstance"));
    let aws = shop.system.engine.aws_through(pipeline.endpoint());
    let script = tokio::spawn(async move { deploy(&aws, "ci:2").await });
    update.arrived().await?;
    shop.instance("busy", json!({"size": 2}), more).await?;
    edit.arrived().await?;
    update.release();
    script.await??;
    deployed(&proton, "ci:2").await?;
    edit.release();
    shop.ready::<ServiceInstance>("busy").await?;
    let is = shop.deployed("busy").await?;
    ensure!(is == json!({"size": 2, "image": "ci:2"}), "{is}");
    ensure!(shop.deployments("busy").await?.iter().all(|(_, status)| status == "SUCCEEDED"));
    Ok(())
}

async fn deploy(aws: &Aws, image: &str) -> Result<()> {
    let spec = format!(
        "proton: ServiceSpec\ninstances:\n- {{name: busy, environment: team, spec: {{size: '${{Proton::CURRENT_VAL}}', image: '{image}'}}}}\n"
    );
    let call = ["update-service-instance", "--service-name", "shop", "--name", "busy"];
    let more = ["--deployment-type", "CURRENT_VERSION", "--spec", &spec];
    aws.proton(&[call.as_slice(), &more].concat()).await.map(drop)
}

/// Waits until this image is deployed.
async fn deployed(proton: &Client, image: &str) -> Result<()> {
    until(&format!("image {image}"), PATIENCE, || async {
        let found = proton.get_service_instance().service_name("shop").name("busy").send().await.ok()?.service_instance?;
        let is = inputs(found.spec.as_deref()?, "busy").ok()?;
        (found.deployment_status == DeploymentStatus::Succeeded && text(&is, "/image") == image).then_some(())
    })
    .await
}

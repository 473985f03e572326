//! A CI pipeline of stock `aws proton` commands and custom resources on one instance.

use anyhow::{Context as _, Result, ensure};
use proton_operator::api::ServiceInstance;
use proton_rig::{Aws, Forwarder};
use serde_json::{Value, json};

use super::shop::{Shop, inputs, is_ready, reason};
use crate::system::{Setup, condition, text};

/// What a pipeline does with a new image: get-service, edit, update-service-instance, wait.
struct Pipeline {
    aws: Aws,
}

impl Pipeline {
    fn of(shop: &Shop) -> Self {
        Self { aws: shop.system.engine.aws() }
    }

    /// The service's document with this image for an instance.
    async fn edited(&self, instance: &str, image: &str) -> Result<String> {
        let service = self.aws.proton(&["get-service", "--name", "shop"]).await?;
        let mut document: Value = serde_yaml::from_str(text(&service, "/service/spec"))?;
        let entries = document.get_mut("instances").and_then(Value::as_array_mut).context("the document lists instances")?;
        let entry = entries.iter_mut().find(|entry| text(entry, "/name") == instance).context("the instance has an entry")?;
        entry["spec"]["image"] = json!(image);
        Ok(serde_yaml::to_string(&document)?)
    }

    /// One try; the deployment's id.
    async fn update(&self, instance: &str, spec: &str) -> Result<String> {
        let call = ["update-service-instance", "--service-name", "shop", "--name", instance];
        let more = ["--deployment-type", "CURRENT_VERSION", "--spec", spec];
        let started = self.aws.proton(&[call.as_slice(), &more].concat()).await?;
        Ok(text(&started, "/serviceInstance/lastAttemptedDeploymentId").to_owned())
    }

    async fn wait(&self, instance: &str) -> Result<()> {
        let call = ["wait", "service-instance-deployed", "--service-name", "shop", "--name", instance];
        self.aws.proton(&call).await.map(drop)
    }

    /// The whole of it; the deployment's id.
    async fn deploys(&self, instance: &str, image: &str) -> Result<String> {
        let spec = self.edited(instance, image).await?;
        let id = self.update(instance, &spec).await?;
        self.wait(instance).await?;
        Ok(id)
    }
}

fn statuses(deployments: &[(String, String)]) -> Vec<&str> {
    deployments.iter().map(|(_, status)| status.as_str()).collect()
}

/// Asks the operator to look again, and waits until it has shown this deployment.
async fn noticed(shop: &Shop, instance: &str, id: &str) -> Result<Value> {
    let kind = format!("psi/{instance}");
    let stamp = format!("proton-operator.dev/reconcile-requested-at={id}");
    shop.system.kubectl(&["annotate", "--overwrite", &kind, &stamp]).await?;
    let shows = |status: &Value| {
        text(status, "/lastSucceededDeploymentId") == id && text(status, "/lastHandledReconcileAt") == id && is_ready(status)
    };
    shop.status_until::<ServiceInstance>(instance, "the pipeline's deployment", shows).await
}

/// Waits until an instance has these inputs and its object is Ready.
async fn comes_to(shop: &Shop, instance: &str, wanted: Value) -> Result<()> {
    shop.ready::<ServiceInstance>(instance).await?;
    let is = shop.deployed(instance).await?;
    ensure!(is == wanted, "{instance} is deployed with {is}, and should be with {wanted}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pipeline_s_image_stays_or_is_told_or_undone_or_ignored() -> Result<()> {
    let shop = Shop::open(Setup::default(), false).await?;
    tokio::try_join!(external(&shop), drift(&shop))?;
    Ok(())
}

/// With externalInputs the image is the pipeline's, through every later edit.
async fn external(shop: &Shop) -> Result<()> {
    let (name, pipeline) = ("external", Pipeline::of(shop));
    let more = json!({"externalInputs": ["image"]});
    shop.instance(name, json!({"size": 1}), more.clone()).await?;
    comes_to(shop, name, json!({"size": 1})).await?;
    let id = pipeline.deploys(name, "ci:1").await?;
    let status = noticed(shop, name, &id).await?;
    ensure!(reason(&status, "Ready") == "Deployed", "{status}");
    ensure!(condition(&status, "Drifted").is_none_or(|drifted| text(drifted, "/status") == "False"), "{status}");
    comes_to(shop, name, json!({"size": 1, "image": "ci:1"})).await?;
    for size in [2, 3] {
        shop.instance(name, json!({"size": size}), more.clone()).await?;
        comes_to(shop, name, json!({"size": size, "image": "ci:1"})).await?;
    }
    pipeline.deploys(name, "ci:2").await?;
    shop.instance(name, json!({"size": 4}), more).await?;
    comes_to(shop, name, json!({"size": 4, "image": "ci:2"})).await?;
    let deployments = shop.deployments(name).await?;
    ensure!(statuses(&deployments) == ["SUCCEEDED"; 6], "{deployments:?}");
    Ok(())
}

/// Without it the image is reported with its path, undone with Correct, and of no interest with Ignore.
async fn drift(shop: &Shop) -> Result<()> {
    let (name, pipeline) = ("drifts", Pipeline::of(shop));
    shop.instance(name, json!({"size": 1}), json!({})).await?;
    comes_to(shop, name, json!({"size": 1})).await?;
    let id = pipeline.deploys(name, "ci:1").await?;
    let status = noticed(shop, name, &id).await?;
    ensure!(reason(&status, "Ready") == "DriftDetected", "{status}");
    let drifted = condition(&status, "Drifted").context("Drifted is told")?;
    ensure!(text(drifted, "/status") == "True" && text(drifted, "/message").contains("inputs.image"), "{drifted}");
    let deployments = shop.deployments(name).await?;
    ensure!(statuses(&deployments) == ["SUCCEEDED"; 2] && deployments[1].0 == id, "nothing is undone: {deployments:?}");
    shop.instance(name, json!({"size": 1}), json!({"driftPolicy": "Correct"})).await?;
    let undone = |status: &Value| is_ready(status) && reason(status, "Ready") == "Deployed";
    shop.status_until::<ServiceInstance>(name, "the correction", undone).await?;
    comes_to(shop, name, json!({"size": 1})).await?;
    shop.instance(name, json!({"size": 1}), json!({"driftPolicy": "Ignore"})).await?;
    shop.ready::<ServiceInstance>(name).await?;
    let id = pipeline.deploys(name, "ci:2").await?;
    let status = noticed(shop, name, &id).await?;
    ensure!(reason(&status, "Ready") == "Deployed", "{status}");
    ensure!(condition(&status, "Drifted").is_none_or(|drifted| text(drifted, "/status") != "True"), "{status}");
    comes_to(shop, name, json!({"size": 1, "image": "ci:2"})).await?;
    let deployments = shop.deployments(name).await?;
    ensure!(statuses(&deployments) == ["SUCCEEDED"; 4], "{deployments:?}");
    Ok(())
}

const SLOW: &str = "- {target: '*service-instance/busy', operation: update, duration: 6s}\n";

#[tokio::test(flavor = "multi_thread")]
async fn nobody_s_deployment_is_cancelled_by_the_other() -> Result<()> {
    let shop = Shop::open(Setup { script: SLOW, ..Setup::default() }, false).await?;
    let more = json!({"externalInputs": ["image"]});
    shop.instance("busy", json!({"size": 1}), more.clone()).await?;
    comes_to(&shop, "busy", json!({"size": 1})).await?;
    let first = edit_waits_for_the_pipeline(&shop, &more).await?;
    let second = pipeline_waits_for_the_edit(&shop, &more).await?;
    let deployments = shop.deployments("busy").await?;
    ensure!(statuses(&deployments) == ["SUCCEEDED"; 5], "nothing was cancelled: {deployments:?}");
    ensure!((&deployments[1].0, &deployments[4].0) == (&first, &second), "{first}, {second}: {deployments:?}");
    Ok(())
}

/// An edit while the pipeline's deployment runs waits for it, shows it, then is deployed.
async fn edit_waits_for_the_pipeline(shop: &Shop, more: &Value) -> Result<String> {
    let pipeline = Pipeline::of(shop);
    let spec = pipeline.edited("busy", "ci:1").await?;
    let id = pipeline.update("busy", &spec).await?;
    shop.instance("busy", json!({"size": 2}), more.clone()).await?;
    let waits = |status: &Value| reason(status, "Ready") == "ForeignDeployment";
    let status = shop.status_until::<ServiceInstance>("busy", "the pipeline's deployment", waits).await?;
    ensure!(text(&status, "/deploymentStatus") == "IN_PROGRESS", "{status}");
    let message = condition(&status, "Ready").map(|ready| text(ready, "/message")).unwrap_or_default();
    ensure!(message.contains(&id), "it names {id}: {message}");
    comes_to(shop, "busy", json!({"size": 2, "image": "ci:1"})).await?;
    Ok(id)
}

/// A pipeline that calls while the operator's deployment runs is told to come again, and then succeeds with the edit in its document.
async fn pipeline_waits_for_the_edit(shop: &Shop, more: &Value) -> Result<String> {
    let forwarder = Forwarder::start(&shop.system.engine.endpoint()).await?;
    let pipeline = Pipeline { aws: shop.system.engine.aws_through(forwarder.endpoint()) };
    let spec = pipeline.edited("busy", "ci:2").await?;
    let mut call = forwarder.hold("UpdateServiceInstance");
    let (refused, ()) = tokio::join!(pipeline.update("busy", &spec), async {
        // The call is on its way before the edit, and arrives while the edit is being deployed.
        let began = async {
            call.arrived().await?;
            shop.instance("busy", json!({"size": 3}), more.clone()).await?;
            let runs =
                |status: &Value| reason(status, "Ready") == "Deploying" && text(status, "/deploymentStatus") == "IN_PROGRESS";
            shop.status_until::<ServiceInstance>("busy", "the edit's deployment", runs).await
        };
        let began = began.await;
        call.release();
        assert!(began.is_ok(), "{began:?}");
    });
    let refusal = refused.err().context("the pipeline's call was accepted")?;
    ensure!(format!("{refusal:?}").contains("ConflictException"), "{refusal:?}");
    pipeline.wait("busy").await?;
    let spec = pipeline.edited("busy", "ci:2").await?;
    ensure!(inputs(&spec, "busy")? == json!({"size": 3, "image": "ci:2"}), "the document is the truth: {spec}");
    let id = pipeline.update("busy", &spec).await?;
    pipeline.wait("busy").await?;
    noticed(shop, "busy", &id).await?;
    comes_to(shop, "busy", json!({"size": 3, "image": "ci:2"})).await?;
    Ok(id)
}

//! What follows from what: the pipeline from the set of instances, an instance from its component and its environment.

use anyhow::{Context as _, Result, ensure};
use proton_operator::api::{Component, ProtonEnvironment, ProtonService, ServiceInstance};
use serde_json::{Value, json};

use super::shop::{Shop, is_ready};
use crate::system::{Setup, text};

/// Creations overlap, so that a set that grows by several is not at rest in between; a component's end can be watched.
const SLOW: &str = "- {target: '*service-instance/*', operation: create, duration: 3s}\n\
                    - {target: '*component/*', operation: delete, duration: 3s}\n";

#[tokio::test(flavor = "multi_thread")]
async fn the_pipeline_follows_the_set_of_instances_with_one_deployment() -> Result<()> {
    let shop = Shop::open(Setup { script: SLOW, ..Setup::default() }, true).await?;
    shop.instance("a", json!({}), json!({})).await?;
    shop.ready::<ServiceInstance>("a").await?;
    follows(&shop, "a ", 1).await?;
    for name in ["b", "c", "d"] {
        shop.instance(name, json!({}), json!({})).await?;
    }
    for name in ["b", "c", "d"] {
        shop.ready::<ServiceInstance>(name).await?;
    }
    follows(&shop, "a b c d ", 2).await?;
    shop.gone::<ServiceInstance>("c").await?;
    follows(&shop, "a b d ", 3).await
}

/// Waits until the pipeline was deployed for this set, and counts its deployments.
async fn follows(shop: &Shop, set: &str, deployments: usize) -> Result<()> {
    let current = |status: &Value| is_ready(status) && text(status, "/pipeline/outputs/values/Instances") == set;
    shop.status_until::<ProtonService>("shop", &format!("a pipeline for '{set}'"), current).await?;
    let made = shop.pipeline_deployments().await?;
    let well = made.iter().all(|(_, status)| status == "SUCCEEDED");
    ensure!(made.len() == deployments && well, "{deployments} deployments, not {made:?}");
    Ok(())
}

/// The components and the environment whose outputs the last succeeded deployment of an instance used.
async fn used(shop: &Shop, name: &str) -> Result<(Vec<String>, String)> {
    let (id, _) = shop.deployments(name).await?.pop().context("the instance was deployed")?;
    let call = ["get-deployment", "--id", &id];
    let found = shop.system.engine.aws().proton(&call).await?;
    let state = found.pointer("/deployment/targetState/serviceInstance").context("the state is shown")?;
    let ids = state.get("lastSuccessfulComponentDeploymentIds").and_then(Value::as_array).cloned().unwrap_or_default();
    let ids = ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect();
    Ok((ids, text(state, "/lastSuccessfulEnvironmentDeploymentId").to_owned()))
}

/// So many deployments were made of each, and all succeeded.
async fn deployed<const N: usize>(shop: &Shop, wanted: [(&str, usize); N], why: &str) -> Result<()> {
    for (name, count) in wanted {
        let made = shop.deployments(name).await?;
        let well = made.iter().all(|(_, status)| status == "SUCCEEDED");
        ensure!(made.len() == count && well, "{why}: {name} should have {count} deployments and has {made:?}");
    }
    Ok(())
}

/// The last succeeded deployment of an object, once it is Ready.
async fn succeeded<K: kube::Resource<DynamicType = ()>>(shop: &Shop, name: &str) -> Result<String> {
    Ok(text(&shop.ready::<K>(name).await?, "/lastSucceededDeploymentId").to_owned())
}

/// Waits until an instance's object shows that it uses these components.
async fn uses(shop: &Shop, name: &str, components: &[&str]) -> Result<()> {
    let shown = |status: &Value| {
        let ids = status.pointer("/usedDeployments/components").and_then(Value::as_array).cloned().unwrap_or_default();
        is_ready(status) && ids.iter().filter_map(Value::as_str).eq(components.iter().copied())
    };
    shop.status_until::<ServiceInstance>(name, &format!("the use of {components:?}"), shown).await?;
    ensure!(used(shop, name).await?.0 == components, "{:?}", used(shop, name).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_comes_moves_and_leaves_takes_its_instances_along() -> Result<()> {
    let shop = Shop::open(Setup { script: SLOW, ..Setup::default() }, false).await?;
    for name in ["a", "b"] {
        shop.instance(name, json!({}), json!({})).await?;
    }
    shop.component("part", Some("a")).await?;
    let id = succeeded::<Component>(&shop, "part").await?;
    uses(&shop, "a", &[&id]).await?;
    shop.ready::<ServiceInstance>("b").await?;
    deployed(&shop, [("a", 2), ("b", 1)], "one redeployment of a alone").await?;

    shop.component("part", Some("b")).await?;
    uses(&shop, "a", &[]).await?;
    let id = succeeded::<Component>(&shop, "part").await?;
    uses(&shop, "b", &[&id]).await?;
    deployed(&shop, [("a", 3), ("b", 2)], "each side of a move deploys once").await?;

    shop.component("part", None).await?;
    uses(&shop, "b", &[]).await?;
    shop.component("part", Some("a")).await?;
    let id = succeeded::<Component>(&shop, "part").await?;
    uses(&shop, "a", &[&id]).await?;
    deployed(&shop, [("a", 4), ("b", 3)], "detaching deploys b, attaching a").await?;
    leaves(&shop).await
}

/// Detach, redeployment of the instance, deletion: while it is being deleted nothing uses it any more.
async fn leaves(shop: &Shop) -> Result<()> {
    shop.system.api::<Component>().delete("part", &Default::default()).await?;
    let going = |status: &Value| text(status, "/deploymentStatus") == "DELETE_IN_PROGRESS";
    shop.status_until::<Component>("part", "its deletion", going).await?;
    ensure!(used(shop, "a").await?.0.is_empty(), "the instance was deployed without it before");
    shop.ended::<Component>("part").await?;
    shop.ready::<ServiceInstance>("a").await?;
    deployed(shop, [("a", 5)], "leaving deploys once").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_follows_its_environment_if_it_says_so() -> Result<()> {
    let shop = Shop::open(Setup::default(), false).await?;
    shop.instance("follows", json!({}), json!({"redeployOn": ["Component", "Environment"]})).await?;
    shop.instance("stays", json!({}), json!({})).await?;
    let first = succeeded::<ProtonEnvironment>(&shop, "team").await?;
    for name in ["follows", "stays"] {
        shop.ready::<ServiceInstance>(name).await?;
        ensure!(used(&shop, name).await?.1 == first, "{:?}", used(&shop, name).await?);
    }
    shop.system.patch("team", "spec: {inputs: {queues: [k, l]}}").await?;
    let second = succeeded::<ProtonEnvironment>(&shop, "team").await?;
    ensure!(second != first, "the environment was deployed again");
    let shown = |status: &Value| is_ready(status) && text(status, "/usedDeployments/environment") == second;
    shop.status_until::<ServiceInstance>("follows", "the environment's newer outputs", shown).await?;
    ensure!(used(&shop, "follows").await?.1 == second, "{:?}", used(&shop, "follows").await?);
    deployed(&shop, [("follows", 2), ("stays", 1)], "one deployment of the one that follows").await?;
    Ok(())
}

//! Waiting for objects, and comparing what their status says with what the API says.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use proton_rig::until;
use serde_json::Value;

use super::objects::api;
use super::remote::{Remote, Target};
use crate::system::{PATIENCE, System, condition, text};

/// An object of any of the four kinds.
pub async fn object(system: &System, kind: &str, name: &str) -> Result<Value> {
    Ok(serde_json::to_value(api(system, kind).get(name).await?)?)
}

/// Waits until an object is as `wanted` says; the error shows the object.
pub async fn object_until(system: &System, kind: &str, name: &str, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
    let probe = || async { object(system, kind, name).await.ok().filter(&wanted) };
    match until(&format!("{kind} {name}"), PATIENCE, probe).await {
        Ok(found) => Ok(found),
        Err(error) => Err(error.context(format!("{kind} {name} is {}", object(system, kind, name).await?))),
    }
}

/// Waits until an object is Ready for its newest generation; gives its status.
pub async fn ready(system: &System, kind: &str, name: &str) -> Result<Value> {
    let found = object_until(system, kind, name, is_ready).await?;
    found.get("status").cloned().context("a status")
}

/// Ready=True for the generation that the object has.
pub fn is_ready(object: &Value) -> bool {
    let generation = object.pointer("/metadata/generation").and_then(Value::as_i64);
    let status = object.get("status").cloned().unwrap_or_default();
    condition(&status, "Ready").is_some_and(|ready| {
        text(ready, "/status") == "True" && ready.get("observedGeneration").and_then(Value::as_i64) == generation
    })
}

/// The outputs that a status holds.
pub fn outputs(status: &Value) -> BTreeMap<String, String> {
    let values = status.pointer("/outputs/values").and_then(Value::as_object).into_iter().flatten();
    values.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
}

/// Compares the deployment members of a status (for a ProtonService those under `pipeline`) with the API. All of the `count` deployments that
/// the target has ever had succeeded.
pub async fn mirrored(remote: &Remote, target: Target<'_>, status: &Value, count: usize) -> Result<()> {
    let facts = remote.facts(target).await?;
    let deployments = remote.deployments(target).await?;
    ensure!(facts.status == "SUCCEEDED", "{} is {}", facts.arn, facts.status);
    ensure!(text(status, "/deploymentStatus") == facts.status, "{status}");
    let newest = deployments.first().map(|(id, _)| id.clone());
    for (member, value) in [("/lastAttemptedDeploymentId", &facts.attempted), ("/lastSucceededDeploymentId", &facts.succeeded)] {
        ensure!(*value == newest, "{}: {member} is {value:?} and the newest deployment {newest:?}", facts.arn);
        ensure!(Some(text(status, member)) == value.as_deref(), "{}: {member} in {status}", facts.arn);
    }
    ensure!(deployments.len() == count, "{} has {} deployments, not {count}", facts.arn, deployments.len());
    ensure!(deployments.iter().all(|(_, status)| status == "SUCCEEDED"), "{}: {deployments:?}", facts.arn);
    let records = status.get("deployments").and_then(Value::as_array).into_iter().flatten();
    let shown: Vec<&str> = records.map(|record| text(record, "/id")).collect();
    let ids: Vec<&str> = deployments.iter().map(|(id, _)| id.as_str()).collect();
    ensure!(shown == ids, "{}: {shown:?} is shown of {ids:?}", facts.arn);
    let listed = remote.outputs(target).await?;
    ensure!(outputs(status) == listed, "{}: {listed:?} are not the outputs in {status}", facts.arn);
    if let Some(version) = facts.version {
        let shown = format!("{}.{}", text(status, "/templateMajorVersion"), text(status, "/templateMinorVersion"));
        ensure!(shown == version, "{}: {shown} is shown of {version}", facts.arn);
    }
    Ok(())
}

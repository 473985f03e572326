//! Objects that a GitOps tool keeps applying: nothing of theirs is ever changed, and they are ready only for what was applied.

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::system::{PATIENCE, Setup, Site, System, team, text};

const MANAGER: &str = "--field-manager=kustomize-controller";
const SLOW_UPDATE: &str = "- target: \"*environment/slow*\"\n  operation: update\n  duration: 3s\n";

/// Writes the manifest of an environment to a file, as it would stand in a repository.
fn manifest(system: &System, name: &str, spec: &str) -> Result<String> {
    let spec: String = spec.lines().map(|line| format!("  {line}\n")).collect();
    let yaml =
        format!("apiVersion: proton-operator.dev/v1alpha1\nkind: ProtonEnvironment\nmetadata: {{name: {name}}}\nspec:\n{spec}");
    let path = system.folder.path().join(format!("{name}.yaml"));
    std::fs::write(&path, yaml)?;
    Ok(path.display().to_string())
}

/// The members that a field manager owns, as they stand in managedFields.
fn owned(object: &Value, manager: impl Fn(&str) -> bool) -> Vec<String> {
    let entries = object.pointer("/metadata/managedFields").and_then(Value::as_array).cloned().unwrap_or_default();
    let of = entries.iter().filter(|entry| manager(text(entry, "/manager")));
    of.filter_map(|entry| entry.get("fieldsV1")?.as_object()).flat_map(|fields| fields.keys().cloned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn applying_the_same_again_changes_nothing_and_conflicts_with_nothing() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    let file = manifest(&system, "applied", &team("  queues: [a]\n"))?;
    let apply = ["apply", "--server-side", MANAGER, "-f", &file];
    system.kubectl(&apply).await?;
    system.wait_ready("applied").await?;
    let before = system.object("applied").await?;
    system.kubectl(&apply).await.context("a conflict over managed fields")?;
    let after = system.object("applied").await?;
    assert_eq!(before["metadata"]["resourceVersion"], after["metadata"]["resourceVersion"], "{before}\n{after}");
    assert_eq!(after["spec"].as_object().map(|spec| spec.len()), Some(3), "no default is written: {}", after["spec"]);
    let others = owned(&after, |manager| manager != "kustomize-controller");
    assert!(!others.contains(&"f:spec".to_owned()) && others.contains(&"f:status".to_owned()), "{others:?}");
    system.kubectl(&["diff", "--server-side", MANAGER, "-f", &file]).await.context("a difference under server-side apply")?;
    system.kubectl(&["diff", "-f", &file]).await.context("a difference")?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_right_after_an_edit_waits_for_that_edit() -> Result<()> {
    let system = System::start(Setup { script: SLOW_UPDATE, ..Setup::default() }).await?;
    system.apply("slow", &team("")).await?.ok()?;
    system.wait_ready("slow").await?;
    system.patch("slow", "spec: {inputs: {queues: [one, two]}}").await?;
    system.wait_ready("slow").await?;
    let status = system.status("slow").await?;
    assert_eq!(status["outputs"]["values"]["QueueCount"], "2", "Ready for a generation that is not deployed: {status}");
    system.patch("slow", "spec: {templateMajorVersion: \"9\"}").await?;
    let limit = format!("--timeout={}s", PATIENCE.as_secs());
    system.kubectl(&["wait", "--for=condition=Stalled", "penv/slow", &limit]).await?;
    let ready = system.kubectl(&["wait", "--for=condition=Ready", "penv/slow", "--timeout=0s"]).await;
    assert!(ready.is_err(), "Ready although the newest generation was refused");
    Ok(())
}

/// kstatus calls an object without conditions current, unless its status says that nobody has looked at it.
#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_nobody_has_looked_at_says_so() -> Result<()> {
    let site = Site::start().await?;
    site.apply("new", &team("")).await?.ok()?;
    assert_eq!(site.status("new").await?["observedGeneration"], -1);
    Ok(())
}

//! Create, update, cancel and supersede, as a user sees them.

use anyhow::Result;

use crate::system::{Setup, System, condition, team, text};

const SLOW_UPDATE: &str = "- target: \"*environment/slow*\"\n  operation: update\n  duration: 4s\n  cancelDuration: 3s\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_becomes_ready_and_mirrors_its_deployment() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    system.apply("plain", &team("  queues: [a, b]\n")).await?.ok()?;
    system.wait_ready("plain").await?;
    let object = system.object("plain").await?;
    let status = object.get("status").cloned().unwrap_or_default();
    assert_eq!(status["deploymentStatus"], "SUCCEEDED");
    assert_eq!(status["observedGeneration"], object["metadata"]["generation"]);
    assert_eq!(status["templateMajorVersion"], "1");
    assert_eq!(status["templateMinorVersion"], "0");
    assert_eq!(status["outputs"]["values"]["QueueCount"], "2");
    assert_eq!(status["lastAttemptedDeploymentId"], status["lastSucceededDeploymentId"]);
    let history = status["deployments"].as_array().cloned().unwrap_or_default();
    assert_eq!(history.len(), 1);
    assert_eq!(history[0]["id"], status["lastSucceededDeploymentId"]);
    assert!(history[0].get("completedAt").is_some(), "{history:?}");
    for kind in ["Reconciling", "Stalled"] {
        assert!(condition(&status, kind).is_none_or(|c| text(c, "/status") == "False"), "{status}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_input_is_deployed_and_a_changed_description_is_not() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    system.apply("plain", &team("")).await?.ok()?;
    system.wait_ready("plain").await?;
    system.patch("plain", "spec: {inputs: {queues: [k, l, m]}}").await?;
    system.status_until("plain", "the new outputs", |s| s["outputs"]["values"]["QueueCount"] == "3").await?;
    system.wait_ready("plain").await?;
    assert_eq!(system.deployments("plain").await?.len(), 2);
    system.patch("plain", "spec: {description: other words}").await?;
    system.status_until("plain", "generation 3", |s| s["observedGeneration"] == 3).await?;
    system.wait_ready("plain").await?;
    assert_eq!(system.deployments("plain").await?.len(), 2, "a description deploys nothing");
    let remote = system.engine.aws().proton(&["get-environment", "--name", "plain"]).await?;
    assert_eq!(remote["environment"]["description"], "other words");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_spec_cancels_and_supersedes() -> Result<()> {
    let system = System::start(Setup { script: SLOW_UPDATE, ..Setup::default() }).await?;
    system.apply("slow", &team("")).await?.ok()?;
    system.wait_ready("slow").await?;
    system.patch("slow", "spec: {inputs: {queues: [one]}}").await?;
    let running = system.status_until("slow", "a running update", |s| s["deploymentStatus"] == "IN_PROGRESS").await?;
    let cancelled = text(&running, "/lastAttemptedDeploymentId").to_owned();
    for queues in ["[one, two]", "[one, two, three]"] {
        system.patch("slow", &format!("spec: {{inputs: {{queues: {queues}}}}}")).await?;
    }
    let done = system.status_until("slow", "the newest spec", |s| s["outputs"]["values"]["QueueCount"] == "3").await?;
    assert_ne!(text(&done, "/lastSucceededDeploymentId"), cancelled);
    system.wait_ready("slow").await?;
    let statuses: Vec<_> = system.deployments("slow").await?.iter().map(|d| text(d, "/deploymentStatus").to_owned()).collect();
    assert_eq!(statuses, ["SUCCEEDED", "CANCELLED", "SUCCEEDED"], "edits made meanwhile coalesce");
    let history = system.status("slow").await?;
    let ids: Vec<_> = history["deployments"].as_array().into_iter().flatten().map(|d| text(d, "/id").to_owned()).collect();
    assert!(ids.contains(&cancelled), "{history}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_spec_again_waits_for_the_running_deployment() -> Result<()> {
    let system = System::start(Setup { script: SLOW_UPDATE, ..Setup::default() }).await?;
    system.apply("slow", &team("")).await?.ok()?;
    system.wait_ready("slow").await?;
    system.patch("slow", "spec: {inputs: {queues: [one]}}").await?;
    system.status_until("slow", "a running update", |s| s["deploymentStatus"] == "IN_PROGRESS").await?;
    system.patch("slow", "spec: {onSpecChange: Wait}").await?;
    system.patch("slow", "spec: {inputs: {queues: [one, two]}}").await?;
    system.status_until("slow", "both in their turn", |s| s["outputs"]["values"]["QueueCount"] == "2").await?;
    let statuses: Vec<_> = system.deployments("slow").await?.iter().map(|d| text(d, "/deploymentStatus").to_owned()).collect();
    assert_eq!(statuses, ["SUCCEEDED", "SUCCEEDED", "SUCCEEDED"], "nothing was cancelled");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_deployment_is_ready_false_and_a_fix_deploys() -> Result<()> {
    let script = "- target: \"*environment/fails*\"\n  fail: no more addresses in the subnet\n";
    let system = System::start(Setup { script, ..Setup::default() }).await?;
    system.apply("fails", &team("")).await?.ok()?;
    let failed = system.status_until("fails", "the failure", |s| s["deploymentStatus"] == "FAILED").await?;
    assert!(text(&failed, "/deploymentStatusMessage").contains("no more addresses in the subnet"), "{failed}");
    let ready = condition(&failed, "Ready").cloned().unwrap_or_default();
    assert_eq!(text(&ready, "/status"), "False");
    std::fs::write(system.folder.path().join("simulate.yaml"), "# nothing fails any more\n")?;
    system.patch("fails", "spec: {inputs: {queues: [fixed]}}").await?;
    system.wait_ready("fails").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_minor_and_a_new_major_version_are_deployed_by_their_type() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    system.apply("plain", &team("")).await?.ok()?;
    system.wait_ready("plain").await?;
    let bundle = system.folder.path().join("newer");
    copy_bundle(&bundle, "Stage of delivery")?;
    let again = ["--template", "team-environment", "--kind", "environment", "--publish"];
    let path = bundle.display().to_string();
    let mut args = vec!["register", path.as_str()];
    args.extend(again);
    let major = system.engine.command(&args).await?.ok()?;
    assert!(major.out.contains("2.0"), "{}", major.out);
    system.patch("plain", "spec: {templateMajorVersion: \"2\"}").await?;
    system.status_until("plain", "major 2", |s| s["templateMajorVersion"] == "2").await?;
    system.wait_ready("plain").await?;
    Ok(())
}

fn copy_bundle(to: &std::path::Path, description: &str) -> Result<()> {
    let from = crate::system::example_bundle();
    for file in ["schema/schema.yaml", "infrastructure/manifest.yaml", "infrastructure/cloudformation.yaml"] {
        let target = to.join(file);
        std::fs::create_dir_all(target.parent().unwrap_or(to))?;
        let text = std::fs::read_to_string(from.join(file))?;
        std::fs::write(target, text.replace("Which stage of delivery this environment serves", description))?;
    }
    Ok(())
}

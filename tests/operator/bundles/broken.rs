//! Templates that cannot be rendered: the object's condition names file, line and cause.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::catalogue::{Catalogue, Service};
use super::mirror::{object_until, ready};
use super::objects::{Objects, apply};
use super::remote::{Remote, Target};
use super::services::{Deployed, register_minor};
use super::table::Row;
use crate::system::{Setup, System, condition, example_bundle, text};

/// The first line at which these bundles are wrong, the file, and what is said of it. A statement that is not closed is found on the next line.
const FILE: &str = "instance_infrastructure/cloudformation.yaml";
const CAUSES: [(&str, [usize; 2], &str); 2] =
    [("invalid-jinja-template", [30, 30], "this_does"), ("invalid-jinja-syntax-template", [30, 31], "syntax error")];

/// Deploys a service of a broken bundle, whose environment was applied: neither its instances nor the service become Ready, and each says why.
/// A new minor version with a template that is whole repairs them all.
pub async fn check(system: &System, catalogue: &Catalogue, bundle: &Service) -> Result<Row> {
    let (_, lines, cause) = CAUSES.into_iter().find(|(name, ..)| *name == bundle.name).context("what is wrong is known")?;
    let objects = Objects::of(bundle, bundle.environment());
    Deployed::apply(system, bundle, objects.clone()).await?;
    let mut said = String::new();
    for (name, _) in bundle.instances() {
        said = failure(system, "ServiceInstance", &objects.instance(&name)).await?;
        let places = lines.map(|line| format!("{FILE}:{line}: "));
        ensure!(places.iter().any(|place| said.contains(place)), "{name}: {said}");
        ensure!(said.contains(cause), "{name}: {said}");
    }
    let service = failure(system, "ProtonService", &objects.service).await?;
    for (name, _) in bundle.instances() {
        ensure!(service.contains(&name) && service.contains("CREATE_FAILED"), "{service}");
    }
    repair(system, catalogue.service("valid-svc-template")?, bundle, objects).await?;
    let said = said.split_once("failed: ").map_or(said.as_str(), |(_, cause)| cause);
    Ok(Row {
        kind: "service",
        bundle: bundle.name.clone(),
        versions: "1.0, 1.1".to_owned(),
        instances: bundle.instances().len(),
        component: "-",
        result: format!("1.0 FAILED, 1.1 SUCCEEDED; {said}"),
    })
}

/// Registers the whole template as version 1.1 and deploys it.
async fn repair(system: &System, whole: &Service, bundle: &Service, objects: Objects) -> Result<()> {
    let folder = system.folder.path().join("repaired").join(&bundle.name);
    for file in ["schema/schema.yaml", "instance_infrastructure/manifest.yaml", FILE] {
        let from = if file == FILE { &whole.folder } else { &bundle.folder };
        let to = folder.join(file);
        std::fs::create_dir_all(to.parent().unwrap_or(&folder))?;
        std::fs::copy(from.join(file), to)?;
    }
    register_minor(system, &Service { folder, ..bundle.clone() }).await?;
    apply(system, Objects { minor: Some("1"), ..objects.clone() }.serviceinstances(bundle)).await?;
    let remote = Remote::of(&system.engine);
    for (name, _) in bundle.instances() {
        ready(system, "ServiceInstance", &objects.instance(&name)).await?;
        let deployments = remote.deployments(Target::Instance(&objects.service, &name)).await?;
        let statuses: Vec<&str> = deployments.iter().map(|(_, status)| status.as_str()).collect();
        ensure!(statuses == ["SUCCEEDED", "FAILED"], "{name}: {statuses:?}");
    }
    let service = ready(system, "ProtonService", &objects.service).await?;
    ensure!(text(&service, "/serviceStatus") == "ACTIVE", "{service}");
    Ok(())
}

/// Waits until an object is Stalled, and gives the message of its Ready condition.
async fn failure(system: &System, kind: &str, name: &str) -> Result<String> {
    let stalled = |object: &Value| {
        let status = object.get("status").cloned().unwrap_or_default();
        condition(&status, "Stalled").is_some_and(|stalled| text(stalled, "/status") == "True")
    };
    let found = object_until(system, kind, name, stalled).await?;
    let status = found.get("status").context("a status")?;
    Ok(condition(status, "Ready").map(|ready| text(ready, "/message").to_owned()).unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_that_does_not_render_names_file_line_and_cause() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    let cases = [
        (
            "undefined",
            "{{ environment.inputs.retention_days * 86400 }}",
            "{{ environment.inputs.this_does.not.exist }}",
            "this_does",
        ),
        (
            "syntax",
            "{% if environment.inputs.stage == \"production\" %}",
            "{% if environment.inputs.stage == \"production\" ",
            "expected",
        ),
    ];
    for (name, old, new, word) in cases {
        let (bundle, line) = edited_example(system.folder.path(), name, old, new)?;
        system.engine.register(&bundle, name).await?.ok()?;
        system
            .apply(name, &format!("templateName: {name}\ntemplateMajorVersion: \"1\"\ninputs: {{stage: staging}}\n"))
            .await?
            .ok()?;
        let status = system.status_until(name, "the failure", |s| s["deploymentStatus"] == "FAILED").await?;
        let message = condition(&status, "Ready").map(|c| text(c, "/message")).unwrap_or_default();
        let place = format!("infrastructure/cloudformation.yaml:{line}");
        let next = format!("infrastructure/cloudformation.yaml:{}", line + 1);
        assert!(message.contains(&place) || message.contains(&next), "{name}: {message}");
        assert!(message.contains(word), "{name}: {message}");
    }
    Ok(())
}

/// The example's bundle with one edit in its template, and the line of the edit.
fn edited_example(folder: &Path, name: &str, old: &str, new: &str) -> Result<(PathBuf, usize)> {
    let from = example_bundle();
    let to = folder.join(name);
    let mut line = 0;
    for file in ["schema/schema.yaml", "infrastructure/manifest.yaml", "infrastructure/cloudformation.yaml"] {
        let text = std::fs::read_to_string(from.join(file))?;
        if let Some((before, _)) = text.split_once(old) {
            line = before.matches('\n').count() + 1;
        }
        let target = to.join(file);
        std::fs::create_dir_all(target.parent().unwrap_or(&to))?;
        std::fs::write(target, text.replace(old, new))?;
    }
    if line == 0 {
        bail!("{old:?} is not in the example");
    }
    Ok((to, line))
}

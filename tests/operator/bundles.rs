//! Real template bundles, registered and deployed through custom resources.
//!
//! They are no part of the project; where the folder is missing the tests say so and skip.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use proton_rig::shared;

use crate::system::{Setup, System, condition, moto, text};

/// An environment bundle and the inputs it is deployed with.
struct Sample {
    folder: PathBuf,
    name: String,
    spec: String,
}

/// `jungle` ships without a spec.
const JUNGLE: &str = "proton: EnvironmentSpec\nspec:\n  vpc_cidr: 10.0.0.0/16\n  public_subnet1_cidr: 10.0.0.0/24\n  \
                      public_subnet2_cidr: 10.0.1.0/24\n  private_subnet1_cidr: 10.0.2.0/24\n  private_subnet2_cidr: 10.0.3.0/24\n";

fn samples() -> Result<Vec<Sample>> {
    let Some(shared) = shared() else {
        println!("skipped: the real template bundles are not on this machine");
        return Ok(Vec::new());
    };
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(shared.join("bundles/environments"))?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    folders.push(shared.join("bundles/checker/valid_env_template"));
    folders.sort();
    folders.into_iter().map(sample).collect()
}

fn sample(folder: PathBuf) -> Result<Sample> {
    let name = folder.file_name().and_then(|name| name.to_str()).context("a folder has a name")?.replace('_', "-");
    let spec = match std::fs::read_to_string(folder.join("spec/spec.yaml")) {
        Ok(text) => text,
        Err(_) if name == "jungle" => JUNGLE.to_owned(),
        Err(error) => bail!("{name} has no spec: {error}"),
    };
    Ok(Sample { folder, name, spec })
}

async fn deploy(system: &System, sample: &Sample) -> Result<()> {
    system.engine.register(&sample.folder, &sample.name).await?.ok()?;
    let spec: String = sample.spec.lines().map(|line| format!("  {line}\n")).collect();
    let lines = format!("templateName: {}\ntemplateMajorVersion: \"1\"\nspecYaml: |\n{spec}", sample.name);
    system.apply(&sample.name, &lines).await?.ok()?;
    system.wait_ready(&sample.name).await
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_them_deploy_on_simulate() -> Result<()> {
    let samples = samples()?;
    if samples.is_empty() {
        return Ok(());
    }
    let system = System::start(Setup::default()).await?;
    for sample in &samples {
        let start = Instant::now();
        deploy(&system, sample).await.with_context(|| sample.name.clone())?;
        let status = system.status(&sample.name).await?;
        assert!(status["outputs"]["values"].as_object().is_some_and(|all| !all.is_empty()), "{}: {status}", sample.name);
        println!("simulate  {:<28} SUCCEEDED  {:>5} ms", sample.name, start.elapsed().as_millis());
    }
    assert_eq!(samples.len(), 5, "a bundle was added: extend the test");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_of_them_deploy_on_moto() -> Result<()> {
    let samples = samples()?;
    if samples.is_empty() {
        return Ok(());
    }
    let system = System::start(Setup { aws: moto().await?.env(), ..Setup::default() }).await?;
    for name in ["lambda-env", "jungle"] {
        let sample = samples.iter().find(|sample| sample.name == name).context("the bundle is there")?;
        deploy(&system, sample).await.with_context(|| name.to_owned())?;
        let resources =
            system.engine.aws().proton(&["list-environment-provisioned-resources", "--environment-name", name]).await?;
        assert!(
            text(&resources, "/provisionedResources/0/identifier").contains(&format!("stack/AWSProton-env-{name}")),
            "{resources}"
        );
        println!("moto      {name:<28} SUCCEEDED");
    }
    Ok(())
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

#[tokio::test(flavor = "multi_thread")]
async fn the_broken_ones_fail_with_file_line_and_cause() -> Result<()> {
    let Some(shared) = shared() else {
        println!("skipped: the real template bundles are not on this machine");
        return Ok(());
    };
    let system = System::start(Setup::default()).await?;
    for (folder, name, line, word) in [
        ("invalid_jinja_template", "undefined-name", 30, "service_instance"),
        ("invalid_jinja_syntax_template", "broken-syntax", 30, "syntax error"),
    ] {
        let template = shared.join("bundles/checker").join(folder).join("instance_infrastructure/cloudformation.yaml");
        let bundle = as_environment(system.folder.path(), name, &template)?;
        system.engine.register(&bundle, name).await?.ok()?;
        system
            .apply(name, &format!("templateName: {name}\ntemplateMajorVersion: \"1\"\ninputs: {{stage: staging}}\n"))
            .await?
            .ok()?;
        let status = system.status_until(name, "the failure", |s| s["deploymentStatus"] == "FAILED").await?;
        let message = condition(&status, "Ready").map(|c| text(c, "/message")).unwrap_or_default();
        let places = [line, line + 1].map(|line| format!("infrastructure/cloudformation.yaml:{line}:"));
        assert!(places.iter().any(|place| message.contains(place)), "{name}: {message}");
        assert!(message.contains(word), "{name}: {message}");
    }
    Ok(())
}

/// A service's template in an environment's bundle: services come later, and its text fails in the same way.
fn as_environment(folder: &Path, name: &str, template: &Path) -> Result<PathBuf> {
    let (from, to) = (crate::system::example_bundle(), folder.join(name));
    std::fs::create_dir_all(to.join("schema"))?;
    std::fs::create_dir_all(to.join("infrastructure"))?;
    for file in ["schema/schema.yaml", "infrastructure/manifest.yaml"] {
        std::fs::copy(from.join(file), to.join(file))?;
    }
    std::fs::copy(template, to.join("infrastructure/cloudformation.yaml"))?;
    Ok(to)
}

/// The example's bundle with one edit in its template, and the line of the edit.
fn edited_example(folder: &Path, name: &str, old: &str, new: &str) -> Result<(PathBuf, usize)> {
    let from = crate::system::example_bundle();
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

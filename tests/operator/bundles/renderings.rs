//! The three expected renderings, byte for byte: the text that CloudFormation was really given for the objects.
//!
//! The pipeline's expected text holds an account id of eight digits and a connection that is no ARN, which the API refuses. Its deployed text is
//! compared with these two values replaced, and `proton-engine render` gives the text as it stands.

use std::path::Path;

use anyhow::{Context as _, Result};
use proton_rig::cloudformation::Double;

use super::catalogue::{Catalogue, Environment, Service};
use super::mirror::ready;
use super::objects::{Objects, apply, environment};
use super::prepared::prepare;
use super::remote::{Remote, Target};
use super::rendered::{on, template};
use super::services::Deployed;
use crate::system::{System, text};

const ACCOUNT: &str = "11111111";
const CONNECTION: &str = "arn:connection:dummy";
const SERVICE: &str = "sample-service";

fn expected(folder: &Path, file: &str) -> Result<String> {
    std::fs::read_to_string(folder.join(file)).with_context(|| folder.display().to_string())
}

/// A service of the name that the expected texts hold.
async fn deploy<'a>(system: &'a System, catalogue: &Catalogue, bundle: &'a Service) -> Result<Deployed<'a>> {
    prepare(system, catalogue, Vec::new(), &[bundle]).await?;
    let objects = Objects { remote: Some(SERVICE.to_owned()), ..Objects::of(bundle, bundle.environment()) };
    let deployed = Deployed::apply(system, bundle, objects).await?;
    deployed.check_first().await?;
    Ok(deployed)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_and_an_instance_are_deployed_byte_for_byte() -> Result<()> {
    let Some(catalogue) = Catalogue::find()? else { return Ok(()) };
    let double = Double::start().await?;
    let system = System::start(on(&double)).await?;
    let bundle: &Environment = catalogue.environment("valid-env-template").context("it is there")?;
    super::environments::register(&system, bundle).await?;
    apply(&system, vec![environment(bundle, Some("sample-env"))]).await?;
    ready(&system, "ProtonEnvironment", &bundle.name).await?;
    let sent = template(&double, &Remote::of(&system.engine), Target::Environment("sample-env")).await?;
    assert!(sent == expected(&bundle.folder, "expected_rendered_output.yaml")?, "the environment: {sent}");

    let bundle = catalogue.service("valid-svc-template")?;
    let deployed = deploy(&system, &catalogue, bundle).await?;
    let sent = template(&double, &deployed.remote, deployed.instance(&bundle.instance.0)).await?;
    assert!(sent == expected(&bundle.folder, "expected_rendered_output.yaml")?, "the instance: {sent}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_is_deployed_as_it_is_rendered() -> Result<()> {
    let Some(catalogue) = Catalogue::find()? else { return Ok(()) };
    let double = Double::start().await?;
    let system = System::start(on(&double)).await?;
    let bundle = catalogue.service("valid-svc-pipeline-template")?;
    // The expected text is of one instance.
    let objects = Objects { remote: Some(SERVICE.to_owned()), ..Objects::of(bundle, bundle.environment()) };
    prepare(&system, &catalogue, Vec::new(), &[bundle]).await?;
    let first = objects.serviceinstances(bundle).into_iter().take(1);
    apply(&system, first.chain([objects.protonservice(bundle)]).collect()).await?;
    ready(&system, "ProtonService", &objects.service).await?;
    let sent = template(&double, &Remote::of(&system.engine), Target::Pipeline(SERVICE)).await?;
    let repository = bundle.repository().context("a repository")?;
    let expected = expected(&bundle.folder, "expected_pipeline_rendered_output.yaml")?;
    assert!(expected.contains(ACCOUNT) && expected.contains(CONNECTION));
    let wanted = expected.replace(ACCOUNT, "123456789012").replace(CONNECTION, text(&repository, "/connectionArn"));
    assert!(sent == wanted, "the pipeline: {sent}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_three_are_rendered_byte_for_byte_by_the_command() -> Result<()> {
    let Some(catalogue) = Catalogue::find()? else { return Ok(()) };
    let system = System::start(Default::default()).await?;
    let instance = "load-balanced-fargate-svc-prod/instance_infrastructure/cloudformation.yaml";
    let bundles = [
        (
            &catalogue.environment("valid-env-template").context("it is there")?.folder,
            "sample-env",
            "infrastructure/cloudformation.yaml",
            "expected_rendered_output.yaml",
        ),
        (&catalogue.service("valid-svc-template")?.folder, SERVICE, instance, "expected_rendered_output.yaml"),
        (
            &catalogue.service("valid-svc-pipeline-template")?.folder,
            SERVICE,
            "pipeline_infrastructure/cloudformation.yaml",
            "expected_pipeline_rendered_output.yaml",
        ),
    ];
    for (folder, name, file, wanted) in bundles {
        let out = system.folder.path().join("rendered").join(name).join(wanted);
        let outputs = folder.join("spec/sample-outputs.yaml");
        let [dir, spec, out_dir, outputs_file] =
            [folder, &folder.join("spec/spec.yaml"), &out, &outputs].map(|path| path.display().to_string());
        let mut args = vec!["render", &dir, "--spec", &spec, "--name", name, "--out", &out_dir, "--account-id", ACCOUNT];
        args.extend(["--connection-arn", CONNECTION, "--repository-id", "github/sample-repo"]);
        if outputs.is_file() {
            args.extend(["--outputs", &outputs_file]);
        }
        system.engine.command(&args).await?.ok()?;
        assert!(std::fs::read_to_string(out.join(file))? == expected(folder, wanted)?, "{} differs", folder.display());
    }
    Ok(())
}

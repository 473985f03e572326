//! What `examples/` promises: its texts agree with each other, and the platform in it works on moto.

use anyhow::{Context as _, Result, bail};
use proton_rig::{program, workspace};
use serde_json::Value;

use crate::system::{PATIENCE, Setup, System, condition, moto, text};

fn example(path: &str) -> Result<String> {
    std::fs::read_to_string(workspace().join("examples").join(path)).with_context(|| path.to_owned())
}

fn yaml(text: &str) -> Result<Value> {
    Ok(serde_json::to_value(serde_yaml::from_str::<serde_yaml::Value>(text)?)?)
}

#[test]
fn the_component_is_its_files() -> Result<()> {
    let object = yaml(&example("platform/component.yaml")?)?;
    assert_eq!(text(&object, "/spec/templateFile"), example("components/sessions-table/cloudformation.yaml")?);
    assert_eq!(text(&object, "/spec/manifest"), example("components/sessions-table/manifest.yaml")?);
    Ok(())
}

/// The commands of deploy.sh behind its preparations: paragraphs that empty lines part.
fn steps() -> Result<Vec<String>> {
    let script = example("pipeline/deploy.sh")?;
    let (_, steps) = script.split_once("cd \"$(mktemp -d)\"\n\n").context("deploy.sh begins in a folder of its own")?;
    Ok(steps.split("\n\n").map(|step| step.trim().to_owned()).collect())
}

#[test]
fn the_pipeline_of_the_bundle_runs_the_script_s_commands() -> Result<()> {
    let folder = tempfile::TempDir::new()?;
    let spec = "proton: ServiceSpec\npipeline: {proton_endpoint: 'http://x', proton_keys_secret: k}\n\
                instances: [{name: one, environment: e, spec: {}}, {name: two, environment: e, spec: {}}]\n";
    let outputs = "environment: {NetworkId: n, SubnetIds: s, ClusterName: c}\n";
    std::fs::write(folder.path().join("spec.yaml"), spec)?;
    std::fs::write(folder.path().join("outputs.yaml"), outputs)?;
    let rendered = std::process::Command::new(program("proton-engine"))
        .args(["render", "--kind", "service", "--spec", "spec.yaml", "--outputs", "outputs.yaml", "--out", "out"])
        .arg(workspace().join("examples/bundles/fargate-service"))
        .current_dir(folder.path())
        .output()?;
    if !rendered.status.success() {
        bail!("{}", String::from_utf8_lossy(&rendered.stderr));
    }
    let template = std::fs::read_to_string(folder.path().join("out/pipeline_infrastructure/cloudformation.yaml"))?;
    let (_, after) = template.split_once("BuildSpec: |\n").context("the template has a buildspec")?;
    let (indented, _) = after.split_once("\nOutputs:").context("and outputs behind it")?;
    let buildspec =
        yaml(&indented.lines().map(|line| format!("{}\n", line.strip_prefix("          ").unwrap_or(line))).collect::<String>())?;
    let commands = buildspec.pointer("/phases/build/commands").and_then(Value::as_array).context("a build phase")?;
    let commands: Vec<String> = commands.iter().filter_map(|one| Some(one.as_str()?.trim().to_owned())).collect();
    for instance in ["one", "two"] {
        let begin =
            commands.iter().position(|command| *command == format!("export INSTANCE=\"{instance}\"")).context(instance)?;
        let own: Vec<String> = commands.iter().skip(begin + 1).take(4).cloned().collect();
        assert_eq!(own, steps()?, "{instance}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platform_works_on_moto_and_takes_a_pipeline_s_image() -> Result<()> {
    let system = System::start(Setup { aws: moto().await?.env(), ..Setup::default() }).await?;
    let bundles = workspace().join("examples/bundles");
    system.engine.register(&bundles.join("fargate-environment"), "fargate-environment").await?.ok()?;
    let bundle = bundles.join("fargate-service").display().to_string();
    let register = ["register", &bundle, "--template", "fargate-service", "--kind", "service", "--publish"];
    let more = ["--compatible", "fargate-environment:1", "--component-sources"];
    system.engine.command(&[register.as_slice(), more.as_slice()].concat()).await?.ok()?;
    let folder = workspace().join("examples/platform").display().to_string();
    system.kubectl(&["apply", "-f", &folder]).await?;
    let limit = format!("--timeout={}s", PATIENCE.as_secs());
    system.kubectl(&["wait", "--for=condition=Ready", "-f", &folder, &limit]).await?;
    let with_outputs = "jsonpath={.status.usedDeployments.components[0]}";
    system.kubectl(&["wait", &format!("--for={with_outputs}"), "psi/shop-staging", &limit]).await?;
    system.kubectl(&["wait", "--for=condition=Ready", "psi/shop-staging", &limit]).await?;

    let image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1";
    let tools = workspace().join("target/tools/python/bin");
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap_or_default());
    let mut script = tokio::process::Command::new(workspace().join("examples/pipeline/deploy.sh"));
    script.args(["shop", "shop-staging", image]).envs(system.engine.client_env()).env("PATH", path).env_remove("AWS_PROFILE");
    let ended = script.output().await?;
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    system.kubectl(&["annotate", "psi", "shop-staging", "proton-operator.dev/reconcile-requested-at=now"]).await?;
    let looked = "--for=jsonpath={.status.lastHandledReconcileAt}=now";
    system.kubectl(&["wait", looked, "psi/shop-staging", &limit]).await?;
    let shown = system.kubectl(&["get", "psi", "shop-staging", "-o", "json"]).await?;
    let status = serde_json::from_str::<Value>(&shown)?["status"].take();
    assert_eq!(condition(&status, "Ready").map(|ready| text(ready, "/status")), Some("True"), "{status}");
    let remote =
        system.engine.aws().proton(&["get-service-instance", "--service-name", "shop", "--name", "shop-staging"]).await?;
    let remote = remote.get("serviceInstance").context("an instance")?;
    assert!(text(remote, "/spec").contains(image), "{remote}");
    // The last deployment is the script's: the operator began none of its own.
    assert_eq!(text(remote, "/lastAttemptedDeploymentId"), text(&status, "/lastSucceededDeploymentId"));
    assert_eq!(status["deployments"].as_array().map(Vec::len), Some(3), "{status}");
    system.kubectl(&["delete", "-f", &folder, &limit]).await?;
    let left = system.engine.aws().proton(&["list-services"]).await?;
    assert_eq!(left.pointer("/services").and_then(Value::as_array).map(Vec::len), Some(0), "{left}");
    Ok(())
}

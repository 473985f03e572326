//! An engine as a process of its own, and components, whose templates come with the call that creates them.

#![allow(clippy::unwrap_used, reason = "helpers of tests, which clippy does not take for tests")]
#![allow(deprecated, reason = "the SDK marks every operation since AWS closed the service")]

use std::path::Path;
use std::time::Duration;

use aws_sdk_proton::Client;
use aws_sdk_proton::config::retry::RetryConfig;
use aws_sdk_proton::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_proton::types::{Component, DeploymentStatus};
use proton_rig::{Engine, EngineOptions, until};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(120);
const SCHEMA: &str = "schema:\n  format: {openapi: 3.0.0}\n  environment_input_type: In\n  types:\n    In: {type: object, properties: {size: {type: integer, default: 1}}}\n";
const MANIFEST: &str = "infrastructure:\n  templates:\n    - {file: cloudformation.yaml, rendering_engine: jinja, template_language: cloudformation}\n";

/// A running engine with the deployed environment `prod`.
pub struct Stage {
    engine: Engine,
    client: Client,
    _folder: TempDir,
}

impl Stage {
    pub async fn start(args: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let all = ["--provisioner", "simulate"].iter().chain(args).map(|arg| (*arg).to_owned()).collect();
        let engine = Engine::start(&folder.path().join("engine"), EngineOptions { args: all, env: Vec::new() }).await.unwrap();
        let client = client(&engine);
        let bundle = folder.path().join("bundle");
        write(&bundle.join("schema/schema.yaml"), SCHEMA);
        write(&bundle.join("infrastructure/manifest.yaml"), MANIFEST);
        write(&bundle.join("infrastructure/cloudformation.yaml"), "Resources: {}\n");
        engine.register(&bundle, "network").await.unwrap().ok().unwrap();
        let create = client.create_environment().name("prod").template_name("network").template_major_version("1");
        create.spec("proton: EnvironmentSpec\nspec: {}\n").send().await.unwrap();
        let deployed = || async {
            let status = client.get_environment().name("prod").send().await.unwrap().environment.unwrap().deployment_status;
            (status == DeploymentStatus::Succeeded).then_some(())
        };
        until("the environment", PATIENCE, deployed).await.unwrap();
        Self { engine, client, _folder: folder }
    }

    /// Creates a component with this template.
    pub async fn create(&self, name: &str, template: &str) {
        let create = self.client.create_component().name(name).environment_name("prod").manifest(MANIFEST);
        create.template_file(template).send().await.unwrap();
    }

    /// How its deployment ended, and the message.
    pub async fn ended(&self, name: &str) -> (DeploymentStatus, String) {
        let probe = || async {
            let component: Component = self.client.get_component().name(name).send().await.unwrap().component.unwrap();
            let status = component.deployment_status;
            let message = component.deployment_status_message.unwrap_or_default();
            (status != DeploymentStatus::InProgress).then_some((status, message))
        };
        until(&format!("the deployment of {name}"), PATIENCE, probe).await.unwrap()
    }

    /// Creates a component with a harmless template and waits for its success.
    pub async fn deploys(&self, name: &str) {
        self.create(name, "Resources: {}\n# {{ component.name }}\n").await;
        let ended = self.ended(name).await;
        assert_eq!(ended.0, DeploymentStatus::Succeeded, "{name}: {}", ended.1);
    }

    /// The process ids of the engine's children that render.
    pub fn children(&mut self) -> Vec<u32> {
        let engine = self.engine.process().unwrap().pid().unwrap();
        let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
        let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        ids.filter(|id| parent(*id) == Some(engine)).collect()
    }

    /// The id of the engine's process.
    pub fn engine(&mut self) -> u32 {
        self.engine.process().unwrap().pid().unwrap()
    }

    /// Everything that the engine logged.
    pub fn log(&mut self) -> String {
        std::fs::read_to_string(self.engine.process().unwrap().log()).unwrap()
    }
}

/// Sends a signal by its name.
pub fn signal(name: &str, id: u32) {
    let sent = std::process::Command::new("kill").arg(format!("-{name}")).arg(id.to_string()).status().unwrap();
    assert!(sent.success());
}

/// The parent of a process that lives: the second field behind the name in parentheses.
fn parent(id: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace();
    (fields.next()? != "Z").then(|| fields.next()?.parse().ok())?
}

fn client(engine: &Engine) -> Client {
    let (id, secret) = engine.keys();
    let config = aws_sdk_proton::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .endpoint_url(engine.endpoint())
        .credentials_provider(Credentials::new(id, secret, None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http());
    Client::from_conf(config.build())
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

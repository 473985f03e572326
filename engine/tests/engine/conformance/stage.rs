//! An engine of its own for a part of the tests, its clients, and the ways to set it up.

use std::time::Duration;

use aws_sdk_proton::Client;
use aws_sdk_proton::client::Waiters as _;
use aws_sdk_proton::config::retry::RetryConfig;
use aws_sdk_proton::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_proton::types::{DeploymentStatus, S3ObjectSource, TemplateVersionSourceInput, TemplateVersionStatus};
use proton_rig::{Engine, EngineOptions, until};
use tempfile::TempDir;

use super::bundle;
use super::raw::Raw;

pub const REGION: &str = "us-east-1";
pub const ACCOUNT: &str = "123456789012";

/// An account that the engine does not serve.
pub const OTHER_ACCOUNT: &str = "210987654321";

/// The template that [`Stage::with_template`] makes; its version 1.0 is published.
pub const TEMPLATE: &str = "network";

/// An id that no deployment has.
pub const NO_ID: &str = "00000000-0000-4000-8000-000000000000";

/// How long anything here may take.
pub const PATIENCE: Duration = Duration::from_secs(60);

const READER: (&str, &str) = ("AKIARIGREADER0000001", "rig-reader-secret-0123456789abcdefghijk");
/// An administrator of the account [`OTHER_ACCOUNT`].
const OTHER: (&str, &str) = ("AKIARIGOTHER00000001", "rig-other-secret-0123456789abcdefghijkl");
const DISABLED: (&str, &str) = ("AKIARIGDISABLED00001", "rig-disabled-secret-0123456789abcdefghi");

/// What the simulated deployments do, by the environment's name.
const SCRIPT: &str = "\
- {target: 'arn:aws:proton:*:environment/slow-*', operation: update, duration: 120s, cancel: honoured}
- {target: 'arn:aws:proton:*:component/slow-*', operation: create, duration: 120s, cancel: honoured}
- {target: 'arn:aws:proton:*:environment/stuck-*', operation: delete, duration: 600s}
- {target: 'arn:aws:proton:*:service/stuck-*', operation: delete, duration: 600s}
- {target: 'arn:aws:proton:*:environment/brief-*', operation: create, duration: 1s}
- {target: 'arn:aws:proton:*:service/*/service-instance/slow-*', operation: update, duration: 120s, cancel: honoured}
- {target: 'arn:aws:proton:*:service/shop/pipeline', operation: update, duration: 8s, cancel: honoured}
";

/// A running engine whose deployments are simulated.
pub struct Stage {
    engine: Engine,
    /// Removed with the stage.
    _folder: TempDir,
}

impl Stage {
    /// Starts an engine with more arguments of `serve`.
    pub async fn start(args: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("simulate.yaml");
        std::fs::write(&script, SCRIPT).unwrap();
        let mut all = vec!["--provisioner", "simulate", "--simulate-script", script.to_str().unwrap()];
        all.extend(args);
        let options = EngineOptions { args: all.into_iter().map(str::to_owned).collect(), env: without_s3() };
        let mut engine = Engine::start(&folder.path().join("engine"), options).await.unwrap();
        // The rig knows an administrator only.
        let file = engine.folder().join("credentials.yaml");
        let more = [
            pair(READER, "role: read-only"),
            pair(DISABLED, "role: admin, disabled: true"),
            pair(OTHER, &format!("role: admin, accountId: '{OTHER_ACCOUNT}'")),
        ];
        let text = std::fs::read_to_string(&file).unwrap() + &more.concat();
        std::fs::write(&file, text).unwrap();
        engine.restart(&[]).await.unwrap();
        Self { engine, _folder: folder }
    }

    /// Starts an engine on which [`TEMPLATE`] has a published version.
    pub async fn with_template(args: &[&str]) -> Self {
        let stage = Self::start(args).await;
        stage.admin().create_environment_template().name(TEMPLATE).send().await.unwrap();
        stage.publish(TEMPLATE).await;
        stage
    }

    pub fn admin(&self) -> Client {
        self.client(self.engine.keys())
    }

    /// A client that may only read.
    pub fn reader(&self) -> Client {
        self.client(READER)
    }

    /// A client of an administrator of [`OTHER_ACCOUNT`].
    pub fn other(&self) -> Client {
        self.client(OTHER)
    }

    /// A client with an administrator's keys that are disabled.
    pub fn disabled(&self) -> Client {
        self.client(DISABLED)
    }

    pub fn raw(&self) -> Raw {
        Raw { endpoint: self.engine.endpoint(), keys: self.engine.keys() }
    }

    /// The engine's data folder.
    pub fn data(&self) -> &std::path::Path {
        self.engine.folder()
    }

    fn client(&self, keys: (&str, &str)) -> Client {
        let config = aws_sdk_proton::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(REGION))
            .endpoint_url(self.engine.endpoint())
            .credentials_provider(Credentials::new(keys.0, keys.1, None, None, "test"))
            // Each answer is looked at, also those that an application's client would retry.
            .retry_config(RetryConfig::disabled())
            .http_client(aws_smithy_http_client::Builder::new().build_http());
        Client::from_conf(config.build())
    }

    /// Uploads the bundle and gives it as the source of a version.
    pub async fn source(&self) -> TemplateVersionSourceInput {
        let key = self.raw().upload(bundle::archive()).await;
        source("proton-engine-bundles", &key)
    }

    /// Registers and publishes a new version in the highest major of a template, and gives its minor.
    pub async fn publish(&self, template: &str) -> String {
        let client = self.admin();
        let create = client.create_environment_template_version().template_name(template).major_version("1");
        let version = create.source(self.source().await).send().await.unwrap().environment_template_version.unwrap();
        let minor = version.minor_version;
        let wait = client.wait_until_environment_template_version_registered().template_name(template);
        wait.major_version("1").minor_version(&minor).wait(PATIENCE).await.unwrap();
        let update = client.update_environment_template_version().template_name(template).major_version("1");
        update.minor_version(&minor).status(TemplateVersionStatus::Published).send().await.unwrap();
        minor
    }

    /// Publishes version 1.0 of a service template, once it is registered.
    pub async fn publish_service(&self, template: &str) {
        let client = self.admin();
        let wait = client.wait_until_service_template_version_registered().template_name(template);
        wait.major_version("1").minor_version("0").wait(PATIENCE).await.unwrap();
        let update = client.update_service_template_version().template_name(template).major_version("1");
        update.minor_version("0").status(TemplateVersionStatus::Published).send().await.unwrap();
    }

    /// Creates an environment of [`TEMPLATE`] and waits until it is deployed.
    pub async fn deploy(&self, name: &str) {
        let create = self.admin().create_environment().name(name).template_name(TEMPLATE).template_major_version("1");
        create.spec(bundle::SPEC).send().await.unwrap();
        self.reaches(name, DeploymentStatus::Succeeded).await;
    }

    /// Waits until an environment has the status.
    pub async fn reaches(&self, name: &str, status: DeploymentStatus) {
        let client = self.admin();
        let probe = || async {
            let answer = client.get_environment().name(name).send().await.unwrap();
            (answer.environment.unwrap().deployment_status == status).then_some(())
        };
        until(&format!("{name} becoming {status}"), PATIENCE, probe).await.unwrap();
    }

    /// Waits until an environment is gone.
    pub async fn vanishes(&self, name: &str) {
        let client = self.admin();
        let probe = || async { client.get_environment().name(name).send().await.err().map(drop) };
        until(&format!("the end of {name}"), PATIENCE, probe).await.unwrap();
    }
}

/// An S3 that never answers: a version whose bundle is there is being registered for as long as a test may look.
fn without_s3() -> Vec<(String, String)> {
    let variables =
        [("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1"), ("AWS_ACCESS_KEY_ID", "nobody"), ("AWS_SECRET_ACCESS_KEY", "nothing")];
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

/// An archive in a bucket, as the source of a version.
pub fn source(bucket: &str, key: &str) -> TemplateVersionSourceInput {
    TemplateVersionSourceInput::S3(S3ObjectSource::builder().bucket(bucket).key(key).build().unwrap())
}

/// The ARN of something of this account.
pub fn arn(tail: &str) -> String {
    format!("arn:aws:proton:{REGION}:{ACCOUNT}:{tail}")
}

fn pair((id, secret): (&str, &str), rest: &str) -> String {
    format!("- {{accessKeyId: {id}, secretAccessKey: {secret}, principal: rig, {rest}}}\n")
}

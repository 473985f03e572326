//! This project's engine as a process of its own.

use std::path::Path;

use anyhow::Result;

use crate::clients::{Aws, Finished, run};
use crate::paths::program;
use crate::process::{Process, free_port};
use crate::service::Service;

/// The account that the rig's engine and moto answer for.
pub const ACCOUNT: &str = "123456789012";
/// Their region.
pub const REGION: &str = "us-east-1";

const ACCESS_KEY: &str = "AKIARIGADMIN00000001";
const SECRET_KEY: &str = "rig-admin-secret-0123456789abcdefghijkl";

/// What differs from one test to another.
#[derive(Clone, Debug, Default)]
pub struct EngineOptions {
    /// More arguments of `proton-engine serve`.
    pub args: Vec<String>,
    /// Environment variables, such as the endpoints of moto or the double.
    pub env: Vec<(String, String)>,
}

/// A running engine; its data folder outlives a kill, so that it can be started again.
#[derive(Debug)]
pub struct Engine {
    service: Service,
    endpoint: String,
}

impl Engine {
    /// Starts an engine whose data live in `folder` and waits until it is ready.
    pub async fn start(folder: &Path, options: EngineOptions) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let credentials = folder.join("credentials.yaml");
        let pair = format!("- accessKeyId: {ACCESS_KEY}\n  secretAccessKey: {SECRET_KEY}\n  principal: rig\n  role: admin\n");
        std::fs::write(&credentials, pair)?;
        let address = format!("127.0.0.1:{}", free_port()?);
        let mut args = ["serve", "--account-id", ACCOUNT, "--region", REGION, "--listen", &address].map(str::to_owned).to_vec();
        args.extend(["--data-dir".to_owned(), folder.display().to_string()]);
        args.extend(["--credentials".to_owned(), credentials.display().to_string()]);
        args.extend(options.args);
        let endpoint = format!("http://{address}");
        let service = Service::new("proton-engine", folder, args, options.env, format!("{endpoint}/healthz"));
        let mut engine = Self { service, endpoint };
        engine.restart(&[]).await?;
        Ok(engine)
    }

    /// Starts it again on the same data and port, with `env` in addition, and waits until it is ready.
    pub async fn restart(&mut self, env: &[(String, String)]) -> Result<()> {
        self.service.restart(env).await
    }

    /// Starts it again without waiting: it may end itself before it is ready.
    pub fn launch(&mut self, env: &[(String, String)]) -> Result<()> {
        self.service.launch(env)
    }

    /// Ends it as a power failure would.
    pub fn kill(&mut self) {
        self.service.kill();
    }

    /// Its process, while it was not killed.
    pub fn process(&mut self) -> Option<&mut Process> {
        self.service.process()
    }

    /// Where it listens.
    pub fn endpoint(&self) -> String {
        self.endpoint.clone()
    }

    /// Its data folder.
    pub fn folder(&self) -> &Path {
        &self.service.folder
    }

    /// The administrator's keys: id and secret.
    pub fn keys(&self) -> (&'static str, &'static str) {
        (ACCESS_KEY, SECRET_KEY)
    }

    /// What a client of the Proton API needs in its environment to talk to this engine.
    pub fn client_env(&self) -> Vec<(String, String)> {
        [
            ("AWS_ENDPOINT_URL_PROTON", self.endpoint().as_str()),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET_KEY),
            ("AWS_REGION", REGION),
            ("AWS_DEFAULT_REGION", REGION),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    /// The stock `aws` command, pointed here.
    pub fn aws(&self) -> Aws {
        Aws::new(self.client_env())
    }

    /// The stock `aws` command, pointed at a way to here, such as a [`crate::Forwarder`].
    pub fn aws_through(&self, endpoint: &str) -> Aws {
        let mut env = self.client_env();
        env.retain(|(name, _)| name != "AWS_ENDPOINT_URL_PROTON");
        env.push(("AWS_ENDPOINT_URL_PROTON".to_owned(), endpoint.to_owned()));
        Aws::new(env)
    }

    /// Another command of the engine's own program, such as `register`, as a client of this one.
    pub async fn command(&self, args: &[&str]) -> Result<Finished> {
        run(&program("proton-engine"), args, &self.client_env()).await
    }

    /// Registers and publishes a bundle folder as a new version of an environment template.
    pub async fn register(&self, bundle: &Path, template: &str) -> Result<Finished> {
        let folder = bundle.display().to_string();
        self.command(&["register", &folder, "--template", template, "--kind", "environment", "--publish"]).await
    }
}

//! This project's operator as a process of its own.

use std::path::Path;

use anyhow::Result;

use crate::process::{Process, free_port};
use crate::service::Service;

/// What differs from one test to another.
#[derive(Clone, Debug, Default)]
pub struct OperatorOptions {
    /// More arguments of `proton-operator run`.
    pub args: Vec<String>,
    /// Environment variables: KUBECONFIG and the engine's endpoint and keys.
    pub env: Vec<(String, String)>,
}

/// A running operator.
#[derive(Debug)]
pub struct Operator {
    service: Service,
    web: String,
}

impl Operator {
    /// Starts it with the given kubeconfig and waits until it says that it is ready.
    pub async fn start(folder: &Path, kubeconfig: &Path, options: OperatorOptions) -> Result<Self> {
        let address = format!("127.0.0.1:{}", free_port()?);
        let mut args = ["run", "--metrics-listen", &address].map(str::to_owned).to_vec();
        args.extend(options.args);
        let mut env = options.env;
        env.push(("KUBECONFIG".to_owned(), kubeconfig.display().to_string()));
        let web = format!("http://{address}");
        let service = Service::new("proton-operator", folder, args, env, format!("{web}/readyz"));
        let mut operator = Self { service, web };
        operator.restart(&[]).await?;
        Ok(operator)
    }

    /// Starts it again, with `env` in addition, and waits until it is ready.
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

    /// Where it serves metrics and health.
    pub fn web(&self) -> &str {
        &self.web
    }
}

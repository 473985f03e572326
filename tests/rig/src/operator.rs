//! This project's operator as a process of its own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::paths::program;
use crate::process::{Process, free_port};

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
    folder: PathBuf,
    options: OperatorOptions,
    port: u16,
    process: Option<Process>,
}

impl Operator {
    /// Starts it with the given kubeconfig and waits until it says that it is ready.
    pub async fn start(folder: &Path, kubeconfig: &Path, mut options: OperatorOptions) -> Result<Self> {
        options.env.push(("KUBECONFIG".to_owned(), kubeconfig.display().to_string()));
        let mut operator = Self { folder: folder.to_path_buf(), options, port: free_port()?, process: None };
        operator.restart(&[]).await?;
        Ok(operator)
    }

    /// Starts it again, with `env` in addition, and waits until it is ready.
    pub async fn restart(&mut self, env: &[(String, String)]) -> Result<()> {
        self.launch(env)?;
        let http = reqwest::Client::new();
        let url = format!("{}/readyz", self.web());
        let process = self.process.as_mut().context("not started")?;
        process
            .ready(Duration::from_secs(30), || async {
                http.get(&url).send().await.is_ok_and(|answer| answer.status().is_success())
            })
            .await
    }

    /// Starts it again without waiting: it may end itself before it is ready.
    pub fn launch(&mut self, env: &[(String, String)]) -> Result<()> {
        self.kill();
        let mut args = vec!["run".to_owned(), "--metrics-listen".to_owned(), format!("127.0.0.1:{}", self.port)];
        args.extend(self.options.args.iter().cloned());
        let mut all = self.options.env.clone();
        all.extend(env.iter().cloned());
        self.process = Some(Process::start("operator", &self.folder, &program("proton-operator"), &args, &all)?);
        Ok(())
    }

    /// Ends it as a power failure would.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Its process, while it was not killed.
    pub fn process(&mut self) -> Option<&mut Process> {
        self.process.as_mut()
    }

    /// Where it serves metrics and health.
    pub fn web(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

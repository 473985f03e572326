//! A program of this workspace that is started, killed and started again on one port.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::paths::program;
use crate::process::Process;

/// One such program: what stays the same when it is started again.
#[derive(Debug)]
pub(crate) struct Service {
    /// Name of the program, and of its log without the `proton-`.
    pub(crate) program: &'static str,
    /// Where its log is.
    pub(crate) folder: PathBuf,
    /// Its arguments.
    pub(crate) args: Vec<String>,
    /// Its environment.
    pub(crate) env: Vec<(String, String)>,
    /// Answers with success when it is ready.
    pub(crate) health: String,
    process: Option<Process>,
}

impl Service {
    /// One that is not started yet.
    pub(crate) fn new(
        program: &'static str,
        folder: &Path,
        args: Vec<String>,
        env: Vec<(String, String)>,
        health: String,
    ) -> Self {
        Self { program, folder: folder.to_path_buf(), args, env, health, process: None }
    }

    /// Starts it, or starts it again, with `env` in addition, and waits until it is ready.
    pub(crate) async fn restart(&mut self, env: &[(String, String)]) -> Result<()> {
        self.launch(env)?;
        let http = reqwest::Client::new();
        let process = self.process.as_mut().context("not started")?;
        process
            .ready(Duration::from_secs(30), || async {
                http.get(&self.health).send().await.is_ok_and(|answer| answer.status().is_success())
            })
            .await
    }

    /// The same without waiting: it may end itself before it is ready.
    pub(crate) fn launch(&mut self, env: &[(String, String)]) -> Result<()> {
        self.kill();
        let mut all = self.env.clone();
        all.extend(env.iter().cloned());
        let name = self.program.trim_start_matches("proton-");
        self.process = Some(Process::start(name, &self.folder, &program(self.program), &self.args, &all)?);
        Ok(())
    }

    /// Ends it as a power failure would.
    pub(crate) fn kill(&mut self) {
        self.process = None;
    }

    /// Its process, while it was not killed.
    pub(crate) fn process(&mut self) -> Option<&mut Process> {
        self.process.as_mut()
    }
}

//! The stock command-line clients.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use tokio::io::AsyncWriteExt as _;

use crate::paths::{program, python, tool};

/// How a command ended and what it printed.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Its exit code; -1 if a signal ended it.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Finished {
    /// Itself, or an error with what was printed if the exit code is not 0.
    pub fn ok(self) -> Result<Self> {
        if self.code != 0 {
            bail!("exit code {}: {}{}", self.code, self.err, self.out);
        }
        Ok(self)
    }
}

pub(crate) async fn run(program: &Path, args: &[&str], env: &[(String, String)]) -> Result<Finished> {
    run_with_input(program, args, env, "").await
}

async fn run_with_input(program: &Path, args: &[&str], env: &[(String, String)], input: &str) -> Result<Finished> {
    let mut command = tokio::process::Command::new(program);
    command.args(args).env_remove("AWS_CA_BUNDLE").env_remove("AWS_PROFILE");
    command.envs(env.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().with_context(|| format!("starting {}", program.display()))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read its input closes it first; its own exit code tells the story.
        let _ = stdin.write_all(input.as_bytes()).await;
    }
    let output = child.wait_with_output().await?;
    Ok(Finished {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// Stock kubectl with one kubeconfig, and with this workspace's programs among its plugins.
#[derive(Clone, Debug)]
pub struct Kubectl {
    env: Vec<(String, String)>,
}

impl Kubectl {
    pub(crate) fn new(kubeconfig: &Path) -> Self {
        let plugins = program("kubectl-proton").parent().map(|folder| folder.display().to_string()).unwrap_or_default();
        let path = std::env::var("PATH").unwrap_or_default();
        let env = [("KUBECONFIG", kubeconfig.display().to_string()), ("PATH", format!("{plugins}:{path}"))];
        Self { env: env.map(|(name, value)| (name.to_owned(), value)).to_vec() }
    }

    /// The same with more variables, such as an engine's for its plugins.
    pub fn with(&self, env: Vec<(String, String)>) -> Self {
        Self { env: self.env.iter().cloned().chain(env).collect() }
    }

    /// Runs it; any exit code but 0 is an error with what it printed.
    pub async fn run(&self, args: &[&str]) -> Result<String> {
        Ok(self.try_run(args).await?.ok().with_context(|| format!("kubectl {}", args.join(" ")))?.out)
    }

    /// Runs it and hands back the exit code.
    pub async fn try_run(&self, args: &[&str]) -> Result<Finished> {
        run(&tool("kubectl"), args, &self.env).await
    }

    /// Starts it and hands back the running command, whose output is read line by line.
    pub fn stream(&self, args: &[&str]) -> Result<tokio::process::Child> {
        let mut command = tokio::process::Command::new(tool("kubectl"));
        command.args(args).envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        Ok(command.spawn()?)
    }

    /// Applies the documents of a YAML text.
    pub async fn apply(&self, yaml: &str) -> Result<Finished> {
        run_with_input(&tool("kubectl"), &["apply", "-f", "-"], &self.env, yaml).await
    }
}

/// The stock `aws` command with one environment.
#[derive(Clone, Debug)]
pub struct Aws {
    program: PathBuf,
    env: Vec<(String, String)>,
}

impl Aws {
    /// The command with these variables in its environment.
    pub fn new(env: Vec<(String, String)>) -> Self {
        Self { program: python("aws"), env }
    }

    /// Runs `aws proton …`; any exit code but 0 is an error with what it printed.
    pub async fn proton(&self, args: &[&str]) -> Result<serde_json::Value> {
        let out = self.try_proton(args).await?.ok().with_context(|| format!("aws proton {}", args.join(" ")))?.out;
        if out.trim().is_empty() {
            return Ok(serde_json::Value::Null);
        }
        serde_json::from_str(&out).with_context(|| format!("aws proton {} printed no JSON: {out}", args.join(" ")))
    }

    /// Runs `aws …` as it stands, for services other than Proton.
    pub async fn run(&self, args: &[&str]) -> Result<Finished> {
        run(&self.program, args, &self.env).await
    }

    /// Runs `aws proton …` and hands back the exit code.
    pub async fn try_proton(&self, args: &[&str]) -> Result<Finished> {
        let all: Vec<&str> = ["proton", "--output", "json"].into_iter().chain(args.iter().copied()).collect();
        run(&self.program, &all, &self.env).await
    }
}

//! Plays one scenario, with one process killed at one point and started again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use proton_rig::cloudformation::Double;
use proton_rig::{Engine, Operator};

use super::scenario::Scenario;
use super::scene::Scene;
use crate::system::{Setup, System};

/// Which of the two processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Process {
    Engine,
    Operator,
}

impl Process {
    pub fn name(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::Operator => "operator",
        }
    }

    fn variable(self, suffix: &str) -> String {
        format!("PROTON_{}_FAILPOINT{suffix}", self.name().to_uppercase())
    }
}

/// Where a process is killed.
#[derive(Clone, Debug)]
pub struct Kill {
    pub process: Process,
    pub point: String,
    pub visit: u32,
}

/// Plays it to its end; hands back the points that were passed and how often.
pub async fn play(scenario: Scenario, kill: Option<&Kill>) -> Result<BTreeMap<(Process, String), u32>> {
    let double = Double::start().await?;
    let system = System::start(setup(&double)).await?;
    scenario.prepare(&system).await?;
    let System { site, mut engine, mut operator, folder, .. } = system;
    let (visited, armed) = environment(folder.path(), kill);
    engine.restart(&armed).await?;
    operator.restart(&armed).await?;
    let scene = Scene::new(site, double, &engine);
    let mut deaths = 0;
    let story = async {
        scenario.run(&scene).await?;
        // A death at the very end is noticed a moment after the story's own.
        tokio::time::sleep(Duration::from_millis(500)).await;
        anyhow::Ok(())
    };
    tokio::select! {
        outcome = story => outcome?,
        failure = keep_alive(&mut engine, &mut operator, &mut deaths) => failure?,
    }
    if let Some(kill) = kill
        && deaths != 1
    {
        bail!("{} died {deaths} times at {}:{}, and not once", kill.process.name(), kill.point, kill.visit);
    }
    Ok(count(&visited))
}

fn setup(double: &Double) -> Setup {
    let names = ["CLOUDFORMATION", "S3", "STS"].map(|service| format!("AWS_ENDPOINT_URL_{service}"));
    let mut aws: Vec<_> = names.into_iter().map(|name| (name, double.endpoint.clone())).collect();
    let keys = [("AWS_ACCESS_KEY_ID", "testing"), ("AWS_SECRET_ACCESS_KEY", "testing"), ("AWS_REGION", "us-east-1")];
    aws.extend(keys.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let engine_args = ["--template-bucket", "templates", "--cloudformation-poll", "50ms"].map(str::to_owned).to_vec();
    Setup { aws, engine_args, ..Setup::default() }
}

/// The file of each process in which it writes the points that it passes.
type Logs = [(Process, PathBuf); 2];

/// The files in which both write what they pass, and the variables that arm them.
fn environment(folder: &Path, kill: Option<&Kill>) -> (Logs, Vec<(String, String)>) {
    let logs = [Process::Engine, Process::Operator].map(|process| (process, folder.join(format!("{}.points", process.name()))));
    let mut env: Vec<_> = logs.iter().map(|(process, path)| (process.variable("_LOG"), path.display().to_string())).collect();
    if let Some(kill) = kill {
        env.push((kill.process.variable(""), format!("{}:{}", kill.point, kill.visit)));
    }
    (logs, env)
}

/// Starts again, unarmed, what has died; ends only with an error.
async fn keep_alive(engine: &mut Engine, operator: &mut Operator, deaths: &mut u32) -> Result<()> {
    loop {
        if engine.process().context("the engine was stopped")?.ended().is_some() {
            *deaths += 1;
            engine.launch(&[])?;
        }
        if operator.process().context("the operator was stopped")?.ended().is_some() {
            *deaths += 1;
            operator.launch(&[])?;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn count(logs: &Logs) -> BTreeMap<(Process, String), u32> {
    let mut counts = BTreeMap::new();
    for (process, path) in logs {
        for line in std::fs::read_to_string(path).unwrap_or_default().lines() {
            *counts.entry((*process, line.to_owned())).or_insert(0) += 1;
        }
    }
    counts
}

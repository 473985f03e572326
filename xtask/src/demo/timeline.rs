//! Follows one resource with `kubectl get --watch` and prints each change of its deployment status.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use proton_rig::Kubectl;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

/// One state of the resource, as the watch showed it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The deployment's status; empty before there is one.
    pub status: String,
    /// The last attempted deployment.
    pub deployment: String,
    /// The component's deployment whose outputs an instance uses; empty without one.
    pub component: String,
    ready: String,
    reason: String,
    generation: String,
    observed: String,
}

impl Moment {
    /// What kubectl is to print of a resource; a service has its deployments under `pipeline`.
    fn template(kind: &str) -> String {
        let target = if kind == "psvc" { ".status.pipeline" } else { ".status" };
        let ready = "{.status.conditions[?(@.type==\"Ready\")]";
        format!(
            "jsonpath={{{target}.deploymentStatus}}|{{{target}.lastAttemptedDeploymentId}}|\
             {{.status.usedDeployments.components[0]}}|{ready}.status}}|{ready}.reason}}|\
             {{.metadata.generation}}|{{.status.observedGeneration}}{{\"\\n\"}}"
        )
    }

    fn parse(line: &str) -> Self {
        let mut fields = line.split('|').map(str::to_owned);
        let mut next = || fields.next().unwrap_or_default();
        Self {
            status: next(),
            deployment: next(),
            component: next(),
            ready: next(),
            reason: next(),
            generation: next(),
            observed: next(),
        }
    }

    /// Whether the newest generation is deployed.
    pub fn settled(&self) -> bool {
        self.ready == "True" && self.generation == self.observed
    }

    /// Whether it would be printed like the other one. Before there is a deployment, the reason says what is waited for.
    fn looks_like(&self, other: &Self) -> bool {
        let same = self.status == other.status && self.deployment == other.deployment && self.ready == other.ready;
        same && (self.reason == other.reason || !self.status.is_empty())
    }
}

/// A running watch and what it has shown so far.
pub struct Timeline {
    name: String,
    started: Instant,
    lines: Lines<BufReader<ChildStdout>>,
    seen: Vec<Moment>,
    _watch: Child,
}

impl Timeline {
    /// Starts watching a resource of this kind (a short name).
    pub fn follow(kubectl: &Kubectl, kind: &str, name: &str) -> Result<Self> {
        let mut watch = kubectl.stream(&["get", kind, name, "--watch", "-o", &Moment::template(kind)])?;
        let out = watch.stdout.take().context("kubectl has no output")?;
        let lines = BufReader::new(out).lines();
        Ok(Self { name: name.to_owned(), started: Instant::now(), lines, seen: Vec::new(), _watch: watch })
    }

    /// Counts the time from this moment on, for several timelines that are shown together.
    #[must_use]
    pub fn since(mut self, started: Instant) -> Self {
        self.started = started;
        self
    }

    /// Prints changes until `done` holds for the newest moment.
    pub async fn until(&mut self, limit: Duration, done: impl Fn(&Moment) -> bool) -> Result<Moment> {
        let follow = async {
            while let Some(line) = self.lines.next_line().await? {
                let moment = Moment::parse(&line);
                self.show(&moment);
                if done(&moment) {
                    return Ok(moment);
                }
            }
            bail!("kubectl stopped watching {}", self.name)
        };
        tokio::time::timeout(limit, follow).await.with_context(|| format!("{} took longer than {limit:?}", self.name))?
    }

    /// The statuses it went through, each change once.
    pub fn statuses(&self) -> Vec<&str> {
        let mut all: Vec<_> = self.seen.iter().map(|moment| moment.status.as_str()).collect();
        all.dedup();
        all
    }

    fn show(&mut self, moment: &Moment) {
        if moment.ready.is_empty() || self.seen.last().is_some_and(|last| last.looks_like(moment)) {
            return;
        }
        let short = moment.deployment.split('-').next().unwrap_or_default();
        println!(
            "  {:>6.1} s  {:<16} {:<14} deployment {:<9} Ready={:<6} {}",
            self.started.elapsed().as_secs_f64(),
            self.name,
            moment.status,
            short,
            moment.ready,
            moment.reason
        );
        self.seen.push(moment.clone());
    }
}

//! Watches deployments in flight: one paged list per connection and interval, however many objects wait, and a pass only for
//! those whose remote side changed.

mod environments;
mod pipelines;
#[cfg(test)]
mod pipelines_tests;
mod services;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::dispatch::Dispatch;
use super::fence::Fence;
use super::key::Key;
use super::metrics::Metrics;
use super::queue::Lane;
use crate::proton::connection::{Connection, ConnectionKey};
use crate::proton::{DeploymentStatus, EnvironmentSummary, EnvironmentView, Proton, Result};

/// The longest interval that failures stretch polling to.
const LONGEST: Duration = Duration::from_secs(60);

/// What of a remote resource a waiting object has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its deployment status.
    pub status: DeploymentStatus,
    /// Its last attempted deployment.
    pub last_attempted: Option<String>,
}

impl Seen {
    /// Whether `now` is another state. A list that does not show the last attempted deployment says nothing about it.
    fn differs(&self, now: &Self) -> bool {
        self.status != now.status || now.last_attempted.is_some() && self.last_attempted != now.last_attempted
    }
}

impl From<&EnvironmentView> for Seen {
    fn from(view: &EnvironmentView) -> Self {
        Self { status: view.deployment_status.clone(), last_attempted: view.last_attempted_deployment_id.clone() }
    }
}

impl From<&EnvironmentSummary> for Seen {
    fn from(row: &EnvironmentSummary) -> Self {
        Self { status: row.deployment_status.clone(), last_attempted: row.last_attempted_deployment_id.clone() }
    }
}

/// A remote resource that is waited for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Awaited {
    /// An environment.
    Environment(String),
    /// A service, with its pipeline.
    Service(String),
    /// An instance of a service.
    Instance(String, String),
    /// A component.
    Component(String),
}

/// An object that waits.
#[derive(Clone, Debug)]
struct Waiting {
    key: Key,
    seen: Seen,
}

/// All that wait on one connection.
struct Group {
    proton: Arc<dyn Proton>,
    targets: HashMap<Awaited, Vec<Waiting>>,
    /// How many pages the whole list had last time; 1 before the first.
    pages: usize,
    failures: u32,
    /// Rounds to sit out after failures.
    pause: u32,
}

/// The objects that wait.
#[derive(Default)]
pub struct Poller {
    groups: Mutex<HashMap<ConnectionKey, Group>>,
}

impl Poller {
    /// `key` waits for a change of the environment `name` from what it has `seen`.
    pub fn wait_for_environment(&self, key: &Key, connection: &Connection, name: &str, seen: Seen) {
        self.wait_for(key, connection, Awaited::Environment(name.to_owned()), seen);
    }

    /// `key` waits for a change of `target` from what it has `seen`.
    pub fn wait_for(&self, key: &Key, connection: &Connection, target: Awaited, seen: Seen) {
        self.forget(key);
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let group = groups.entry(connection.key.clone()).or_insert_with(|| Group {
            proton: connection.proton.clone(),
            targets: HashMap::new(),
            pages: 1,
            failures: 0,
            pause: 0,
        });
        group.proton = connection.proton.clone();
        group.targets.entry(target).or_default().push(Waiting { key: key.clone(), seen });
    }

    /// `key` waits for nothing any more.
    pub fn forget(&self, key: &Key) {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        for group in groups.values_mut() {
            group.targets.values_mut().for_each(|waiting| waiting.retain(|one| one.key != *key));
            group.targets.retain(|_, waiting| !waiting.is_empty());
        }
        groups.retain(|_, group| !group.targets.is_empty());
    }

    /// How many objects wait.
    pub fn waiting(&self) -> usize {
        self.groups
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .flat_map(|group| group.targets.values())
            .map(Vec::len)
            .sum()
    }

    /// Polls every `interval` until `stop` is cancelled, as long as this replica may act.
    pub async fn run(
        &self,
        interval: Duration,
        fence: &dyn Fence,
        dispatch: &Dispatch,
        metrics: &Metrics,
        stop: &CancellationToken,
    ) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(interval) => {}
            }
            metrics.polled_objects.set(i64::try_from(self.waiting()).unwrap_or(i64::MAX));
            if fence.check().is_ok() {
                self.round(interval, dispatch).await;
            }
        }
    }

    /// One look at every connection, all at once.
    async fn round(&self, interval: Duration, dispatch: &Dispatch) {
        let looks = self.due().into_iter().map(|(key, look)| async move {
            let result = look.take().await;
            self.settle(&key, result, interval, dispatch);
        });
        futures::future::join_all(looks).await;
    }

    fn due(&self) -> Vec<(ConnectionKey, Look)> {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = Vec::new();
        for (key, group) in groups.iter_mut() {
            if group.pause > 0 {
                group.pause -= 1;
                continue;
            }
            let targets = group.targets.keys().cloned().collect();
            due.push((key.clone(), Look { proton: group.proton.clone(), targets, pages: group.pages }));
        }
        due
    }

    /// Queues the objects whose remote side is not as they saw it, each once: they wait anew after their pass.
    fn settle(&self, connection: &ConnectionKey, result: Result<Found>, interval: Duration, dispatch: &Dispatch) {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(group) = groups.get_mut(connection) else {
            return;
        };
        let found = match result {
            Ok(found) => found,
            Err(error) => {
                group.failures = group.failures.saturating_add(1);
                let longest = u32::try_from(LONGEST.as_millis() / interval.as_millis().max(1)).unwrap_or(1);
                group.pause = (1_u32 << group.failures.min(10)).min(longest.max(1));
                tracing::warn!(%connection, class = error.class.as_str(), "polling failed; it will be tried again later");
                return;
            }
        };
        group.failures = 0;
        group.pages = found.pages.unwrap_or(group.pages);
        for (target, waiting) in &mut group.targets {
            let now = found.states.get(target);
            let changed = |one: &mut Waiting| found.asked.contains(target) && now.is_none_or(|state| one.seen.differs(state));
            waiting.extract_if(.., changed).for_each(|one| dispatch.push(one.key, Lane::Background));
        }
        group.targets.retain(|_, waiting| !waiting.is_empty());
    }
}

/// What a look at one connection found.
struct Found {
    asked: HashSet<Awaited>,
    states: HashMap<Awaited, Seen>,
    pages: Option<usize>,
}

/// A look to be taken at one connection.
struct Look {
    proton: Arc<dyn Proton>,
    targets: HashSet<Awaited>,
    pages: usize,
}

impl Look {
    /// One list per kind that is waited for; for services, whose list does not show their pipelines, also the newest deployments.
    async fn take(self) -> Result<Found> {
        let Self { proton, targets, pages } = self;
        let names: HashSet<&str> = targets.iter().filter_map(environment).collect();
        let (mut states, pages) = environments::look(proton.as_ref(), &names, pages).await?;
        if targets.iter().any(|target| matches!(target, Awaited::Instance(..))) {
            states.extend(services::instances(proton.as_ref()).await?);
        }
        if targets.iter().any(|target| matches!(target, Awaited::Component(_))) {
            states.extend(services::components(proton.as_ref()).await?);
        }
        let names: HashSet<&str> = targets.iter().filter_map(service).collect();
        states.extend(pipelines::look(proton.as_ref(), &names).await?);
        Ok(Found { asked: targets, states, pages })
    }
}

fn environment(target: &Awaited) -> Option<&str> {
    if let Awaited::Environment(name) = target { Some(name) } else { None }
}

fn service(target: &Awaited) -> Option<&str> {
    if let Awaited::Service(name) = target { Some(name) } else { None }
}

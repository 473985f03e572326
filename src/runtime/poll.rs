//! Watches deployments in flight: one paged list per connection and interval, however many objects wait, and a pass only for
//! those whose remote side changed.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::dispatch::Dispatch;
use super::key::Key;
use super::metrics::Metrics;
use super::queue::Lane;
use crate::proton::connection::{Connection, ConnectionKey};
use crate::proton::error::optional;
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

/// An object that waits.
#[derive(Clone, Debug)]
struct Waiting {
    key: Key,
    seen: Seen,
}

/// All that wait on one connection.
struct Group {
    proton: Arc<dyn Proton>,
    environments: HashMap<String, Waiting>,
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
        self.forget(key);
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let group = groups.entry(connection.key.clone()).or_insert_with(|| Group {
            proton: connection.proton.clone(),
            environments: HashMap::new(),
            pages: 1,
            failures: 0,
            pause: 0,
        });
        group.proton = connection.proton.clone();
        group.environments.insert(name.to_owned(), Waiting { key: key.clone(), seen });
    }

    /// `key` waits for nothing any more.
    pub fn forget(&self, key: &Key) {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        groups.values_mut().for_each(|group| group.environments.retain(|_, waiting| waiting.key != *key));
        groups.retain(|_, group| !group.environments.is_empty());
    }

    /// How many objects wait.
    pub fn waiting(&self) -> usize {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner).values().map(|group| group.environments.len()).sum()
    }

    /// Polls every `interval` until `stop` is cancelled.
    pub async fn run(&self, interval: Duration, dispatch: &Dispatch, metrics: &Metrics, stop: &CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(interval) => {}
            }
            metrics.polled_objects.set(i64::try_from(self.waiting()).unwrap_or(i64::MAX));
            self.round(interval, dispatch).await;
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
            let names = group.environments.keys().cloned().collect();
            due.push((key.clone(), Look { proton: group.proton.clone(), names, pages: group.pages }));
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
        let changed = |name: &String, waiting: &mut Waiting| {
            found.asked.contains(name) && found.states.get(name).is_none_or(|state| *state != waiting.seen)
        };
        for (_, waiting) in group.environments.extract_if(changed) {
            dispatch.push(waiting.key, Lane::Background);
        }
    }
}

/// What a look at one connection found.
struct Found {
    asked: HashSet<String>,
    states: HashMap<String, Seen>,
    pages: Option<usize>,
}

/// A look to be taken at one connection.
struct Look {
    proton: Arc<dyn Proton>,
    names: HashSet<String>,
    pages: usize,
}

impl Look {
    /// Lists, unless fewer calls do: a single waiting environment among thousands is asked for by name.
    async fn take(self) -> Result<Found> {
        if self.names.len() < self.pages { self.one_by_one().await } else { self.list().await }
    }

    async fn one_by_one(self) -> Result<Found> {
        let mut states = HashMap::new();
        for name in &self.names {
            if let Some(view) = optional(self.proton.get_environment(name).await)? {
                states.insert(name.clone(), Seen::from(&view));
            }
        }
        Ok(Found { asked: self.names, states, pages: None })
    }

    async fn list(self) -> Result<Found> {
        let (mut states, mut token, mut pages) = (HashMap::new(), None::<String>, 0);
        loop {
            let page = self.proton.list_environments(token.as_deref()).await?;
            pages += 1;
            let rows = page.items.iter().filter(|row| self.names.contains(&row.name));
            states.extend(rows.map(|row| (row.name.clone(), Seen::from(row))));
            token = page.next_token;
            if token.is_none() {
                return Ok(Found { asked: self.names, states, pages: Some(pages) });
            }
            if states.len() == self.names.len() {
                return Ok(Found { asked: self.names, states, pages: Some(pages.max(self.pages)) });
            }
        }
    }
}

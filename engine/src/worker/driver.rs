//! The loop that claims due rows and has them performed.

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use super::back_off::back_off;
use super::commit::commit;
use super::performer::{Performer, Trouble};
use crate::ambient::Clock;
use crate::domain::effect::EffectKind;
use crate::store::{Effect, Store, StoreError};

/// Steps that are made at the same time.
const CONCURRENCY: usize = 64;
/// The longest the loop sleeps; a clock that was set back costs no more than this.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// The pause after the store failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// Claims due effects and performs them. Clones share everything.
#[derive(Clone)]
pub struct Worker {
    store: Store,
    clock: Arc<dyn Clock>,
    performers: HashMap<EffectKind, Arc<dyn Performer>>,
    concurrency: usize,
}

/// A worker that was started.
#[derive(Debug)]
pub struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// Claims nothing more, and waits until the steps that are being made have ended and are recorded.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the worker ended badly");
        }
    }
}

/// The steps that are being made.
#[derive(Default)]
struct InFlight {
    tasks: JoinSet<i64>,
    ids: HashSet<i64>,
}

impl Worker {
    /// A worker without performers.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, performers: HashMap::new(), concurrency: CONCURRENCY }
    }

    /// Adds what performs one kind of effect.
    #[must_use]
    pub fn with(mut self, kind: EffectKind, performer: Arc<dyn Performer>) -> Self {
        self.performers.insert(kind, performer);
        self
    }

    /// Runs in a task of its own until it is stopped.
    pub fn start(self) -> Running {
        let stop = CancellationToken::new();
        let task = tokio::spawn(self.run(stop.clone()));
        Running { stop, task }
    }

    /// Performs each effect that is due now once, in the order of the outbox, one after the other. For simulations and
    /// tests, which thereby decide what happens when. Gives how many there were.
    pub async fn run_due(&self) -> Result<usize, StoreError> {
        let due = self.store.read().await?.due_effects(self.clock.now(), i64::MAX).await?;
        let count = due.len();
        for effect in due {
            self.clone().perform(effect).await;
        }
        Ok(count)
    }

    async fn run(self, stop: CancellationToken) {
        let mut flights = InFlight::default();
        while !stop.is_cancelled() {
            let sleep = match self.claim(&mut flights).await {
                Ok(sleep) => sleep,
                Err(error) => {
                    tracing::error!(%error, "the outbox cannot be read");
                    STORE_PAUSE
                }
            };
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.store.woken() => {}
                () = tokio::time::sleep(sleep) => {}
                Some(done) = flights.tasks.join_next() => flights.landed(done),
            }
        }
        while let Some(done) = flights.tasks.join_next().await {
            flights.landed(done);
        }
    }

    /// Starts what is due and not in flight, as far as there is room. Gives how long to sleep at most.
    async fn claim(&self, flights: &mut InFlight) -> Result<Duration, StoreError> {
        let now = self.clock.now();
        let mut reader = self.store.read().await?;
        let due = reader.due_effects(now, i64::try_from(self.concurrency * 2).unwrap_or(i64::MAX)).await?;
        let next = reader.next_due_at(now).await?;
        drop(reader);
        for effect in due {
            if flights.ids.len() < self.concurrency && flights.ids.insert(effect.id) {
                flights.tasks.spawn(self.clone().perform(effect));
            }
        }
        let sleep = next.map_or(LONGEST_SLEEP, |next| Duration::try_from(next.duration_since(now)).unwrap_or_default());
        Ok(sleep.clamp(Duration::from_millis(1), LONGEST_SLEEP))
    }

    /// Performs one step. What goes wrong in it, a panic included, ends here.
    async fn perform(self, effect: Effect) -> i64 {
        let result = match self.performers.get(&effect.kind) {
            Some(performer) => AssertUnwindSafe(performer.perform(&effect)).catch_unwind().await,
            None => Ok(Err(Trouble::Internal(format!("nothing performs effects of kind {}", effect.kind.name())))),
        };
        let trouble = match result {
            Ok(Ok(())) => return effect.id,
            Ok(Err(trouble)) => trouble.to_string(),
            Err(_) => "a panic; its text is above in the log".to_owned(),
        };
        tracing::error!(
            kind = effect.kind.name(),
            key = effect.key,
            attempts = effect.attempts,
            cause = trouble,
            "a step came to nothing and will be made again"
        );
        self.postpone(&effect).await;
        effect.id
    }

    async fn postpone(&self, effect: &Effect) {
        if let Err(error) = self.try_postpone(effect).await {
            tracing::error!(%error, kind = effect.kind.name(), key = effect.key, "the delay of a step cannot be recorded");
            // The row is still due: hold its place, so that it does not come back at once.
            tokio::time::sleep(STORE_PAUSE).await;
        }
    }

    async fn try_postpone(&self, effect: &Effect) -> Result<(), StoreError> {
        let attempts = effect.attempts.saturating_add(1);
        let due_at = self.clock.now().saturating_add(back_off(attempts, effect.id)).unwrap_or(effect.due_at);
        let mut writer = self.store.write().await?;
        writer.back_off(effect.id, attempts, due_at).await?;
        commit(writer).await
    }
}

impl InFlight {
    fn landed(&mut self, done: Result<i64, tokio::task::JoinError>) {
        match done {
            Ok(id) => drop(self.ids.remove(&id)),
            // Panics are caught in the task, so this is the runtime shutting down.
            Err(error) => tracing::error!(%error, "a step was ended by the runtime"),
        }
    }
}

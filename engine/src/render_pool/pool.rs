//! The children that are kept warm, and who gets one.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use super::child::Child;
use super::message;
use super::renderer::{Renderer, Rendering, RenderingError};
use super::verdict::{Attempt, Exchange, Next, decide};
use crate::render::Limits;

/// A child that rendered nothing for this long is let go, and its memory with it.
const IDLE: Duration = Duration::from_secs(60);

/// How a pool works.
#[derive(Clone, Debug)]
pub struct PoolSettings {
    /// The program that has the command `render-worker`.
    pub program: PathBuf,
    /// Most children at the same time.
    pub children: NonZeroUsize,
    /// How long one rendering may take.
    pub deadline: Duration,
    /// What one rendering may cost.
    pub limits: Limits,
    /// A child is replaced after so many renderings, so that what it may have lost does not add up.
    pub renderings_per_child: u32,
}

impl Default for PoolSettings {
    /// This very program; as many children as processors, but two to four, so that one template that takes long does not hold
    /// up all others; ten seconds.
    fn default() -> Self {
        let processors = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self {
            program: this_program(),
            children: processors.clamp(NonZeroUsize::MIN.saturating_add(1), NonZeroUsize::MIN.saturating_add(3)),
            deadline: Duration::from_secs(10),
            limits: Limits::default(),
            renderings_per_child: 10_000,
        }
    }
}

/// On Linux the file that runs, also when another one has meanwhile been installed in its place.
fn this_program() -> PathBuf {
    let running = PathBuf::from("/proc/self/exe");
    if cfg!(target_os = "linux") && running.exists() { running } else { std::env::current_exe().unwrap_or(running) }
}

/// Renders in child processes. Children are started when they are first needed.
pub struct RenderPool {
    settings: PoolSettings,
    places: Semaphore,
    resting: Arc<Mutex<Resting>>,
}

/// The children that wait for work; the last one to come is the first to go.
#[derive(Default)]
struct Resting {
    children: Vec<(Instant, Child)>,
    watched: bool,
}

impl RenderPool {
    /// A pool without children yet.
    pub fn new(settings: PoolSettings) -> Self {
        let places = Semaphore::new(settings.children.get());
        Self { settings, places, resting: Arc::default() }
    }

    async fn exchange(&self, attempt: Attempt, request: &[u8]) -> Exchange {
        let rested = if attempt == Attempt::First { lock(&self.resting).children.pop() } else { None };
        let child = match rested {
            Some((_, child)) => Ok(child),
            None => Child::start(&self.settings.program),
        };
        let child = match child {
            Ok(child) => child,
            Err(error) => return Exchange::NotStarted(format!("{}: {error}", self.settings.program.display())),
        };
        let (exchange, child) = child.exchange(request, self.settings.deadline).await;
        if let Some(child) = child.filter(|child| child.renderings() < self.settings.renderings_per_child) {
            self.rest(child);
        }
        exchange
    }

    fn rest(&self, child: Child) {
        let mut resting = lock(&self.resting);
        resting.children.push((Instant::now(), child));
        if !std::mem::replace(&mut resting.watched, true) {
            tokio::spawn(let_go(Arc::downgrade(&self.resting)));
        }
    }
}

#[async_trait::async_trait]
impl Renderer for RenderPool {
    async fn render(&self, rendering: Rendering) -> Result<String, RenderingError> {
        let file = rendering.file.as_str();
        let request = message::request(&rendering, &self.settings.limits);
        let request = request.map_err(|error| RenderingError::Template(format!("{file}: {error}; make it shorter")))?;
        // The semaphore is never closed, so without a permit there is only no limit.
        let _place = self.places.acquire().await.ok();
        let mut attempt = Attempt::First;
        loop {
            let exchange = self.exchange(attempt, &request).await;
            if let Exchange::Ended(ending) = &exchange {
                tracing::warn!(file, ending, "a process that rendered ended");
            }
            match decide(attempt, exchange, file, self.settings.deadline) {
                Next::Done(result) => return result,
                Next::Again => attempt = Attempt::Repeated,
            }
        }
    }
}

fn lock(resting: &Mutex<Resting>) -> MutexGuard<'_, Resting> {
    resting.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends the children that have rested long enough, until there are none or the pool is gone.
async fn let_go(resting: Weak<Mutex<Resting>>) {
    loop {
        tokio::time::sleep(IDLE).await;
        let Some(resting) = resting.upgrade() else {
            return;
        };
        let mut resting = lock(&resting);
        resting.children.retain(|(since, _)| since.elapsed() < IDLE);
        if resting.children.is_empty() {
            resting.watched = false;
            return;
        }
    }
}

//! Takes keys out of the queue and runs their passes: at most `concurrency` at a time, each bounded in time, and none able to
//! take the process down with it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt as _;
use futures::future::join_all;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::dispatch::{Dispatch, Ending};
use super::key::Key;
use super::metrics::Metrics;

/// The longest that a pass may take. Longer than a few calls that all time out; a pass cut off is repeated from what was recorded.
pub const PASS_TIMEOUT: Duration = Duration::from_secs(90);

/// What reconciles one object.
#[async_trait]
pub trait Reconcile: Send + Sync {
    /// One pass. It reports its own errors and says when to look again.
    async fn pass(&self, key: &Key) -> Ending;
}

/// Works until `stop` is cancelled and the passes under way have ended.
pub async fn run(
    concurrency: usize,
    dispatch: Arc<Dispatch>,
    reconcile: Arc<dyn Reconcile>,
    metrics: Metrics,
    stop: CancellationToken,
) {
    let workers = (0..concurrency.max(1)).map(|_| {
        let (dispatch, reconcile, metrics, stop) = (dispatch.clone(), reconcile.clone(), metrics.clone(), stop.clone());
        tokio::spawn(async move { work(&dispatch, reconcile.as_ref(), &metrics, &stop).await })
    });
    let workers: Vec<_> = workers.collect();
    join_all(workers).await;
}

async fn work(dispatch: &Dispatch, reconcile: &dyn Reconcile, metrics: &Metrics, stop: &CancellationToken) {
    while let Some(taken) = dispatch.next(stop).await {
        let started = Instant::now();
        let ending = one(reconcile, &taken.key).await;
        let result = match ending {
            Ending::Idle => "success",
            Ending::After(_) => "requeue_after",
            Ending::Failed => "error",
        };
        metrics.passed(taken.key.kind.as_str(), result, started.elapsed());
        dispatch.done(&taken.key, ending);
    }
}

/// One pass, with whatever goes wrong in it turned into an ending.
async fn one(reconcile: &dyn Reconcile, key: &Key) -> Ending {
    let pass = AssertUnwindSafe(reconcile.pass(key)).catch_unwind();
    match tokio::time::timeout(PASS_TIMEOUT, pass).await {
        Ok(Ok(ending)) => ending,
        Ok(Err(_)) => {
            tracing::error!(
                kind = key.kind.as_str(),
                namespace = key.namespace,
                name = key.name,
                "a pass panicked; it will be tried again"
            );
            Ending::Failed
        }
        Err(_) => {
            let seconds = PASS_TIMEOUT.as_secs();
            tracing::warn!(
                kind = key.kind.as_str(),
                namespace = key.namespace,
                name = key.name,
                seconds,
                "a pass took too long and was cut off"
            );
            Ending::Failed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::queue::Lane;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    #[derive(Default)]
    struct Probe {
        now: AtomicUsize,
        most: AtomicUsize,
        good: AtomicUsize,
    }

    #[async_trait]
    impl Reconcile for Probe {
        async fn pass(&self, key: &Key) -> Ending {
            let now = self.now.fetch_add(1, SeqCst) + 1;
            self.most.fetch_max(now, SeqCst);
            tokio::time::sleep(Duration::from_millis(10)).await;
            self.now.fetch_sub(1, SeqCst);
            assert_ne!(key.name, "panics");
            if key.name == "hangs" {
                std::future::pending::<()>().await;
            }
            self.good.fetch_add(1, SeqCst);
            Ending::Idle
        }
    }

    #[tokio::test(start_paused = true)]
    async fn bounded_and_isolated_from_panics_and_hangs() {
        let (probe, stop) = (Arc::new(Probe::default()), CancellationToken::new());
        let dispatch = Arc::new(Dispatch::new(Metrics::default()));
        for name in ["panics", "hangs"].into_iter().map(str::to_owned).chain((0..20).map(|n| n.to_string())) {
            dispatch.push(Key::environment("team", name), Lane::User);
        }
        let running = tokio::spawn(run(3, dispatch.clone(), probe.clone(), Metrics::default(), stop.clone()));
        tokio::time::sleep(PASS_TIMEOUT + Duration::from_millis(500)).await;
        stop.cancel();
        tokio::time::sleep(PASS_TIMEOUT * 2).await;
        running.await.unwrap();
        assert_eq!(probe.good.load(SeqCst), 20);
        assert_eq!(probe.most.load(SeqCst), 3);
    }
}

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
use super::fence::Fence;
use super::key::Key;
use super::metrics::Metrics;
use super::queue::Taken;

/// The longest that a pass may take. Longer than a few calls that all time out; a pass cut off is repeated from what was recorded.
pub const PASS_TIMEOUT: Duration = Duration::from_secs(90);

/// What reconciles one object.
#[async_trait]
pub trait Reconcile: Send + Sync {
    /// One pass. It reports its own errors and says when to look again.
    async fn pass(&self, key: &Key) -> Ending;
}

/// What every worker has.
#[derive(Clone)]
pub struct Shop {
    /// Where keys come from.
    pub dispatch: Arc<Dispatch>,
    /// What is done with one.
    pub reconcile: Arc<dyn Reconcile>,
    /// Whether anything may be done: a replica that waits for the lease takes no keys.
    pub fence: Arc<dyn Fence>,
    /// Counts passes.
    pub metrics: Metrics,
}

/// When a key that was taken just as the lease was lost is looked at again.
const FENCED: Duration = Duration::from_secs(1);

/// Works until `stop` is cancelled and the passes under way have ended.
pub async fn run(concurrency: usize, shop: Shop, stop: CancellationToken) {
    let workers = (0..concurrency.max(1)).map(|_| {
        let (shop, stop) = (shop.clone(), stop.clone());
        tokio::spawn(async move { work(&shop, &stop).await })
    });
    let workers: Vec<_> = workers.collect();
    join_all(workers).await;
}

/// The next key, once this replica may act.
async fn next(shop: &Shop, stop: &CancellationToken) -> Option<Taken> {
    loop {
        tokio::select! {
            () = shop.fence.granted() => {}
            () = stop.cancelled() => return None,
        }
        let taken = shop.dispatch.next(stop).await?;
        if shop.fence.check().is_ok() {
            return Some(taken);
        }
        shop.dispatch.done(&taken.key, Ending::After(FENCED));
    }
}

async fn work(shop: &Shop, stop: &CancellationToken) {
    let Shop { dispatch, reconcile, metrics, .. } = shop;
    while let Some(taken) = next(shop, stop).await {
        let started = Instant::now();
        let ending = one(reconcile.as_ref(), &taken.key).await;
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
    use crate::runtime::fence::{NotLeader, Unfenced};
    use crate::runtime::queue::Lane;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use tokio::sync::Notify;

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

    fn shop(dispatch: &Arc<Dispatch>, probe: &Arc<Probe>, fence: Arc<dyn Fence>) -> Shop {
        Shop { dispatch: dispatch.clone(), reconcile: probe.clone(), fence, metrics: Metrics::default() }
    }

    /// Granted from the start, and lost before the first check.
    struct Lost(Notify);

    #[async_trait]
    impl Fence for Lost {
        fn check(&self) -> Result<(), NotLeader> {
            Err(NotLeader)
        }

        async fn granted(&self) {
            self.0.notified().await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_the_lease_no_key_is_worked_on_and_none_is_lost() {
        let (probe, stop) = (Arc::new(Probe::default()), CancellationToken::new());
        let (dispatch, lost) = (Arc::new(Dispatch::new(Metrics::default())), Arc::new(Lost(Notify::new())));
        dispatch.push(Key::environment("team", "a"), Lane::User);
        lost.0.notify_one();
        let running = tokio::spawn(run(1, shop(&dispatch, &probe, lost), stop.clone()));
        tokio::time::sleep(Duration::from_secs(5)).await;
        stop.cancel();
        running.await.unwrap();
        assert_eq!(probe.good.load(SeqCst), 0);
        assert_eq!(dispatch.next(&CancellationToken::new()).await.unwrap().key.name, "a");
    }

    #[tokio::test(start_paused = true)]
    async fn bounded_and_isolated_from_panics_and_hangs() {
        let (probe, stop) = (Arc::new(Probe::default()), CancellationToken::new());
        let dispatch = Arc::new(Dispatch::new(Metrics::default()));
        for name in ["panics", "hangs"].into_iter().map(str::to_owned).chain((0..20).map(|n| n.to_string())) {
            dispatch.push(Key::environment("team", name), Lane::User);
        }
        let running = tokio::spawn(run(3, shop(&dispatch, &probe, Arc::new(Unfenced)), stop.clone()));
        tokio::time::sleep(PASS_TIMEOUT + Duration::from_millis(500)).await;
        stop.cancel();
        tokio::time::sleep(PASS_TIMEOUT * 2).await;
        running.await.unwrap();
        assert_eq!(probe.good.load(SeqCst), 20);
        assert_eq!(probe.most.load(SeqCst), 3);
    }
}

//! The queue shared between tasks: pushes wake a worker, and a delayed key wakes one when it falls due.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::key::Key;
use super::metrics::Metrics;
use super::queue::{Backoff, Lane, Queue, Taken};

/// What a worker has to say about the pass that it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nothing more to do until something changes.
    Idle,
    /// Look again after this time.
    After(Duration),
    /// The pass failed: look again after the key's back-off.
    Failed,
}

/// The shared queue.
#[derive(Debug)]
pub struct Dispatch {
    origin: Instant,
    inner: Mutex<Inner>,
    wake: Notify,
    metrics: Metrics,
}

#[derive(Debug, Default)]
struct Inner {
    queue: Queue,
    backoff: Backoff,
}

impl Dispatch {
    /// An empty queue.
    pub fn new(metrics: Metrics) -> Self {
        Self { origin: Instant::now(), inner: Mutex::default(), wake: Notify::new(), metrics }
    }

    /// Wants a pass as soon as possible.
    pub fn push(&self, key: Key, lane: Lane) {
        let now = self.origin.elapsed();
        if self.change(|inner| inner.queue.push(key, lane, now)) {
            self.metrics.queue_adds.inc();
        }
        self.wake.notify_one();
    }

    /// Wants a pass after `delay`.
    pub fn push_after(&self, key: Key, delay: Duration) {
        let at = self.origin.elapsed() + delay;
        self.change(|inner| inner.queue.push_after(key, at));
        self.wake.notify_one();
    }

    /// Waits for the next key; `None` once `stop` is cancelled.
    pub async fn next(&self, stop: &CancellationToken) -> Option<Taken> {
        loop {
            if stop.is_cancelled() {
                return None;
            }
            let now = self.origin.elapsed();
            let (taken, due) = self.change(|inner| (inner.queue.pop(now), inner.queue.next_due()));
            if let Some(taken) = taken {
                // Another worker may sleep although more keys wait: notifications are not counted.
                self.wake.notify_one();
                self.metrics.queue_wait.observe(taken.waited.as_secs_f64());
                return Some(taken);
            }
            let until_due = due.map_or(Duration::from_secs(3600), |due| due.saturating_sub(now));
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(until_due) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Ends the run of a key.
    pub fn done(&self, key: &Key, ending: Ending) {
        let now = self.origin.elapsed();
        self.change(|inner| {
            match ending {
                Ending::Failed => {
                    let wait = inner.backoff.failed(key);
                    inner.queue.push_after(key.clone(), now + wait);
                }
                Ending::After(delay) => {
                    inner.backoff.succeeded(key);
                    inner.queue.push_after(key.clone(), now + delay);
                }
                Ending::Idle => inner.backoff.succeeded(key),
            }
            inner.queue.done(key, now);
        });
        if ending == Ending::Failed {
            self.metrics.queue_retries.inc();
        }
        self.wake.notify_one();
    }

    fn change<T>(&self, f: impl FnOnce(&mut Inner) -> T) -> T {
        let mut inner: MutexGuard<'_, Inner> = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let result = f(&mut inner);
        self.metrics.set_depths(inner.queue.waiting(Lane::User), inner.queue.waiting(Lane::Background), inner.queue.running());
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        Key::environment("team", name)
    }

    #[tokio::test(start_paused = true)]
    async fn a_delayed_key_comes_when_it_is_due() {
        let (dispatch, stop) = (Dispatch::new(Metrics::default()), CancellationToken::new());
        dispatch.push_after(key("later"), Duration::from_secs(60));
        let started = Instant::now();
        let taken = dispatch.next(&stop).await.unwrap();
        assert_eq!(taken.key, key("later"));
        assert_eq!(started.elapsed().as_secs(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn failures_wait_longer_each_time_and_success_forgets_them() {
        let (dispatch, stop) = (Dispatch::new(Metrics::default()), CancellationToken::new());
        dispatch.push(key("x"), Lane::User);
        let mut waits = Vec::new();
        for _ in 0..4 {
            let started = Instant::now();
            dispatch.next(&stop).await.unwrap();
            waits.push(started.elapsed());
            dispatch.done(&key("x"), Ending::Failed);
        }
        assert!(waits.is_sorted() && waits[3] > Duration::from_secs(3), "{waits:?}");
    }

    #[tokio::test]
    async fn every_sleeping_worker_gets_a_key() {
        let (dispatch, stop) = (std::sync::Arc::new(Dispatch::new(Metrics::default())), CancellationToken::new());
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let (dispatch, stop) = (dispatch.clone(), stop.clone());
                tokio::spawn(async move { dispatch.next(&stop).await.map(|taken| taken.key) })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(20)).await;
        for n in 0..4 {
            dispatch.push(key(&n.to_string()), Lane::Background);
        }
        for worker in workers {
            let got = tokio::time::timeout(Duration::from_secs(5), worker).await;
            assert!(got.unwrap().unwrap().is_some());
        }
    }

    #[tokio::test]
    async fn a_stopped_queue_gives_nothing() {
        let (dispatch, stop) = (Dispatch::new(Metrics::default()), CancellationToken::new());
        dispatch.push(key("x"), Lane::User);
        stop.cancel();
        assert_eq!(dispatch.next(&stop).await, None);
    }
}

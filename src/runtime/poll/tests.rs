//! How many calls polling makes, and whom it wakes.

use super::*;
use crate::proton::memory::MemoryProton;
use crate::runtime::metrics::Metrics;

pub(super) fn key(n: usize) -> Key {
    Key::environment("team", n.to_string())
}

pub(super) fn own(proton: &Arc<MemoryProton>) -> Connection {
    Connection { key: ConnectionKey::Own, proton: proton.clone() }
}

fn running() -> Seen {
    Seen { status: DeploymentStatus::InProgress, last_attempted: Some("d-1".into()) }
}

/// `total` environments that deploy, of which the first `waiting` are waited for.
fn setup(total: usize, waiting: usize) -> (Arc<MemoryProton>, Poller, Dispatch) {
    let (proton, poller) = (Arc::new(MemoryProton::default()), Poller::default());
    for n in 0..total {
        proton.place(&format!("env-{n:05}"), DeploymentStatus::InProgress, "d-1");
    }
    for n in 0..waiting {
        poller.wait_for_environment(&key(n), &own(&proton), &format!("env-{n:05}"), running());
    }
    (proton, poller, Dispatch::new(Metrics::default()))
}

pub(super) async fn woken(dispatch: &Dispatch) -> Vec<Key> {
    let (stop, mut woken) = (CancellationToken::new(), Vec::new());
    while let Ok(Some(taken)) = tokio::time::timeout(Duration::from_millis(5), dispatch.next(&stop)).await {
        woken.push(taken.key);
    }
    woken
}

#[tokio::test(start_paused = true)]
async fn one_page_serves_a_hundred_and_only_the_changed_wake() {
    let (proton, poller, dispatch) = setup(100, 100);
    poller.round(Duration::from_secs(2), &dispatch).await;
    assert_eq!(proton.calls(), ["ListEnvironments"]);
    assert_eq!(woken(&dispatch).await, []);
    proton.place("env-00007", DeploymentStatus::Succeeded, "d-1");
    proton.remove("env-00008");
    poller.round(Duration::from_secs(2), &dispatch).await;
    let mut names = woken(&dispatch).await;
    names.sort();
    assert_eq!(names, [key(7), key(8)]);
    assert_eq!(poller.waiting(), 98, "woken objects wait no more until their pass says so");
}

#[tokio::test(start_paused = true)]
async fn a_few_among_thousands_are_asked_for_by_name() {
    let (proton, poller, dispatch) = setup(1000, 2);
    proton.place("env-00999", DeploymentStatus::InProgress, "d-1");
    poller.wait_for_environment(&key(999), &own(&proton), "env-00999", running());
    poller.round(Duration::from_secs(2), &dispatch).await;
    assert_eq!(proton.calls().len(), 10);
    poller.round(Duration::from_secs(2), &dispatch).await;
    assert_eq!(proton.calls().iter().filter(|call| **call == "GetEnvironment").count(), 3);
}

#[tokio::test(start_paused = true)]
async fn failures_stretch_the_interval_and_nobody_is_forgotten() {
    let (proton, poller, dispatch) = setup(3, 3);
    proton.fail_next("ListEnvironments", crate::proton::ErrorClass::Throttled);
    proton.place("env-00001", DeploymentStatus::Failed, "d-1");
    for _ in 0..4 {
        poller.round(Duration::from_secs(2), &dispatch).await;
    }
    assert_eq!(proton.calls().len(), 2, "two rounds are sat out");
    assert_eq!(woken(&dispatch).await, [key(1)]);
}

#[tokio::test(start_paused = true)]
async fn who_is_forgotten_is_not_polled_for() {
    let (proton, poller, dispatch) = setup(1, 1);
    poller.forget(&key(0));
    poller.round(Duration::from_secs(2), &dispatch).await;
    assert!(proton.calls().is_empty());
}

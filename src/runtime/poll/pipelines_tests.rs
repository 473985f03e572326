//! How many calls waiting for pipelines makes, and whom it wakes.

use std::sync::Arc;
use std::time::Duration;

use super::tests::{key, own, woken};
use super::*;
use crate::proton::memory::MemoryProton;
use crate::runtime::metrics::Metrics;

const ROUND: Duration = Duration::from_secs(2);

/// So many services, for each of whose pipelines an object waits.
fn setup(services: usize) -> (Arc<MemoryProton>, Poller, Dispatch) {
    let (proton, poller) = (Arc::new(MemoryProton::default()), Poller::default());
    for n in 0..services {
        let id = proton.place_service(&name(n));
        let seen = Seen { status: DeploymentStatus::InProgress, last_attempted: Some(id) };
        poller.wait_for(&key(n), &own(&proton), Awaited::Service(name(n)), seen);
    }
    (proton, poller, Dispatch::new(Metrics::default()))
}

fn name(n: usize) -> String {
    format!("service-{n:03}")
}

/// Calls of one round for so many pipelines in flight.
async fn calls(services: usize) -> Vec<&'static str> {
    let (proton, poller, dispatch) = setup(services);
    poller.round(ROUND, &dispatch).await;
    assert_eq!(woken(&dispatch).await, []);
    proton.calls()
}

#[tokio::test(start_paused = true)]
async fn two_calls_serve_a_hundred_pipelines() {
    assert_eq!(calls(1).await, ["GetService"]);
    assert_eq!(calls(2).await, ["GetService"; 2]);
    for services in [3, 50, 100] {
        assert_eq!(calls(services).await, ["ListServices", "ListDeployments"], "{services} calls if each is asked for");
    }
    assert_eq!(calls(250).await.len(), 6, "a page serves a hundred");
}

#[tokio::test(start_paused = true)]
async fn only_those_whose_state_changed_wake() {
    let (proton, poller, dispatch) = setup(5);
    proton.alter_service(&name(1), |view| view.status = "UPDATE_IN_PROGRESS".into());
    proton.alter_service(&name(2), |view| view.status = "DELETE_IN_PROGRESS".into());
    proton.remove_service(&name(3));
    proton.redeploy_pipeline(&name(4));
    poller.round(ROUND, &dispatch).await;
    let mut names = woken(&dispatch).await;
    names.sort();
    assert_eq!(names, [key(2), key(3), key(4)], "a service that changes as a whole is in progress like its pipeline");
    proton.finish_all();
    poller.round(ROUND, &dispatch).await;
    let mut names = woken(&dispatch).await;
    names.sort();
    assert_eq!(names, [key(0), key(1)]);
}

#[tokio::test(start_paused = true)]
async fn pipelines_far_down_the_list_are_asked_for_when_that_is_cheaper() {
    let (proton, poller, dispatch) = setup(3);
    for n in 10..1000 {
        proton.place_service(&name(n));
    }
    poller.round(ROUND, &dispatch).await;
    let calls = proton.calls();
    let count = |name: &str| calls.iter().filter(|call| **call == name).count();
    assert_eq!((count("ListDeployments"), count("GetService")), (3, 3), "{calls:?}");
    assert_eq!(woken(&dispatch).await, []);
}

#[tokio::test(start_paused = true)]
async fn a_service_at_rest_without_a_listed_pipeline_is_asked_for() {
    let (proton, poller, dispatch) = setup(4);
    for n in 0..4 {
        proton.alter_service(&name(n), |view| view.pipeline = None);
    }
    proton.forget_deployments();
    poller.round(ROUND, &dispatch).await;
    assert_eq!(proton.calls(), ["ListServices", "ListDeployments", "GetService", "GetService", "GetService", "GetService"]);
    assert_eq!(woken(&dispatch).await.len(), 4, "they have no pipeline and are done");
}

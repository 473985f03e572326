//! Starting the double, and what tests ask of it.

use std::sync::{MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::behaviour::Behaviour;
use super::call::Call;
use super::router::{Shared, handle};
use super::stack::StackView;
use super::world::World;
use crate::moto::test_keys;

/// A running double. It stops when it is dropped.
pub struct Double {
    /// Its endpoint: for `AWS_ENDPOINT_URL_CLOUDFORMATION`, `AWS_ENDPOINT_URL_STS` and `AWS_ENDPOINT_URL_S3`.
    pub endpoint: String,
    world: Shared,
    _stop: oneshot::Sender<()>,
}

impl Double {
    /// Starts a double on a free port of this machine, on a thread of its own.
    ///
    /// # Errors
    /// The port or the thread can't be had.
    pub async fn start() -> anyhow::Result<Self> {
        let world = Shared::default();
        let (stop, stopped) = oneshot::channel();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").context("a port for the CloudFormation double")?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let router = Router::new().fallback(handle).with_state(world.clone());
        std::thread::Builder::new().name("cloudformation-double".to_owned()).spawn(move || {
            runtime.block_on(serve(listener, router, stopped));
        })?;
        Ok(Self { endpoint, world, _stop: stop })
    }

    /// The variables that send CloudFormation, S3 and STS calls here.
    pub fn env(&self) -> Vec<(String, String)> {
        let services = ["CLOUDFORMATION", "S3", "STS"];
        let endpoints = services.map(|service| (format!("AWS_ENDPOINT_URL_{service}"), self.endpoint.clone()));
        endpoints.into_iter().chain(test_keys()).collect()
    }

    /// Sets how stacks behave whose name matches a glob (for `AssumeRole` a role's ARN, for S3 `/bucket/key`). The
    /// latest that matches decides; running operations keep what they began with.
    pub fn set_behaviour(&self, names: &str, behaviour: Behaviour) {
        self.world().behaviours.push((names.to_owned(), behaviour));
    }

    /// Makes pages of events small, so that paging is tested.
    pub fn set_event_page(&self, size: usize) {
        self.world().page = size;
    }

    /// All calls so far, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.world().calls.clone()
    }

    /// The calls of an action on a stack that had their effect.
    pub fn effects(&self, action: &str, stack: &str) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.action == action && call.stack == stack && call.succeeded());
        calls
    }

    /// All stacks, also deleted ones, in the order of their creation.
    pub fn stacks(&self) -> Vec<StackView> {
        let world = self.world();
        let view = |stack: &super::stack::Stack| StackView {
            name: stack.name.clone(),
            arn: stack.arn.clone(),
            status: stack.status.to_owned(),
            template: stack.template.body.clone(),
            tags: stack.tags.clone(),
            change_sets: stack.change_sets.len(),
        };
        world.stacks.iter().map(view).collect()
    }

    /// The live stack of a name.
    pub fn stack(&self, name: &str) -> Option<StackView> {
        self.stacks().into_iter().rev().find(|stack| stack.name == name && stack.status != "DELETE_COMPLETE")
    }

    /// Waits until a live stack of the name is in a state; false if it isn't within `patience`.
    pub async fn reaches(&self, name: &str, status: &str, patience: Duration) -> bool {
        let end = Instant::now() + patience;
        while Instant::now() < end {
            if self.stack(name).is_some_and(|stack| stack.status == status) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        false
    }

    fn world(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.settle(Instant::now());
        world
    }
}

async fn serve(listener: std::net::TcpListener, router: Router, stopped: oneshot::Receiver<()>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    let stop = async { _ = stopped.await };
    tokio::select! {
        _ = axum::serve(listener, router).into_future() => {}
        () = stop => {}
    }
}

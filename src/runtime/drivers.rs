//! One driver per kind, and what they share.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kube::Client;
use tokio::sync::Notify;

use super::cache::Cache;
use super::dispatch::Ending;
use super::fence::Fence;
use super::key::{Key, Kind};
use super::metrics::Metrics;
use super::poll::Poller;
use super::workers::Reconcile;
use crate::api::{Component, ProtonEnvironment, ProtonService, ServiceInstance};
use crate::proton::connection::Connections;
use crate::reconcile::driver::{Driver, Parts};
use crate::reconcile::events::Events;
use crate::reconcile::subject::Subject;
use crate::reconcile::surroundings::Surroundings;

/// Parts that are the same for every kind.
pub struct Shared {
    /// The cluster.
    pub client: Client,
    /// Endpoints and keys.
    pub connections: Connections,
    /// Sends events.
    pub events: Events,
    /// Watches deployments in flight.
    pub poller: Arc<Poller>,
    /// Whether this process may act.
    pub fence: Arc<dyn Fence>,
    /// Counts writes.
    pub metrics: Metrics,
    /// `--cluster-name`.
    pub cluster_name: String,
    /// `--resync`.
    pub resync: Duration,
    /// Told when an object is gone.
    pub gone: Arc<Notify>,
    /// Objects of every kind.
    pub surroundings: Arc<Surroundings>,
}

impl Shared {
    /// The parts of one kind's driver.
    pub fn parts<K: Subject>(&self, cache: Arc<Cache<K>>) -> Parts<K> {
        Parts {
            client: self.client.clone(),
            cache,
            connections: self.connections.clone(),
            events: self.events.clone(),
            poller: self.poller.clone(),
            fence: self.fence.clone(),
            metrics: self.metrics.clone(),
            cluster_name: self.cluster_name.clone(),
            resync: self.resync,
            clock: Arc::new(jiff::Timestamp::now),
            gone: self.gone.clone(),
            surroundings: self.surroundings.clone(),
        }
    }
}

/// The drivers.
pub struct Drivers {
    /// Of environments.
    pub environments: Driver<ProtonEnvironment>,
    /// Of services.
    pub services: Driver<ProtonService>,
    /// Of instances.
    pub instances: Driver<ServiceInstance>,
    /// Of components.
    pub components: Driver<Component>,
}

#[async_trait]
impl Reconcile for Drivers {
    async fn pass(&self, key: &Key) -> Ending {
        match key.kind {
            Kind::Environment => self.environments.pass(key).await,
            Kind::Service => self.services.pass(key).await,
            Kind::Instance => self.instances.pass(key).await,
            Kind::Component => self.components.pass(key).await,
        }
    }
}

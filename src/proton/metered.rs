//! Any client, counted and kept to a rate.

mod services;

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::request::{CreateEnvironment, UpdateEnvironment};
use super::types::{
    Deployment, DeploymentSummary, EnvironmentSummary, EnvironmentTemplate, EnvironmentView, Output, Page, Tag, TemplateVersion,
};
use super::{ErrorClass, Proton, Result};
use crate::runtime::metrics::Metrics;

/// A bucket of calls: `per_second` on average, two seconds' worth at once. After a throttled call all wait for a second.
#[derive(Debug)]
pub struct CallRate {
    interval: Duration,
    next: Mutex<Instant>,
}

/// How much of the rate may be used at once.
const BURST: Duration = Duration::from_secs(2);
/// How long nothing is sent after an answer of "too many".
const PENALTY: Duration = Duration::from_secs(1);

impl CallRate {
    /// A full bucket.
    pub fn new(per_second: f64) -> Self {
        let interval = Duration::try_from_secs_f64(per_second.recip()).unwrap_or(Duration::from_millis(50));
        Self { interval, next: Mutex::new(Instant::now()) }
    }

    /// How long the caller has to wait for its turn, which is taken by asking.
    fn turn(&self) -> Duration {
        let now = Instant::now();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let at = (*next).max(now);
        *next = at + self.interval;
        at.saturating_duration_since(now + BURST)
    }

    fn throttled(&self) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        *next = (*next).max(Instant::now() + BURST + PENALTY);
    }
}

/// A client whose calls are counted, timed and kept to a rate.
pub struct Metered {
    inner: Arc<dyn Proton>,
    rate: CallRate,
    metrics: Metrics,
}

impl Metered {
    /// Wraps a client.
    pub fn new(inner: Arc<dyn Proton>, rate: CallRate, metrics: Metrics) -> Self {
        Self { inner, rate, metrics }
    }

    async fn call<T>(&self, operation: &'static str, call: impl Future<Output = Result<T>>) -> Result<T> {
        let wait = self.rate.turn();
        if !wait.is_zero() {
            self.metrics.call_wait.inc_by(wait.as_secs_f64());
            tokio::time::sleep(wait).await;
        }
        let started = Instant::now();
        let result = call.await;
        let class = result.as_ref().err().map(|error| error.class);
        self.metrics.called(operation, class.map_or("ok", ErrorClass::as_str), started.elapsed());
        if class == Some(ErrorClass::Throttled) {
            self.rate.throttled();
        }
        result
    }
}

#[async_trait]
impl Proton for Metered {
    async fn get_environment(&self, name: &str) -> Result<EnvironmentView> {
        self.call("GetEnvironment", self.inner.get_environment(name)).await
    }
    async fn create_environment(&self, request: &CreateEnvironment) -> Result<EnvironmentView> {
        self.call("CreateEnvironment", self.inner.create_environment(request)).await
    }
    async fn update_environment(&self, request: &UpdateEnvironment) -> Result<EnvironmentView> {
        self.call("UpdateEnvironment", self.inner.update_environment(request)).await
    }
    async fn cancel_environment_deployment(&self, name: &str) -> Result<EnvironmentView> {
        self.call("CancelEnvironmentDeployment", self.inner.cancel_environment_deployment(name)).await
    }
    async fn delete_environment(&self, name: &str) -> Result<Option<EnvironmentView>> {
        self.call("DeleteEnvironment", self.inner.delete_environment(name)).await
    }
    async fn list_environments(&self, next_token: Option<&str>) -> Result<Page<EnvironmentSummary>> {
        self.call("ListEnvironments", self.inner.list_environments(next_token)).await
    }
    async fn list_environment_outputs(&self, name: &str, deployment_id: Option<&str>) -> Result<Vec<Output>> {
        self.call("ListEnvironmentOutputs", self.inner.list_environment_outputs(name, deployment_id)).await
    }
    async fn get_deployment(&self, id: &str) -> Result<Deployment> {
        self.call("GetDeployment", self.inner.get_deployment(id)).await
    }
    async fn list_environment_deployments(&self, name: &str, next_token: Option<&str>) -> Result<Page<DeploymentSummary>> {
        self.call("ListDeployments", self.inner.list_environment_deployments(name, next_token)).await
    }
    async fn delete_deployment(&self, id: &str) -> Result<()> {
        self.call("DeleteDeployment", self.inner.delete_deployment(id)).await
    }
    async fn get_environment_template(&self, name: &str) -> Result<EnvironmentTemplate> {
        self.call("GetEnvironmentTemplate", self.inner.get_environment_template(name)).await
    }
    async fn list_environment_template_versions(&self, name: &str, major: Option<&str>) -> Result<Vec<TemplateVersion>> {
        self.call("ListEnvironmentTemplateVersions", self.inner.list_environment_template_versions(name, major)).await
    }
    async fn list_tags(&self, arn: &str) -> Result<Vec<Tag>> {
        self.call("ListTagsForResource", self.inner.list_tags(arn)).await
    }
    async fn tag(&self, arn: &str, tags: &[Tag]) -> Result<()> {
        self.call("TagResource", self.inner.tag(arn, tags)).await
    }
    async fn untag(&self, arn: &str, keys: &[String]) -> Result<()> {
        self.call("UntagResource", self.inner.untag(arn, keys)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_and_the_rest_keeps_to_the_rate() {
        let rate = CallRate::new(10.0);
        let waits: Vec<_> = (0..40).map(|_| rate.turn()).collect();
        assert!(waits.iter().take(20).all(Duration::is_zero), "{waits:?}");
        let last = waits.last().map(Duration::as_millis);
        assert!(last.is_some_and(|last| (1800..=2000).contains(&last)), "{last:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttled_call_stops_all_for_a_second() {
        let rate = CallRate::new(10.0);
        rate.throttled();
        assert_eq!(rate.turn(), PENALTY);
    }
}

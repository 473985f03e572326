//! What the operator counts. Names of the queue and of the passes are those of controller-runtime, so that existing dashboards
//! work; the rest begins with `proton_operator_`.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// `controller` and `result` of a pass.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct PassLabels {
    /// The kind.
    pub controller: &'static str,
    /// `success`, `requeue_after` or `error`.
    pub result: &'static str,
}

/// The kind alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct KindLabel {
    /// The kind.
    pub controller: &'static str,
}

/// A call to a Proton endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct CallLabels {
    /// The API operation.
    pub operation: &'static str,
    /// `ok` or the class of the error.
    pub result: &'static str,
}

/// A write to the API server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct WriteLabels {
    /// `status`, `finalizer`, `outputs`, `event` or `secret`.
    pub what: &'static str,
}

/// The lane of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct LaneLabel {
    /// `user` or `background`.
    pub lane: &'static str,
}

/// The Lease.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct LeaseLabel {
    /// Its name.
    pub name: &'static str,
}

/// Every metric; cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// `controller_runtime_reconcile_total`.
    pub passes: Family<PassLabels, Counter>,
    /// `controller_runtime_reconcile_errors_total`.
    pub pass_errors: Family<KindLabel, Counter>,
    /// `controller_runtime_reconcile_time_seconds`.
    pub pass_seconds: Histogram,
    /// `controller_runtime_active_workers`.
    pub active_workers: Gauge,
    /// `workqueue_adds_total`.
    pub queue_adds: Counter,
    /// `workqueue_retries_total`.
    pub queue_retries: Counter,
    /// `workqueue_queue_duration_seconds`.
    pub queue_wait: Histogram,
    /// `workqueue_depth`, by lane.
    pub queue_depth: Family<LaneLabel, Gauge>,
    /// `proton_operator_api_calls_total`.
    pub calls: Family<CallLabels, Counter>,
    /// `proton_operator_api_call_duration_seconds`.
    pub call_seconds: Histogram,
    /// `proton_operator_api_call_wait_seconds_total`: time spent waiting for `--call-rate`.
    pub call_wait: Counter<f64, AtomicU64>,
    /// `proton_operator_kube_writes_total`.
    pub writes: Family<WriteLabels, Counter>,
    /// `proton_operator_invalid_objects`: objects that do not decode.
    pub invalid_objects: Gauge,
    /// `leader_election_master_status`: 1 while this replica acts. Absent without leader election.
    pub leader: Family<LeaseLabel, Gauge>,
    /// `proton_operator_polled_objects`: objects that wait for a deployment.
    pub polled_objects: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let seconds = || Histogram::new(exponential_buckets(0.001, 2.0, 16));
        Self {
            passes: Family::default(),
            pass_errors: Family::default(),
            pass_seconds: seconds(),
            active_workers: Gauge::default(),
            queue_adds: Counter::default(),
            queue_retries: Counter::default(),
            queue_wait: seconds(),
            queue_depth: Family::default(),
            calls: Family::default(),
            call_seconds: seconds(),
            call_wait: Counter::default(),
            writes: Family::default(),
            invalid_objects: Gauge::default(),
            leader: Family::default(),
            polled_objects: Gauge::default(),
        }
    }
}

impl Metrics {
    /// A registry that shows these metrics.
    pub fn registry(&self) -> Registry {
        let mut all = Registry::default();
        all.register("controller_runtime_reconcile", "Passes by kind and result", self.passes.clone());
        all.register("controller_runtime_reconcile_errors", "Passes that failed", self.pass_errors.clone());
        all.register("controller_runtime_reconcile_time_seconds", "Length of passes", self.pass_seconds.clone());
        all.register("controller_runtime_active_workers", "Passes under way", self.active_workers.clone());
        all.register("workqueue_adds", "Keys put into the queue", self.queue_adds.clone());
        all.register("workqueue_retries", "Keys put back after a failure", self.queue_retries.clone());
        all.register("workqueue_queue_duration_seconds", "Time in the queue", self.queue_wait.clone());
        all.register("workqueue_depth", "Keys that wait, by lane", self.queue_depth.clone());
        all.register("proton_operator_api_calls", "Calls to Proton endpoints", self.calls.clone());
        all.register("proton_operator_api_call_duration_seconds", "Length of those calls", self.call_seconds.clone());
        all.register("proton_operator_api_call_wait_seconds", "Time spent waiting for --call-rate", self.call_wait.clone());
        all.register("proton_operator_kube_writes", "Writes to the API server", self.writes.clone());
        all.register("proton_operator_invalid_objects", "Objects that do not decode", self.invalid_objects.clone());
        all.register("leader_election_master_status", "Whether this replica holds the lease", self.leader.clone());
        all.register("proton_operator_polled_objects", "Objects that wait for a deployment", self.polled_objects.clone());
        all
    }

    /// Counts a write to the API server.
    pub fn wrote(&self, what: &'static str) {
        self.writes.get_or_create(&WriteLabels { what }).inc();
    }

    /// Shows whether this replica acts.
    pub fn leads(&self, leads: bool) {
        self.leader.get_or_create(&LeaseLabel { name: super::lease::NAME }).set(i64::from(leads));
    }

    /// Counts a call to a Proton endpoint.
    pub fn called(&self, operation: &'static str, result: &'static str, took: Duration) {
        self.calls.get_or_create(&CallLabels { operation, result }).inc();
        self.call_seconds.observe(took.as_secs_f64());
    }

    /// Counts a pass.
    pub fn passed(&self, controller: &'static str, result: &'static str, took: Duration) {
        self.passes.get_or_create(&PassLabels { controller, result }).inc();
        self.pass_seconds.observe(took.as_secs_f64());
        if result == "error" {
            self.pass_errors.get_or_create(&KindLabel { controller }).inc();
        }
    }

    /// Shows the state of the queue.
    pub fn set_depths(&self, user: usize, background: usize, running: usize) {
        let set = |lane, depth| self.queue_depth.get_or_create(&LaneLabel { lane }).set(i64::try_from(depth).unwrap_or(i64::MAX));
        set("user", user);
        set("background", background);
        self.active_workers.set(i64::try_from(running).unwrap_or(i64::MAX));
    }
}

//! What the listener counts.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// The labels of one request. Both have a bounded number of values.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    /// An operation's name, `PutBundle`, or `unknown`.
    operation: &'static str,
    /// `OK` or an exception's name.
    code: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OperationLabels {
    operation: &'static str,
}

/// Counters of requests, cheap to clone.
#[derive(Clone, Debug)]
pub struct RequestMetrics {
    requests: Family<RequestLabels, Counter>,
    durations: Family<OperationLabels, Histogram>,
}

impl RequestMetrics {
    /// Makes the counters and puts them into the registry that `/metrics` shows.
    pub fn register(registry: &mut Registry) -> Self {
        let durations = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        let metrics = Self { requests: Family::default(), durations };
        registry.register("proton_engine_requests", "API requests by operation and result code", metrics.requests.clone());
        registry.register(
            "proton_engine_request_duration_seconds",
            "Time from the request's headers to its response",
            metrics.durations.clone(),
        );
        metrics
    }

    /// Counts one request that has been answered.
    pub fn observe(&self, operation: &'static str, code: &'static str, took: Duration) {
        self.requests.get_or_create(&RequestLabels { operation, code }).inc();
        self.durations.get_or_create(&OperationLabels { operation }).observe(took.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_operation_and_code() {
        let mut registry = Registry::default();
        let metrics = RequestMetrics::register(&mut registry);
        metrics.observe("GetEnvironment", "OK", Duration::from_millis(3));
        metrics.observe("GetEnvironment", "ResourceNotFoundException", Duration::from_millis(2));
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
        assert!(text.contains("proton_engine_requests_total{operation=\"GetEnvironment\",code=\"OK\"} 1"), "{text}");
        assert!(text.contains("proton_engine_request_duration_seconds_count{operation=\"GetEnvironment\"} 2"), "{text}");
    }
}

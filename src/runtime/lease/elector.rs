//! Keeps the Lease, or tries to get it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use kube::Api;
use kube::api::PostParams;

use super::decide::{Next, next};
use super::hold::{Hold, Moment};
use super::record::{Record, held};
use super::{NAME, PACE, REQUEST_TIMEOUT};
use crate::runtime::fence::Fence as _;
use crate::runtime::metrics::Metrics;

/// Takes part in the election for one process.
pub struct Elector {
    api: Api<Lease>,
    me: String,
    hold: Arc<Hold>,
    metrics: Metrics,
    /// The version that was last seen, and since when.
    seen: Option<(String, Moment)>,
    /// Whether the last round failed: told once.
    failing: bool,
}

/// Why a round came to nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum RoundError {
    #[error("the API server did not answer within {REQUEST_TIMEOUT:?}")]
    Late,
    #[error(transparent)]
    Api(#[from] kube::Error),
}

impl Elector {
    /// An elector under the name `me`, which no other process has.
    pub fn new(api: Api<Lease>, me: String, hold: Arc<Hold>, metrics: Metrics) -> Self {
        Self { api, me, hold, metrics, seen: None, failing: false }
    }

    /// Takes part until the future is dropped.
    pub async fn run(mut self) {
        loop {
            let result = self.round().await;
            self.tell(result);
            tokio::time::sleep(PACE).await;
        }
    }

    /// Observe, decide, act, record.
    async fn round(&mut self) -> Result<(), RoundError> {
        let lease = limited(self.api.get_opt(NAME)).await?;
        let record = lease.as_ref().map(Record::of);
        let unchanged = self.unchanged(record.as_ref());
        let before = Moment::now();
        let wanted = held(lease.as_ref(), &self.me, Timestamp::now());
        let how = PostParams::default();
        let written = match next(&self.me, record.as_ref(), unchanged) {
            Next::Wait => {
                self.lost(record.and_then(|record| record.holder));
                return Ok(());
            }
            Next::Create => limited(self.api.create(&how, &wanted)).await,
            Next::Take | Next::Renew => limited(self.api.replace(NAME, &how, &wanted)).await,
        };
        match written {
            Ok(_) => self.won(before),
            // Another replica was faster; the next round shows who.
            Err(RoundError::Api(kube::Error::Api(status))) if status.code == 409 => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// How long this process has seen the record as it is now.
    fn unchanged(&mut self, record: Option<&Record>) -> Duration {
        let Some(version) = record.map(|record| record.version.clone()) else {
            self.seen = None;
            return Duration::ZERO;
        };
        match &self.seen {
            Some((seen, since)) if *seen == version => since.elapsed(),
            _ => {
                self.seen = Some((version, Moment::now()));
                Duration::ZERO
            }
        }
    }

    fn won(&self, since: Moment) {
        if self.hold.renew(since) {
            tracing::info!(identity = self.me, "this replica holds the lease and acts");
        }
        self.metrics.leads(true);
    }

    fn lost(&self, holder: Option<String>) {
        if self.hold.lose() {
            tracing::warn!(holder, "another replica has taken the lease; this one changes nothing any more");
        }
        self.metrics.leads(false);
    }

    /// A failure is told once, until a round works again.
    fn tell(&mut self, result: Result<(), RoundError>) {
        let failed = result.is_err();
        if let Err(error) = result.as_ref().map_err(|error| error.to_string())
            && !self.failing
        {
            tracing::warn!(
                error,
                "cannot read or write the Lease; may the operator get, create and update leases in its namespace? It will be tried again"
            );
        }
        self.failing = failed;
        self.metrics.leads(self.hold.check().is_ok());
    }
}

/// A request about the Lease that does not outlast its time.
pub(super) async fn limited<T>(request: impl Future<Output = kube::Result<T>>) -> Result<T, RoundError> {
    Ok(tokio::time::timeout(REQUEST_TIMEOUT, request).await.map_err(|_| RoundError::Late)??)
}

//! What every operation works with.

use std::sync::Arc;

use jiff::Timestamp;

use super::error::ApiError;
use crate::ambient::{Clock, Ids};
use crate::domain::arn::Arns;
use crate::failpoint::Failpoint;
use crate::store::{Store, Writer};

/// Whose resources the engine serves, and how many of them.
#[derive(Clone, Debug)]
pub struct Config {
    /// The account, twelve digits.
    pub account_id: String,
    /// The region.
    pub region: String,
    /// The quotas.
    pub quotas: Quotas,
}

/// How many resources of a kind there may be; one more is refused with ServiceQuotaExceededException.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Environments. AWS Proton allowed 100 (AWS Proton User Guide, page ag-limits).
    pub environments: i64,
    /// Templates of both kinds together. AWS Proton allowed 100.
    pub templates: i64,
    /// Versions of one template. AWS Proton allowed 500.
    pub template_versions: i64,
    /// Services. AWS Proton allowed 1000.
    pub services: i64,
    /// Instances of one service. AWS Proton allowed 20.
    pub service_instances: i64,
    /// Components. AWS Proton allowed 100.
    pub components: i64,
    /// Environment account connections of one environment account. AWS Proton allowed 5.
    pub account_connections: i64,
    /// Linked repositories. What AWS Proton allowed is not documented.
    pub repositories: i64,
    /// Sync configurations of templates. What AWS Proton allowed is not documented.
    pub template_syncs: i64,
    /// Sync configurations of services. What AWS Proton allowed is not documented.
    pub service_syncs: i64,
}

impl Default for Quotas {
    /// What AWS Proton allowed (AWS Proton User Guide, page ag-limits). `--quota` raises it.
    fn default() -> Self {
        Self {
            environments: 100,
            templates: 100,
            template_versions: 500,
            services: 1000,
            service_instances: 20,
            components: 100,
            account_connections: 5,
            repositories: 1000,
            template_syncs: 1000,
            service_syncs: 1000,
        }
    }
}

/// The engine as the listener sees it: it answers operations out of the store, and leaves work in its outbox.
#[derive(Clone)]
pub struct Engine {
    pub(super) config: Config,
    pub(super) arns: Arns,
    pub(super) store: Store,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl Engine {
    /// An engine on an open store. The worker is started beside it.
    pub fn new(config: Config, store: Store, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        let arns = Arns::new(&config.account_id, &config.region);
        Self { config, arns, store, clock, ids }
    }

    /// The present instant.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A fresh deployment id.
    pub(super) fn fresh_id(&self) -> String {
        self.ids.fresh().to_string()
    }

    /// What makes fresh ids.
    pub(super) fn ids(&self) -> &dyn Ids {
        self.ids.as_ref()
    }

    /// Fresh randomness.
    pub(super) fn entropy(&self) -> u128 {
        self.ids.fresh().as_u128()
    }

    /// Makes a request's new records and effects permanent.
    pub(super) async fn commit(&self, writer: Writer) -> Result<(), ApiError> {
        Failpoint::BeforeCommitRequest.hit();
        writer.commit().await?;
        Failpoint::AfterCommitRequest.hit();
        Ok(())
    }
}

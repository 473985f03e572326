//! One process in the election: its name, its hold, and how it leaves.

use std::sync::Arc;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::PostParams;
use kube::{Api, Client};

use super::NAME;
use super::elector::{Elector, limited};
use super::hold::Hold;
use super::record::{Record, released};
use crate::runtime::metrics::Metrics;

/// Takes part in the election.
pub struct Candidate {
    api: Api<Lease>,
    me: String,
    hold: Arc<Hold>,
}

impl Candidate {
    /// A candidate for the Lease in `namespace`, by default the client's own. Its name is the host's, which is the pod's, made unique: a
    /// container that was started again is another holder.
    pub fn new(client: &Client, namespace: Option<&str>) -> Self {
        let namespace = namespace.unwrap_or_else(|| client.default_namespace());
        let host = std::env::var("HOSTNAME").unwrap_or_else(|_| "proton-operator".to_owned());
        let me = format!("{host}_{}", uuid::Uuid::new_v4());
        tracing::info!(namespace, lease = NAME, identity = me, "takes part in the leader election");
        Self { api: Api::namespaced(client.clone(), namespace), me, hold: Arc::default() }
    }

    /// The right to act.
    pub fn hold(&self) -> Arc<Hold> {
        self.hold.clone()
    }

    /// What keeps the Lease.
    pub fn elector(&self, metrics: &Metrics) -> Elector {
        Elector::new(self.api.clone(), self.me.clone(), self.hold(), metrics.clone())
    }

    /// Gives the Lease up, so that another replica takes over at once. For when nothing of this process acts any more; that it fails only means
    /// that the others wait.
    pub async fn release(&self) {
        self.hold.lose();
        let Ok(Some(lease)) = limited(self.api.get_opt(NAME)).await else {
            return;
        };
        if Record::of(&lease).holder.as_deref() == Some(self.me.as_str()) {
            let given_up = limited(self.api.replace(NAME, &PostParams::default(), &released(&lease, Timestamp::now()))).await;
            tracing::info!(worked = given_up.is_ok(), "the lease is given up");
        }
    }
}

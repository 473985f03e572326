//! Instances and components that are waited for.

use std::collections::HashMap;

use super::{Awaited, Seen};
use crate::proton::{Proton, Result};

type States = HashMap<Awaited, Seen>;

/// All instances, 100 a page.
pub(super) async fn instances(proton: &dyn Proton) -> Result<States> {
    let (mut states, mut token) = (States::new(), None::<String>);
    loop {
        let page = proton.list_service_instances(None, token.as_deref()).await?;
        for row in page.items {
            let seen = Seen { status: row.deployment_status, last_attempted: row.last_attempted_deployment_id };
            states.insert(Awaited::Instance(row.service_name, row.name), seen);
        }
        token = page.next_token;
        if token.is_none() {
            return Ok(states);
        }
    }
}

/// All components, 100 a page.
pub(super) async fn components(proton: &dyn Proton) -> Result<States> {
    let (mut states, mut token) = (States::new(), None::<String>);
    loop {
        let page = proton.list_components(None, token.as_deref()).await?;
        for row in page.items {
            let seen = Seen { status: row.deployment_status, last_attempted: row.last_attempted_deployment_id };
            states.insert(Awaited::Component(row.name), seen);
        }
        token = page.next_token;
        if token.is_none() {
            return Ok(states);
        }
    }
}

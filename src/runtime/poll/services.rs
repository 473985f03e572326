//! Services, instances and components that are waited for.

use std::collections::HashMap;

use super::{Awaited, Seen};
use crate::proton::error::optional;
use crate::proton::{Proton, Result, ServiceView};

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

/// One service.
pub(super) async fn service(proton: &dyn Proton, name: &str) -> Result<Option<(Awaited, Seen)>> {
    let view = optional(proton.get_service(name).await)?;
    Ok(view.map(|view| (Awaited::Service(name.to_owned()), Seen::from(&view))))
}

impl From<&ServiceView> for Seen {
    fn from(view: &ServiceView) -> Self {
        let last = view.pipeline.as_ref().and_then(|pipeline| pipeline.last_attempted_deployment_id.clone());
        Self { status: crate::plan::service::status(view), last_attempted: last }
    }
}

//! Component as a subject of the driver.

use async_trait::async_trait;
use jiff::Timestamp;

use super::act::{self, ActError, marked};
use super::driver::Driver;
use super::subject::{Around, Subject};
use super::surroundings::Surroundings;
use super::target::Look;
use crate::api::{Component, Lifecycle, RedeployOn, ResourceStatus, ServiceInstance};
use crate::failpoint::Failpoint as At;
use crate::plan::component::{self, ComponentSeen, ComponentWish};
use crate::plan::{Act, Decision, Desired, Memory};
use crate::proton::error::optional;
use crate::proton::{Proton, Result, Tag, TargetName, UpdateType};
use crate::runtime::fence::Fence;
use crate::runtime::poll::{Awaited, Seen};

/// Reconciles components.
pub type Components = Driver<Component>;

/// What a pass saw.
#[derive(Clone, Debug)]
pub struct ComponentObserved {
    wish: ComponentWish,
    seen: ComponentSeen,
}

impl Component {
    /// What the object wants.
    pub fn wish(&self, all: &Surroundings, cluster: &str) -> ComponentWish {
        let (spec, namespace) = (&self.spec, self.metadata.namespace.as_deref().unwrap_or_default());
        let service = all.standing_service(namespace, spec.service_name.as_ref(), spec.service_ref.as_ref());
        let instance = all.instance(namespace, spec.service_instance_name.as_ref(), spec.service_instance_ref.as_ref());
        let environment = all.environment(namespace, spec.environment_name.as_ref(), spec.environment_ref.as_ref());
        ComponentWish::of(self, cluster, service.zip(instance), environment)
    }

    /// The ServiceInstance object that still uses a deployment of this component, and will be deployed again without it.
    fn still_used_by(&self, around: &Around<'_>, memory: &Memory) -> Option<String> {
        let ids: Vec<&str> = memory.status.target.deployments.iter().map(|record| record.id.as_str()).collect();
        let uses = |instance: &&std::sync::Arc<ServiceInstance>| {
            let used = instance.status.as_ref().and_then(|status| status.target.used_deployments.as_ref());
            used.is_some_and(|used| used.components.iter().any(|id| ids.contains(&id.as_str())))
        };
        let redeploys = |instance: &&std::sync::Arc<ServiceInstance>| {
            let on = instance.spec.redeploy_on.as_ref();
            on.is_none_or(|on| on.contains(&RedeployOn::Component))
                && instance.metadata.deletion_timestamp.is_none()
                && !instance.spec.lifecycle.suspend.unwrap_or_default()
        };
        let all = around.surroundings.instances(around.namespace);
        all.iter().filter(redeploys).find(uses).and_then(|instance| instance.metadata.name.clone())
    }
}

#[async_trait]
impl Subject for Component {
    type Observed = ComponentObserved;

    fn lifecycle(&self) -> &Lifecycle {
        &self.spec.lifecycle
    }

    fn remembered(&self) -> ResourceStatus {
        self.status.clone().unwrap_or_default()
    }

    fn desired(&self, cluster: &str) -> Desired {
        ComponentWish::of(self, cluster, None, None).core
    }

    async fn observe(
        &self,
        around: &Around<'_>,
        desired: &Desired,
        memory: &Memory,
        now: Timestamp,
    ) -> Result<ComponentObserved> {
        let mut wish = self.wish(around.surroundings, around.cluster);
        wish.core.policy.clone_from(&desired.policy);
        let found = optional(around.proton.get_component(&wish.core.name).await)?;
        let deployed = match found.as_ref().and_then(|view| view.last_succeeded_deployment_id.as_deref()) {
            Some(id) => optional(around.proton.get_deployment(id).await)?,
            None => None,
        };
        let look = Look {
            proton: around.proton,
            target: TargetName::Component { name: wish.core.name.clone() },
            arn: None,
            neutral: &component::deployment,
        };
        let view = found.as_ref().map(|found| component::view(found, deployed.as_ref()));
        let core = look.observe(view, &wish.core, memory, now).await?;
        let attached = found.as_ref().and_then(component::attached);
        let still_used_by = if wish.core.deleting { self.still_used_by(around, memory) } else { None };
        let place = found.map(|found| found.environment_name);
        Ok(ComponentObserved { wish, seen: ComponentSeen { core, attached, place, still_used_by } })
    }

    fn plan(_: &Desired, observed: &ComponentObserved, memory: &Memory) -> Decision {
        component::plan(&observed.wish, &observed.seen, memory)
    }

    async fn perform(
        observed: &ComponentObserved,
        proton: &dyn Proton,
        fence: &dyn Fence,
        decision: &Decision,
    ) -> std::result::Result<(), ActError> {
        let token = decision.status.target.attempt.as_ref().map(|attempt| attempt.client_token.clone());
        match &decision.act {
            Act::Create(request) => {
                let request = component::create(request, &observed.wish, token);
                marked(fence, At::BeforeCreateComponent, At::AfterCreateComponent, proton.create_component(&request)).await
            }
            Act::Update { request, ordinal } => {
                let token = token.filter(|_| request.deployment_type != UpdateType::None && *ordinal > 0);
                let (before, after) = match ordinal {
                    0.. => (At::BeforeUpdateComponent, At::AfterUpdateComponent),
                    _ => (At::BeforeDetachComponent, At::AfterDetachComponent),
                };
                let request = component::update(request, &observed.seen, token);
                marked(fence, before, after, proton.update_component(&request)).await
            }
            Act::Cancel { name, .. } => {
                let call = proton.cancel_component_deployment(name);
                marked(fence, At::BeforeCancelComponent, At::AfterCancelComponent, call).await
            }
            Act::Delete { name, .. } => {
                marked(fence, At::BeforeDeleteComponent, At::AfterDeleteComponent, proton.delete_component(name)).await
            }
            other => act::perform(proton, fence, other).await,
        }
    }

    fn awaits(desired: &Desired, observed: &ComponentObserved) -> Option<(Awaited, Seen)> {
        let view = observed.seen.core.environment.as_ref()?;
        Some((Awaited::Component(desired.name.clone()), Seen::from(view)))
    }

    fn tags(observed: &ComponentObserved) -> &[Tag] {
        &observed.seen.core.tags
    }
}

//! ServiceInstance as a subject of the driver.

use async_trait::async_trait;
use jiff::Timestamp;

use super::act::{self, ActError, marked};
use super::dependents::Deleted;
use super::driver::Driver;
use super::rewrite::{document, removal, unless_outdated};
use super::subject::{Around, Subject};
use super::surroundings::Surroundings;
use super::target::Look;
use crate::api::annotation::OWNER_TAG;
use crate::api::{Lifecycle, RedeployOn, ResourceStatus, ServiceInstance, UsedDeployments};
use crate::failpoint::Failpoint as At;
use crate::plan::instance::{self, InstanceSeen, InstanceWish};
use crate::plan::service::takes_along;
use crate::plan::{Act, Decision, Dependency, Desired, Memory};
use crate::proton::error::optional;
use crate::proton::{DeploymentStatus, InstanceView, Proton, Result, Tag, TargetName, UpdateType};
use crate::runtime::fence::Fence;
use crate::runtime::poll::{Awaited, Seen};

/// Reconciles instances.
pub type Instances = Driver<ServiceInstance>;

/// What a pass saw.
#[derive(Clone, Debug)]
pub struct InstanceObserved {
    wish: InstanceWish,
    seen: InstanceSeen,
}

impl ServiceInstance {
    fn service(&self, surroundings: &Surroundings) -> Dependency {
        let namespace = self.metadata.namespace.as_deref().unwrap_or_default();
        let spec = &self.spec;
        surroundings.service(namespace, spec.service_name.as_ref(), spec.service_ref.as_ref()).unwrap_or_default()
    }

    /// What the object wants.
    pub fn wish(&self, surroundings: &Surroundings, cluster: &str) -> InstanceWish {
        let namespace = self.metadata.namespace.as_deref().unwrap_or_default();
        let spec = &self.spec;
        let environment = surroundings
            .environment(namespace, spec.environment_name.as_ref(), spec.environment_ref.as_ref())
            .unwrap_or_default();
        InstanceWish::of(self, cluster, self.service(surroundings), environment)
    }
}

#[async_trait]
impl Subject for ServiceInstance {
    type Observed = InstanceObserved;

    fn lifecycle(&self) -> &Lifecycle {
        &self.spec.lifecycle
    }

    fn remembered(&self) -> ResourceStatus {
        self.status.clone().unwrap_or_default()
    }

    fn desired(&self, cluster: &str) -> Desired {
        InstanceWish::of(self, cluster, Dependency::default(), Dependency::default()).core
    }

    fn rewrites(&self, surroundings: &Surroundings) -> Option<String> {
        Some(self.service(surroundings).name)
    }

    async fn observe(&self, around: &Around<'_>, desired: &Desired, memory: &Memory, now: Timestamp) -> Result<InstanceObserved> {
        let mut wish = self.wish(around.surroundings, around.cluster);
        wish.core.policy.clone_from(&desired.policy);
        let (service, name) = (wish.service.name.clone(), wish.core.name.clone());
        let view = optional(around.proton.get_service_instance(&service, &name).await)?;
        let found = optional(around.proton.get_service(&service).await)?;
        let neutral = |deployment| instance::deployment(deployment, &name);
        let target = TargetName::Instance { service: service.clone(), name: name.clone() };
        let look = Look { proton: around.proton, target, arn: None, neutral: &neutral };
        let mut core = wish.core.clone();
        core.template_name = found.as_ref().map(|service| service.template_name.clone()).unwrap_or_default();
        let mut observed = look.observe(view.as_ref().map(instance::view), &core, memory, now).await?;
        let used = used(&look, view.as_ref(), memory).await?;
        let (components, environment) = current(around.proton, &wish, view.as_ref()).await?;
        let maker = maker(around, &wish);
        let made_for_us = maker.is_some();
        // The endpoint hands a service's tags down to the instances that CreateService makes.
        observed.tags.retain(|tag| tag.key != OWNER_TAG || maker.as_ref() != Some(&tag.value));
        let place = view.map(|view| view.environment_name);
        if wish.core.deleting {
            let deleted = Deleted::Instance(&service, &name);
            observed.dependents = around.surroundings.dependents(around.namespace, self.lifecycle(), deleted);
        }
        let service_goes = service_goes(around, &service);
        let seen =
            InstanceSeen { core: observed, service: found, place, made_for_us, used, components, environment, service_goes };
        Ok(InstanceObserved { wish, seen })
    }

    fn plan(_: &Desired, observed: &InstanceObserved, memory: &Memory) -> Decision {
        instance::plan(&observed.wish, &observed.seen, memory)
    }

    async fn perform(
        observed: &InstanceObserved,
        proton: &dyn Proton,
        fence: &dyn Fence,
        decision: &Decision,
    ) -> std::result::Result<(), ActError> {
        let wish = &observed.wish;
        let token = decision.status.target.attempt.as_ref().map(|attempt| attempt.client_token.clone());
        match &decision.act {
            Act::Create(request) => {
                let request = instance::create(request, wish, &document(observed.seen.service.as_ref()), token);
                marked(fence, At::BeforeCreateInstance, At::AfterCreateInstance, proton.create_service_instance(&request)).await
            }
            Act::Update { request, .. } => {
                let token = token.filter(|_| request.deployment_type != UpdateType::None);
                let request = instance::update(request, wish, &document(observed.seen.service.as_ref()), token);
                marked(fence, At::BeforeUpdateInstance, At::AfterUpdateInstance, proton.update_service_instance(&request)).await
            }
            Act::Cancel { name, .. } => {
                let call = proton.cancel_service_instance_deployment(&wish.service.name, name);
                marked(fence, At::BeforeCancelInstance, At::AfterCancelInstance, call).await
            }
            Act::Delete { name, .. } => {
                let request = removal(proton, &wish.service.name, name).await?;
                let sent =
                    marked(fence, At::BeforeRemoveInstance, At::AfterRemoveInstance, proton.update_service(&request)).await;
                unless_outdated(proton, &request, sent).await
            }
            other => act::perform(proton, fence, other).await,
        }
    }

    fn awaits(_: &Desired, observed: &InstanceObserved) -> Option<(Awaited, Seen)> {
        let InstanceObserved { wish, seen } = observed;
        if let Some(service) = seen.service.as_ref().filter(|service| instance::is_busy(service)) {
            return Some((Awaited::Service(service.name.clone()), Seen::from(service)));
        }
        let view = seen.core.environment.as_ref()?;
        Some((Awaited::Instance(wish.service.name.clone(), view.name.clone()), Seen::from(view)))
    }

    fn tags(observed: &InstanceObserved) -> &[Tag] {
        &observed.seen.core.tags
    }
}

/// The owner tag of the service whose CreateService made the instance for this object.
fn maker(around: &Around<'_>, wish: &InstanceWish) -> Option<String> {
    let services = around.surroundings.services(around.namespace);
    let made = services.iter().find(|object| {
        let mut made = object.status.iter().flat_map(|status| &status.created_instances);
        object.desired("").name == wish.service.name
            && made.any(|one| one.name == wish.core.name && one.owner == wish.core.identity.owner)
    });
    made.map(|object| object.desired(around.cluster).identity.owner)
}

/// Whether the service's object takes its instances along.
fn service_goes(around: &Around<'_>, name: &str) -> bool {
    around.surroundings.services(around.namespace).iter().any(|object| object.desired("").name == name && takes_along(object))
}

/// Outputs that the deployed state used: remembered, or asked for after another success.
async fn used(look: &Look<'_>, view: Option<&InstanceView>, memory: &Memory) -> Result<Option<UsedDeployments>> {
    let Some(id) = view.and_then(|view| view.last_succeeded_deployment_id.as_deref()) else {
        return Ok(None);
    };
    let target = &memory.status.target;
    if target.last_succeeded_deployment_id.as_deref() == Some(id) && target.used_deployments.is_some() {
        return Ok(target.used_deployments.clone());
    }
    let found = look.deployment(Some(id)).await?.map(|deployment| deployment.used);
    Ok(found.map(|used| UsedDeployments { environment: used.environment, components: used.components, pipeline: used.pipeline }))
}

type Current = (Option<Vec<String>>, Option<String>);

/// The deployments whose outputs the instance would use now, as far as `redeployOn` asks for them.
async fn current(proton: &dyn Proton, wish: &InstanceWish, view: Option<&InstanceView>) -> Result<Current> {
    let Some(view) = view.filter(|view| view.deployment_status == DeploymentStatus::Succeeded && !wish.core.deleting) else {
        return Ok((None, None));
    };
    let mut current = (None, None);
    if wish.redeploy_on.contains(&RedeployOn::Component) {
        let page = proton.list_components(Some((&view.service_name, &view.name)), None).await?;
        let busy = page.items.iter().any(|row| row.deployment_status.is_running());
        let ids = page.items.into_iter().filter_map(|row| row.last_succeeded_deployment_id).collect();
        current.0 = (!busy).then_some(ids);
    }
    if wish.redeploy_on.contains(&RedeployOn::Environment) {
        let environment = optional(proton.get_environment(&view.environment_name).await)?;
        let rests = environment.filter(|environment| !environment.deployment_status.is_running());
        current.1 = rests.and_then(|environment| environment.last_succeeded_deployment_id);
    }
    Ok(current)
}

//! ProtonService as a subject of the driver.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

use super::act::{self, ActError, marked};
use super::dependents::Deleted;
use super::driver::Driver;
use super::rewrite::{all_instances, whole_document};
use super::subject::{Around, Subject};
use super::surroundings::Surroundings;
use super::target::Look;
use crate::api::annotation::FINALIZER;
use crate::api::{AdoptionPolicy, Lifecycle, ProtonService, ProtonServiceStatus, ResourceStatus, ServiceInstance};
use crate::failpoint::Failpoint as At;
use crate::plan::service::{self, KnownInstance, ServiceSeen, ServiceWish};
use crate::plan::service_creation;
use crate::plan::service_document::Entry;
use crate::plan::{Act, Decision, Desired, Memory};
use crate::proton::error::optional;
use crate::proton::{Proton, Result, Tag, TargetName, UpdateService, UpdateType};
use crate::runtime::fence::Fence;
use crate::runtime::poll::{Awaited, Seen};

/// Reconciles services.
pub type ProtonServices = Driver<ProtonService>;

/// What a pass saw.
#[derive(Clone, Debug)]
pub struct ServiceObserved {
    wish: ServiceWish,
    seen: ServiceSeen,
}

impl ProtonService {
    /// The ServiceInstance objects of this service in its namespace.
    fn known(&self, around: &Around<'_>) -> Vec<KnownInstance> {
        let (object, remote) = (self.metadata.name.as_deref(), self.desired("").name);
        let ours = |instance: &ServiceInstance| match (&instance.spec.service_ref, &instance.spec.service_name) {
            (Some(reference), _) => Some(reference.name.as_str()) == object,
            (None, name) => name.as_deref() == Some(&remote),
        };
        let all = around.surroundings.instances(around.namespace);
        let mut known: Vec<_> =
            all.iter().filter(|instance| ours(instance)).map(|instance| self.knows(instance, around)).collect();
        // The pipeline belongs to the first instance's environment, which is not to depend on the order in which they were seen.
        known.sort_by(|one, other| one.entry.name.cmp(&other.entry.name));
        known
    }

    fn knows(&self, instance: &ServiceInstance, around: &Around<'_>) -> KnownInstance {
        let wish = instance.wish(around.surroundings, around.cluster);
        let (metadata, spec) = (&instance.metadata, &instance.spec);
        let inputs = wish.core.inputs.as_ref().ok().map(|inputs| inputs.values().cloned().unwrap_or_default());
        let deleting = metadata.deletion_timestamp.is_some();
        let creates = matches!(wish.core.policy.adoption, AdoptionPolicy::CreateOnly | AdoptionPolicy::AdoptOrCreate);
        let held = metadata.finalizers.iter().flatten().any(|name| name == FINALIZER);
        let ready = held
            && creates
            && !deleting
            && !wish.core.policy.suspended
            && inputs.is_some()
            && wish.environment.waits.is_none()
            && spec.template_major_version == self.spec.template_major_version
            && instance.status.as_ref().is_none_or(|status| status.target.arn.is_none());
        KnownInstance {
            entry: Entry { name: wish.core.name, environment: wish.environment.name, inputs: inputs.unwrap_or_default() },
            owner: wish.core.identity.owner,
            ready,
            goes: service::goes(deleting, spec.lifecycle.deletion_policy, spec.lifecycle.adoption_policy),
        }
    }
}

#[async_trait]
impl Subject for ProtonService {
    type Observed = ServiceObserved;

    fn lifecycle(&self) -> &Lifecycle {
        &self.spec.lifecycle
    }

    fn remembered(&self) -> ResourceStatus {
        self.status.clone().unwrap_or_default().into()
    }

    fn shown(status: &ResourceStatus) -> Value {
        serde_json::to_value(ProtonServiceStatus::from(status.clone())).unwrap_or_default()
    }

    fn desired(&self, cluster: &str) -> Desired {
        ServiceWish::of(self, cluster, Vec::new()).core
    }

    fn rewrites(&self, _: &Surroundings) -> Option<String> {
        Some(self.desired("").name)
    }

    async fn observe(&self, around: &Around<'_>, desired: &Desired, memory: &Memory, now: Timestamp) -> Result<ServiceObserved> {
        let mut wish = ServiceWish::of(self, around.cluster, self.known(around));
        wish.core.policy.clone_from(&desired.policy);
        let name = wish.core.name.clone();
        let found = optional(around.proton.get_service(&name).await)?;
        let (has_pipeline, instances) = match &found {
            Some(service) => {
                (service.pipeline.is_some(), optional(all_instances(around.proton, &name).await)?.unwrap_or_default())
            }
            None if wish.core.deleting => (false, Vec::new()),
            None => (around.proton.has_pipeline(&wish.core.template_name).await?, Vec::new()),
        };
        let arn = found.as_ref().map(|service| service.arn.clone()).unwrap_or_default();
        let neutral = |deployment| service::deployment(deployment, &arn);
        let look = Look {
            proton: around.proton,
            target: TargetName::Pipeline { service: name },
            arn: found.as_ref().and_then(|service| service.pipeline.as_ref()).map(|pipeline| pipeline.arn.clone()),
            neutral: &neutral,
        };
        let view = found.as_ref().map(|found| service::view(found, &wish));
        let mut core = look.observe(view, &wish.core, memory, now).await?;
        if wish.core.deleting {
            let deleted = Deleted::Service(&wish.core.name);
            core.dependents = around.surroundings.dependents(around.namespace, self.lifecycle(), deleted);
        }
        Ok(ServiceObserved { wish, seen: ServiceSeen { core, service: found, has_pipeline, instances } })
    }

    fn plan(_: &Desired, observed: &ServiceObserved, memory: &Memory) -> Decision {
        service::plan(&observed.wish, &observed.seen, memory)
    }

    async fn perform(
        observed: &ServiceObserved,
        proton: &dyn Proton,
        fence: &dyn Fence,
        decision: &Decision,
    ) -> std::result::Result<(), ActError> {
        let name = &observed.wish.core.name;
        match &decision.act {
            Act::Create(request) => {
                let request = service::create(request, &observed.wish, &observed.seen, &decision.status.service.created);
                marked(fence, At::BeforeCreateService, At::AfterCreateService, proton.create_service(&request)).await
            }
            Act::Update { request, .. } if request.deployment_type == UpdateType::None => {
                let request =
                    UpdateService { name: name.clone(), description: request.description.clone(), ..UpdateService::default() };
                marked(fence, At::BeforeUpdateService, At::AfterUpdateService, proton.update_service(&request)).await
            }
            Act::Update { request, .. } => {
                let current = whole_document(proton, &proton.get_service(name).await?).await?;
                if service_creation::is_unfinished(observed.seen.service.as_ref()) {
                    let request = service_creation::complete(request, &current);
                    let call = proton.update_service(&request);
                    return marked(fence, At::BeforeCompleteService, At::AfterCompleteService, call).await;
                }
                let request = service::update(request, &current);
                let call = proton.update_service_pipeline(&request);
                marked(fence, At::BeforeUpdatePipeline, At::AfterUpdatePipeline, call).await
            }
            Act::Cancel { .. } => {
                let call = proton.cancel_service_pipeline_deployment(name);
                marked(fence, At::BeforeCancelPipeline, At::AfterCancelPipeline, call).await
            }
            Act::Delete { .. } => {
                marked(fence, At::BeforeDeleteService, At::AfterDeleteService, proton.delete_service(name)).await
            }
            other => act::perform(proton, fence, other).await,
        }
    }

    fn awaits(_: &Desired, observed: &ServiceObserved) -> Option<(Awaited, Seen)> {
        let service = observed.seen.service.as_ref()?;
        Some((Awaited::Service(service.name.clone()), Seen::from(service)))
    }

    fn tags(observed: &ServiceObserved) -> &[Tag] {
        &observed.seen.core.tags
    }
}

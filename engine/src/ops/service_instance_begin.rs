//! New instances of a service, and what an instance's deployment starts from.

use super::{ApiError, Engine};
use crate::bundle::spec::InstanceEntry;
use crate::domain::deployment::State;
use crate::domain::environment::Environment;
use crate::domain::refusal::Refusal;
use crate::domain::service::Service;
use crate::domain::service_state::ServiceInstanceState;
use crate::domain::service_target::{ServiceInstance, absent};
use crate::domain::stack_name;
use crate::domain::tags::{self, Tag};
use crate::domain::target::{Operation, TargetKind};
use crate::domain::version::VersionNumber;
use crate::store::{Reader, Writer};

/// An instance that a request adds.
pub(super) struct NewInstance<'a> {
    /// Its entry in the document.
    pub(super) entry: &'a InstanceEntry,
    /// Its environment.
    pub(super) environment: &'a Environment,
    /// The version that it is deployed from.
    pub(super) version: VersionNumber,
    /// The document.
    pub(super) spec: &'a str,
    /// The customer's tags.
    pub(super) tags: &'a [Tag],
    /// The request's client token.
    pub(super) client_token: Option<String>,
}

/// Writes an instance with its first deployment, and gives the deployment's id.
pub(super) async fn create(
    engine: &Engine,
    writer: &mut Writer,
    service: &Service,
    new: NewInstance<'_>,
) -> Result<String, ApiError> {
    let (now, name) = (engine.now(), &new.entry.name);
    let arn = engine.arns.service_instance(&service.name, name);
    let stack = stack_name::service_instance(&service.name, name, engine.entropy());
    let instance = ServiceInstance {
        service: service.name.clone(),
        name: name.clone(),
        environment: new.environment.name.clone(),
        template_name: service.template_name.clone(),
        last_client_token: new.client_token,
        target: absent(arn, TargetKind::ServiceInstance, stack, now),
        deployed: None,
    };
    let wanted = wanted(writer, &instance, new.version, new.spec.to_owned()).await?;
    let change = instance.begin(Operation::Create, Some(wanted), engine.fresh_id(), now)?;
    let change = change.ok_or_else(|| Refusal::Conflict(format!("The {} cannot be created now.", instance.what())))?;
    writer.apply(&change, now).await?;
    writer.put_service_instance(&instance).await?;
    let environment = &instance.environment;
    let managed = tags::of_service_instance(&engine.arns, &service.template_name, &service.name, name, environment);
    writer.put_tags(&instance.target.arn, &tags::merged(&managed, new.tags)?).await?;
    Ok(change.deployment.id)
}

/// What a deployment of an instance wants, with the deployments whose outputs it uses.
pub(super) async fn wanted(
    reader: &mut Reader,
    instance: &ServiceInstance,
    version: VersionNumber,
    spec: String,
) -> Result<ServiceInstanceState, ApiError> {
    let environment = reader.environment(&instance.environment).await?;
    let pipeline = reader.service_pipeline(&instance.service).await?;
    let component = reader.component_of_instance(&instance.service, &instance.name).await?;
    let succeeded = |target: crate::domain::target::Target| target.succeeded.map(|attempt| attempt.id);
    Ok(ServiceInstanceState {
        template_name: instance.template_name.clone(),
        version,
        spec,
        environment_deployment_id: environment.and_then(|environment| succeeded(environment.target)),
        component_deployment_ids: component.and_then(|component| succeeded(component.target)).into_iter().collect(),
        pipeline_deployment_id: pipeline.and_then(|pipeline| succeeded(pipeline.target)),
    })
}

/// The tags that a customer gave a service: its new instances get them too (AWS Proton User Guide, page resources).
pub(super) async fn inherited(reader: &mut Reader, service: &Service) -> Result<Vec<Tag>, ApiError> {
    let tags = reader.tags(&service.arn).await?;
    Ok(tags.into_iter().filter(|tag| !tag.is_managed()).collect())
}

/// Refuses more instances than the quota; those whose deletion failed count.
pub(super) fn check_count(engine: &Engine, count: usize) -> Result<(), String> {
    let quota = engine.config.quotas.service_instances;
    if i64::try_from(count).is_ok_and(|count| count <= quota) {
        return Ok(());
    }
    Err(format!(
        "A service has at most {quota} instances, and this would make {count}. Remove some first, or raise the quota with --quota service-instances=N."
    ))
}

/// Whether a deployment of the target runs or may run.
pub(super) fn is_quiet(state: State) -> bool {
    !state.is_running()
}

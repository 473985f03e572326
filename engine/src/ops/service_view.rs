//! From the engine's records of services to the shapes of the API.

use proton_model as model;

use super::ApiError;
use crate::domain::deployment::State;
use crate::domain::service::Service;
use crate::domain::service_state::{ServiceInstanceState, ServicePipelineState};
use crate::domain::service_target::{ServiceInstance, ServicePipeline};
use crate::store::Reader;

/// A service with its pipeline, as they are now.
pub(super) async fn shown(reader: &mut Reader, service: Service) -> Result<model::Service, ApiError> {
    let pipeline = reader.service_pipeline(&service.name).await?;
    Ok(self::service(service, pipeline))
}

/// A service. Its pipeline is shown from its first deployment on (AWS Proton User Guide, page ag-create-svc, samples).
fn service(service: Service, of: Option<ServicePipeline>) -> model::Service {
    let (connection_arn, id, branch) = match service.repository {
        Some(repository) => (Some(repository.connection_arn), Some(repository.id), Some(repository.branch)),
        None => (None, None, None),
    };
    model::Service {
        arn: Some(service.arn),
        branch_name: branch,
        created_at: Some(service.created_at.into()),
        description: service.description.map(Into::into),
        last_modified_at: Some(service.modified_at.into()),
        name: Some(service.name),
        pipeline: of.filter(|pipeline| pipeline.target.state != State::Absent).map(pipeline),
        repository_connection_arn: connection_arn,
        repository_id: id,
        spec: Some(service.spec.into()),
        status: Some(service.stage.status().into()),
        status_message: service.message.map(Into::into),
        template_name: Some(service.template_name),
    }
}

/// A service in a list.
pub(super) fn service_summary(service: Service) -> model::ServiceSummary {
    model::ServiceSummary {
        arn: Some(service.arn),
        created_at: Some(service.created_at.into()),
        description: service.description.map(Into::into),
        last_modified_at: Some(service.modified_at.into()),
        name: Some(service.name),
        status: Some(service.stage.status().into()),
        status_message: service.message.map(Into::into),
        template_name: Some(service.template_name),
    }
}

/// A pipeline. Spec and version are those that are deployed, and absent before the first success.
pub(super) fn pipeline(pipeline: ServicePipeline) -> model::ServicePipeline {
    let ServicePipeline { target, deployed, template_name, .. } = pipeline;
    let (attempted, succeeded) = (target.attempted.as_ref(), target.succeeded.as_ref());
    model::ServicePipeline {
        arn: Some(target.arn.clone()),
        created_at: Some(target.created_at.into()),
        deployment_status: Some(target.state.status().into()),
        deployment_status_message: target.message.clone().map(Into::into),
        last_attempted_deployment_id: attempted.map(|attempt| attempt.id.clone()),
        last_deployment_attempted_at: attempted.map(|attempt| attempt.at.into()),
        last_deployment_succeeded_at: succeeded.map(|attempt| attempt.at.into()),
        last_succeeded_deployment_id: succeeded.map(|attempt| attempt.id.clone()),
        template_major_version: deployed.as_ref().map(|state| state.version.major.to_string()),
        template_minor_version: deployed.as_ref().map(|state| state.version.minor.to_string()),
        spec: deployed.map(|state| state.spec.into()),
        template_name: Some(template_name),
    }
}

/// A service instance. Spec and version are those that are deployed, and absent before the first success.
pub(super) fn instance(instance: ServiceInstance) -> model::ServiceInstance {
    let ServiceInstance { target, deployed, .. } = instance;
    let (attempted, succeeded) = (target.attempted.as_ref(), target.succeeded.as_ref());
    model::ServiceInstance {
        arn: Some(target.arn.clone()),
        created_at: Some(target.created_at.into()),
        deployment_status: Some(target.state.status().into()),
        deployment_status_message: target.message.clone().map(Into::into),
        environment_name: Some(instance.environment),
        last_attempted_deployment_id: attempted.map(|attempt| attempt.id.clone()),
        last_client_request_token: instance.last_client_token,
        last_deployment_attempted_at: attempted.map(|attempt| attempt.at.into()),
        last_deployment_succeeded_at: succeeded.map(|attempt| attempt.at.into()),
        last_succeeded_deployment_id: succeeded.map(|attempt| attempt.id.clone()),
        name: Some(instance.name),
        service_name: Some(instance.service),
        template_major_version: deployed.as_ref().map(|state| state.version.major.to_string()),
        template_minor_version: deployed.as_ref().map(|state| state.version.minor.to_string()),
        spec: deployed.map(|state| state.spec.into()),
        template_name: Some(instance.template_name),
    }
}

/// A service instance in a list.
pub(super) fn instance_summary(record: ServiceInstance) -> model::ServiceInstanceSummary {
    let full = instance(record);
    model::ServiceInstanceSummary {
        arn: full.arn,
        created_at: full.created_at,
        deployment_status: full.deployment_status,
        deployment_status_message: full.deployment_status_message,
        environment_name: full.environment_name,
        last_attempted_deployment_id: full.last_attempted_deployment_id,
        last_deployment_attempted_at: full.last_deployment_attempted_at,
        last_deployment_succeeded_at: full.last_deployment_succeeded_at,
        last_succeeded_deployment_id: full.last_succeeded_deployment_id,
        name: full.name,
        service_name: full.service_name,
        template_major_version: full.template_major_version,
        template_minor_version: full.template_minor_version,
        template_name: full.template_name,
    }
}

/// What a deployment of an instance started from or wants.
pub(super) fn instance_state(state: ServiceInstanceState) -> model::ServiceInstanceState {
    let components = Some(state.component_deployment_ids).filter(|ids| !ids.is_empty());
    model::ServiceInstanceState {
        last_successful_component_deployment_ids: components,
        last_successful_environment_deployment_id: state.environment_deployment_id,
        last_successful_service_pipeline_deployment_id: state.pipeline_deployment_id,
        spec: Some(state.spec.into()),
        template_major_version: Some(state.version.major.to_string()),
        template_minor_version: Some(state.version.minor.to_string()),
        template_name: Some(state.template_name),
    }
}

/// What a deployment of a pipeline started from or wants.
pub(super) fn pipeline_state(state: ServicePipelineState) -> model::ServicePipelineState {
    model::ServicePipelineState {
        spec: Some(state.spec.into()),
        template_major_version: Some(state.version.major.to_string()),
        template_minor_version: Some(state.version.minor.to_string()),
        template_name: Some(state.template_name),
    }
}

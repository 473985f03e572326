//! From the engine's records to the shapes of the API.

use proton_model as model;

use super::{component_view, service_view};
use crate::domain::arn::Arns;
use crate::domain::environment::Environment;
use crate::domain::environment_members::RepositoryBranch;
use crate::domain::state::DeployedState;
use crate::domain::target::{Deployment, Resource};

/// An environment. Spec and version are those that are deployed, and absent before the first success (AWS Proton User
/// Guide, pages ag-create-env and ag-env-update, samples).
pub(super) fn environment(environment: Environment) -> model::Environment {
    let Environment { target, members, deployed, .. } = environment;
    let attempted = target.attempted.as_ref();
    let succeeded = target.succeeded.as_ref();
    model::Environment {
        arn: Some(target.arn.clone()),
        codebuild_role_arn: members.codebuild_role_arn,
        component_role_arn: members.component_role_arn,
        created_at: Some(target.created_at.into()),
        deployment_status: Some(target.state.status().into()),
        deployment_status_message: target.message.clone().map(Into::into),
        description: environment.description.map(Into::into),
        environment_account_connection_id: members.connection_id,
        environment_account_id: Some(environment.account_id),
        last_attempted_deployment_id: attempted.map(|attempt| attempt.id.clone()),
        last_deployment_attempted_at: attempted.map(|attempt| attempt.at.into()),
        last_deployment_succeeded_at: succeeded.map(|attempt| attempt.at.into()),
        last_succeeded_deployment_id: succeeded.map(|attempt| attempt.id.clone()),
        name: Some(environment.name),
        proton_service_role_arn: members.service_role_arn,
        provisioning: environment.customer_managed.then_some(model::Provisioning::CustomerManaged),
        provisioning_repository: members.repository.map(repository),
        template_major_version: deployed.as_ref().map(|state| state.version.major.to_string()),
        template_minor_version: deployed.as_ref().map(|state| state.version.minor.to_string()),
        spec: deployed.map(|state| state.spec.into()),
        template_name: Some(environment.template_name),
    }
}

/// An environment in a list.
pub(super) fn environment_summary(record: Environment) -> model::EnvironmentSummary {
    let full = environment(record);
    model::EnvironmentSummary {
        arn: full.arn,
        component_role_arn: full.component_role_arn,
        created_at: full.created_at,
        deployment_status: full.deployment_status,
        deployment_status_message: full.deployment_status_message,
        description: full.description,
        environment_account_connection_id: full.environment_account_connection_id,
        environment_account_id: full.environment_account_id,
        last_attempted_deployment_id: full.last_attempted_deployment_id,
        last_deployment_attempted_at: full.last_deployment_attempted_at,
        last_deployment_succeeded_at: full.last_deployment_succeeded_at,
        last_succeeded_deployment_id: full.last_succeeded_deployment_id,
        name: full.name,
        proton_service_role_arn: full.proton_service_role_arn,
        provisioning: full.provisioning,
        template_major_version: full.template_major_version,
        template_minor_version: full.template_minor_version,
        template_name: full.template_name,
    }
}

/// A linked repository.
pub(super) fn repository(repository: RepositoryBranch) -> model::RepositoryBranch {
    model::RepositoryBranch {
        arn: Some(repository.arn),
        branch: Some(repository.branch),
        name: Some(repository.name),
        provider: Some(repository.provider.as_str().into()),
    }
}

/// A deployment.
pub(super) fn deployment(arns: &Arns, record: Deployment) -> model::Deployment {
    let summary = deployment_summary(arns, &record);
    model::Deployment {
        arn: summary.arn,
        completed_at: summary.completed_at,
        component_name: summary.component_name,
        created_at: summary.created_at,
        deployment_status: summary.deployment_status,
        deployment_status_message: record.message.map(Into::into),
        environment_name: summary.environment_name,
        id: summary.id,
        initial_state: record.initial.map(state),
        last_attempted_deployment_id: summary.last_attempted_deployment_id,
        last_modified_at: summary.last_modified_at,
        last_succeeded_deployment_id: summary.last_succeeded_deployment_id,
        service_instance_name: summary.service_instance_name,
        service_name: summary.service_name,
        target_arn: summary.target_arn,
        target_resource_created_at: summary.target_resource_created_at,
        target_resource_type: summary.target_resource_type,
        target_state: record.wanted.map(state),
    }
}

/// A deployment in a list: without message and states.
pub(super) fn deployment_summary(arns: &Arns, record: &Deployment) -> model::DeploymentSummary {
    model::DeploymentSummary {
        arn: Some(arns.deployment(&record.id)),
        completed_at: record.completed_at.map(Into::into),
        component_name: record.names.component.clone(),
        created_at: Some(record.created_at.into()),
        deployment_status: Some(record.state.status().into()),
        // Pipelines of services without instances have none, and the member's shape allows no empty text.
        environment_name: Some(record.names.environment.clone()).filter(|name| !name.is_empty()),
        id: Some(record.id.clone()),
        last_attempted_deployment_id: Some(record.id.clone()),
        last_modified_at: Some(record.modified_at.into()),
        last_succeeded_deployment_id: record.last_succeeded_id.clone(),
        service_instance_name: record.names.service_instance.clone(),
        service_name: record.names.service.clone(),
        target_arn: Some(record.target_arn.clone()),
        target_resource_created_at: Some(record.target_created_at.into()),
        target_resource_type: Some(record.kind.name().into()),
    }
}

fn state(state: DeployedState) -> model::DeploymentState {
    match state {
        DeployedState::Environment(state) => model::DeploymentState::Environment(model::EnvironmentState {
            spec: Some(state.spec.into()),
            template_major_version: Some(state.version.major.to_string()),
            template_minor_version: Some(state.version.minor.to_string()),
            template_name: Some(state.template_name),
        }),
        DeployedState::ServiceInstance(state) => model::DeploymentState::ServiceInstance(service_view::instance_state(state)),
        DeployedState::ServicePipeline(state) => model::DeploymentState::ServicePipeline(service_view::pipeline_state(state)),
        DeployedState::Component(state) => model::DeploymentState::Component(component_view::state(state)),
    }
}

/// Outputs of a deployment.
pub(super) fn outputs(outputs: Vec<(String, String)>) -> Vec<model::Output> {
    outputs.into_iter().map(|(key, value)| model::Output { key: Some(key), value_string: Some(value) }).collect()
}

/// What was provisioned.
pub(super) fn resources(resources: Vec<Resource>) -> Vec<model::ProvisionedResource> {
    let shown = |resource: Resource| model::ProvisionedResource {
        identifier: Some(resource.identifier),
        name: Some(resource.name),
        provisioning_engine: Some(resource.engine.as_str().into()),
    };
    resources.into_iter().map(shown).collect()
}

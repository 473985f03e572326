//! Between the SDK's types and the operator's views. The SDK fills absent required members with empty texts, epoch zero and
//! unknown words; here they become `None` again.

use aws_smithy_types::DateTime;
use aws_smithy_types::error::operation::BuildError;
use jiff::Timestamp;

use super::sdk::types as wire;
use crate::proton::sensitive::Sensitive;
use crate::proton::types::{
    Deployment, DeploymentStatus, DeploymentSummary, EnvironmentState, EnvironmentSummary, EnvironmentTemplate, EnvironmentView,
    Output, RepositoryBranch, Tag, TemplateVersion, UsedIds,
};
use crate::proton::{ErrorClass, ProtonError, Result};

/// `None` for an absent or empty text.
pub(super) fn present(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// A sensitive member on its way out.
pub(super) fn text(value: Option<&Sensitive>) -> Option<String> {
    value.map(|value| value.as_str().to_owned())
}

pub(super) fn sensitive(text: Option<String>) -> Option<Sensitive> {
    present(text).map(Sensitive::from)
}

pub(super) fn status(word: &wire::DeploymentStatus) -> DeploymentStatus {
    DeploymentStatus::parse(word.as_str())
}

pub(super) fn timestamp(time: &DateTime) -> Timestamp {
    Timestamp::new(time.secs(), i32::try_from(time.subsec_nanos()).unwrap_or(0)).unwrap_or(Timestamp::UNIX_EPOCH)
}

pub(super) fn happened(time: &DateTime) -> Option<Timestamp> {
    Some(timestamp(time)).filter(|time| *time != Timestamp::UNIX_EPOCH)
}

fn customer_managed(provisioning: Option<&wire::Provisioning>) -> bool {
    provisioning == Some(&wire::Provisioning::CustomerManaged)
}

/// `None` when the answer held no environment.
pub(super) fn environment(from: wire::Environment) -> Option<EnvironmentView> {
    if from.name.is_empty() {
        return None;
    }
    Some(EnvironmentView {
        created_at: timestamp(&from.created_at),
        last_deployment_attempted_at: happened(&from.last_deployment_attempted_at),
        last_deployment_succeeded_at: happened(&from.last_deployment_succeeded_at),
        deployment_status: status(&from.deployment_status),
        customer_managed: customer_managed(from.provisioning.as_ref()),
        name: from.name,
        arn: from.arn,
        description: sensitive(from.description),
        template_name: from.template_name,
        template_major_version: present(Some(from.template_major_version)),
        template_minor_version: present(Some(from.template_minor_version)),
        deployment_status_message: sensitive(from.deployment_status_message),
        proton_service_role_arn: present(from.proton_service_role_arn),
        environment_account_connection_id: present(from.environment_account_connection_id),
        spec: sensitive(from.spec),
        provisioning_repository: from.provisioning_repository.map(repository),
        component_role_arn: present(from.component_role_arn),
        codebuild_role_arn: present(from.codebuild_role_arn),
        last_attempted_deployment_id: present(from.last_attempted_deployment_id),
        last_succeeded_deployment_id: present(from.last_succeeded_deployment_id),
    })
}

/// A row of ListEnvironments.
pub(super) fn environment_summary(from: wire::EnvironmentSummary) -> EnvironmentSummary {
    EnvironmentSummary {
        deployment_status: status(&from.deployment_status),
        name: from.name,
        arn: from.arn,
        last_attempted_deployment_id: present(from.last_attempted_deployment_id),
        last_succeeded_deployment_id: present(from.last_succeeded_deployment_id),
    }
}

fn repository(from: wire::RepositoryBranch) -> RepositoryBranch {
    RepositoryBranch { provider: from.provider.as_str().to_owned(), branch: from.branch, name: from.name }
}

fn state(from: wire::DeploymentState) -> Option<EnvironmentState> {
    let of = |spec, template_name, template_major_version, template_minor_version| {
        Some(EnvironmentState { spec: sensitive(spec), template_name, template_major_version, template_minor_version })
    };
    match from {
        wire::DeploymentState::Environment(state) => {
            of(state.spec, state.template_name, state.template_major_version, state.template_minor_version)
        }
        wire::DeploymentState::ServiceInstance(state) => {
            of(Some(state.spec), state.template_name, state.template_major_version, state.template_minor_version)
        }
        wire::DeploymentState::ServicePipeline(state) => {
            of(state.spec, state.template_name, state.template_major_version, state.template_minor_version)
        }
        wire::DeploymentState::Component(state) => {
            let members = serde_json::json!({
                "templateFile": state.template_file,
                "serviceName": present(state.service_name),
                "serviceInstanceName": present(state.service_instance_name),
                "serviceSpec": present(state.service_spec),
            });
            of(Some(members.to_string()), String::new(), String::new(), String::new())
        }
        _ => None,
    }
}

fn used(from: Option<&wire::DeploymentState>) -> UsedIds {
    let Some(wire::DeploymentState::ServiceInstance(state)) = from else {
        return UsedIds::default();
    };
    UsedIds {
        environment: present(state.last_successful_environment_deployment_id.clone()),
        components: state.last_successful_component_deployment_ids.clone().unwrap_or_default(),
        pipeline: present(state.last_successful_service_pipeline_deployment_id.clone()),
    }
}

/// `None` when the answer held no deployment.
pub(super) fn deployment(from: wire::Deployment) -> Option<Deployment> {
    if from.id.is_empty() {
        return None;
    }
    Some(Deployment {
        deployment_status: status(&from.deployment_status),
        created_at: timestamp(&from.created_at),
        completed_at: from.completed_at.as_ref().and_then(happened),
        id: from.id,
        target_arn: from.target_arn,
        deployment_status_message: sensitive(from.deployment_status_message),
        initial_state: from.initial_state.and_then(state),
        used: used(from.target_state.as_ref()),
        target_state: from.target_state.and_then(state),
    })
}

/// A row of ListDeployments.
pub(super) fn deployment_summary(from: wire::DeploymentSummary) -> DeploymentSummary {
    DeploymentSummary {
        deployment_status: status(&from.deployment_status),
        created_at: timestamp(&from.created_at),
        completed_at: from.completed_at.as_ref().and_then(happened),
        id: from.id,
        target_arn: from.target_arn,
    }
}

/// `None` for an output without a key.
pub(super) fn output(from: wire::Output) -> Option<Output> {
    let value = from.value_string.unwrap_or_default().into();
    from.key.map(|key| Output { key, value })
}

/// A template.
pub(super) fn environment_template(from: wire::EnvironmentTemplate) -> EnvironmentTemplate {
    EnvironmentTemplate {
        customer_managed: customer_managed(from.provisioning.as_ref()),
        name: from.name,
        recommended_version: present(from.recommended_version),
    }
}

/// A row of ListEnvironmentTemplateVersions.
pub(super) fn template_version(from: wire::EnvironmentTemplateVersionSummary) -> TemplateVersion {
    TemplateVersion {
        published: from.status == wire::TemplateVersionStatus::Published,
        major: from.major_version,
        minor: from.minor_version,
        recommended_minor: present(from.recommended_minor_version),
    }
}

/// `None` for a tag that AWS manages.
pub(super) fn customer_tag(from: wire::Tag) -> Option<Tag> {
    (!from.key.starts_with("aws:")).then_some(Tag { key: from.key, value: from.value })
}

/// A repository on its way out.
pub(super) fn repository_input(from: Option<&RepositoryBranch>) -> Result<Option<wire::RepositoryBranchInput>> {
    let build = |from: &RepositoryBranch| {
        let builder = wire::RepositoryBranchInput::builder().name(&from.name).branch(&from.branch);
        builder.provider(from.provider.as_str().into()).build().map_err(incomplete)
    };
    from.map(build).transpose()
}

/// Tags on their way out; `None` for none, because the API wants no empty list.
pub(super) fn tags_input(from: &[Tag]) -> Result<Option<Vec<wire::Tag>>> {
    let build = |tag: &Tag| wire::Tag::builder().key(&tag.key).value(&tag.value).build().map_err(incomplete);
    let tags: Vec<_> = from.iter().map(build).collect::<Result<_>>()?;
    Ok(Some(tags).filter(|tags| !tags.is_empty()))
}

fn incomplete(error: BuildError) -> ProtonError {
    ProtonError::new(ErrorClass::Validation, "IncompleteRequest", error.to_string())
}

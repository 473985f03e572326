//! Services, instances, pipelines and components out of the SDK's types; absent members become `None` again.

use super::sdk::types as wire;
use super::view::{happened, present, sensitive, status, timestamp};
use crate::proton::service_types::{
    ComponentSummary, ComponentView, InstanceSummary, InstanceView, PipelineView, ServiceSummary, ServiceView,
};
use crate::proton::types::TemplateVersion;

/// `None` when the answer held no service.
pub(super) fn service(from: wire::Service) -> Option<ServiceView> {
    if from.name.is_empty() {
        return None;
    }
    Some(ServiceView {
        created_at: timestamp(&from.created_at),
        status: from.status.as_str().to_owned(),
        name: from.name,
        arn: from.arn,
        description: sensitive(from.description),
        template_name: from.template_name,
        status_message: sensitive(from.status_message),
        spec: sensitive(Some(from.spec)),
        pipeline: from.pipeline.map(pipeline),
    })
}

pub(super) fn service_summary(from: wire::ServiceSummary) -> ServiceSummary {
    ServiceSummary { name: from.name, status: from.status.as_str().to_owned() }
}

fn pipeline(from: wire::ServicePipeline) -> PipelineView {
    PipelineView {
        last_deployment_attempted_at: happened(&from.last_deployment_attempted_at),
        last_deployment_succeeded_at: happened(&from.last_deployment_succeeded_at),
        deployment_status: status(&from.deployment_status),
        arn: from.arn,
        template_major_version: present(Some(from.template_major_version)),
        template_minor_version: present(Some(from.template_minor_version)),
        deployment_status_message: sensitive(from.deployment_status_message),
        spec: sensitive(from.spec),
        last_attempted_deployment_id: present(from.last_attempted_deployment_id),
        last_succeeded_deployment_id: present(from.last_succeeded_deployment_id),
    }
}

/// `None` when the answer held no instance.
pub(super) fn instance(from: wire::ServiceInstance) -> Option<InstanceView> {
    if from.name.is_empty() {
        return None;
    }
    Some(InstanceView {
        created_at: timestamp(&from.created_at),
        last_deployment_attempted_at: happened(&from.last_deployment_attempted_at),
        last_deployment_succeeded_at: happened(&from.last_deployment_succeeded_at),
        deployment_status: status(&from.deployment_status),
        name: from.name,
        arn: from.arn,
        service_name: from.service_name,
        environment_name: from.environment_name,
        template_name: from.template_name,
        template_major_version: present(Some(from.template_major_version)),
        template_minor_version: present(Some(from.template_minor_version)),
        deployment_status_message: sensitive(from.deployment_status_message),
        spec: sensitive(from.spec),
        last_attempted_deployment_id: present(from.last_attempted_deployment_id),
        last_succeeded_deployment_id: present(from.last_succeeded_deployment_id),
    })
}

/// A row of ListServiceInstances.
pub(super) fn instance_summary(from: wire::ServiceInstanceSummary) -> InstanceSummary {
    InstanceSummary {
        deployment_status: status(&from.deployment_status),
        name: from.name,
        service_name: from.service_name,
        environment_name: from.environment_name,
        arn: from.arn,
        last_attempted_deployment_id: present(from.last_attempted_deployment_id),
        last_succeeded_deployment_id: present(from.last_succeeded_deployment_id),
    }
}

/// `None` when the answer held no component.
pub(super) fn component(from: wire::Component) -> Option<ComponentView> {
    if from.name.is_empty() {
        return None;
    }
    Some(ComponentView {
        created_at: timestamp(&from.created_at),
        last_deployment_attempted_at: from.last_deployment_attempted_at.as_ref().and_then(happened),
        last_deployment_succeeded_at: from.last_deployment_succeeded_at.as_ref().and_then(happened),
        deployment_status: status(&from.deployment_status),
        name: from.name,
        arn: from.arn,
        description: sensitive(from.description),
        environment_name: from.environment_name,
        service_name: present(from.service_name),
        service_instance_name: present(from.service_instance_name),
        deployment_status_message: sensitive(from.deployment_status_message),
        service_spec: sensitive(from.service_spec),
        last_attempted_deployment_id: present(from.last_attempted_deployment_id),
        last_succeeded_deployment_id: present(from.last_succeeded_deployment_id),
    })
}

/// A row of ListComponents.
pub(super) fn component_summary(from: wire::ComponentSummary) -> ComponentSummary {
    ComponentSummary {
        deployment_status: status(&from.deployment_status),
        name: from.name,
        service_name: present(from.service_name),
        service_instance_name: present(from.service_instance_name),
        last_attempted_deployment_id: present(from.last_attempted_deployment_id),
        last_succeeded_deployment_id: present(from.last_succeeded_deployment_id),
    }
}

/// A row of ListServiceTemplateVersions.
pub(super) fn template_version(from: wire::ServiceTemplateVersionSummary) -> TemplateVersion {
    TemplateVersion {
        published: from.status == wire::TemplateVersionStatus::Published,
        major: from.major_version,
        minor: from.minor_version,
        recommended_minor: present(from.recommended_minor_version),
    }
}

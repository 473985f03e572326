//! Components in the shapes of the API.

use proton_model as model;

use crate::domain::component::Component;
use crate::domain::component_state::ComponentState;

/// A component. Its serviceSpec is the one that is deployed, and only while it is attached where that spec belongs to.
pub(super) fn component(component: Component) -> model::Component {
    let Component { target, attachment, deployed, .. } = component;
    let deployed = deployed.filter(|state| state.attachment == attachment);
    let attempted = target.attempted.as_ref();
    let succeeded = target.succeeded.as_ref();
    model::Component {
        arn: Some(target.arn.clone()),
        created_at: Some(target.created_at.into()),
        deployment_status: Some(target.state.status().into()),
        deployment_status_message: target.message.clone().map(Into::into),
        description: component.description.map(Into::into),
        environment_name: Some(component.environment),
        last_attempted_deployment_id: attempted.map(|attempt| attempt.id.clone()),
        last_client_request_token: component.last_client_token,
        last_deployment_attempted_at: attempted.map(|attempt| attempt.at.into()),
        last_deployment_succeeded_at: succeeded.map(|attempt| attempt.at.into()),
        last_modified_at: Some(component.modified_at.into()),
        last_succeeded_deployment_id: succeeded.map(|attempt| attempt.id.clone()),
        name: Some(component.name),
        service_instance_name: attachment.as_ref().map(|attachment| attachment.instance.clone()),
        service_name: attachment.map(|attachment| attachment.service),
        service_spec: deployed.and_then(|state| state.service_spec).map(Into::into),
    }
}

/// A component in a list: without description, spec and token.
pub(super) fn summary(record: Component) -> model::ComponentSummary {
    let full = component(record);
    model::ComponentSummary {
        arn: full.arn,
        created_at: full.created_at,
        deployment_status: full.deployment_status,
        deployment_status_message: full.deployment_status_message,
        environment_name: full.environment_name,
        last_attempted_deployment_id: full.last_attempted_deployment_id,
        last_deployment_attempted_at: full.last_deployment_attempted_at,
        last_deployment_succeeded_at: full.last_deployment_succeeded_at,
        last_modified_at: full.last_modified_at,
        last_succeeded_deployment_id: full.last_succeeded_deployment_id,
        name: full.name,
        service_instance_name: full.service_instance_name,
        service_name: full.service_name,
    }
}

/// What is deployed of a component.
pub(super) fn state(state: ComponentState) -> model::ComponentState {
    model::ComponentState {
        service_instance_name: state.attachment.as_ref().map(|attachment| attachment.instance.clone()),
        service_name: state.attachment.map(|attachment| attachment.service),
        service_spec: state.service_spec.map(Into::into),
        template_file: Some(state.template_file.into()),
    }
}

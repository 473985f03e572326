//! CreateComponent: a new component, attached or not, and its first deployment.

use proton_model::{CreateComponentInput, CreateComponentOutput, Operation};

use super::component_input::{Tokened, all_tags, check_attachment, check_manifest, instance};
use super::get_environment::existing as existing_environment;
use super::{ApiError, Engine, component_view as view, tags};
use crate::domain::component::{self, Component, absent_target};
use crate::domain::component_attachment;
use crate::domain::component_state::{Attachment, ComponentState};
use crate::domain::idempotency::fingerprint;
use crate::domain::quota;
use crate::domain::refusal::Refusal;
use crate::domain::stack_name;
use crate::domain::target;
use crate::store::Writer;

pub(super) async fn handle(engine: &Engine, mut input: CreateComponentInput) -> Result<CreateComponentOutput, ApiError> {
    let token = input.client_token.take().filter(|token| !token.is_empty());
    let request = serde_json::to_value(&input).map_err(|error| ApiError::invalid(error.to_string()))?;
    let name = input.name.clone().unwrap_or_default();
    let tokened = Tokened {
        operation: Operation::CreateComponent,
        token,
        fingerprint: fingerprint(&request),
        arn: engine.arns.component(&name),
    };
    let mut writer = engine.store.write().await?;
    if !tokened.is_replay(engine, &mut writer).await? {
        create(engine, &mut writer, input, &tokened).await?;
    }
    let created = writer.component(&name).await?.map(view::component);
    engine.commit(writer).await?;
    Ok(CreateComponentOutput { component: created })
}

async fn create(
    engine: &Engine,
    writer: &mut Writer,
    mut input: CreateComponentInput,
    tokened: &Tokened,
) -> Result<(), ApiError> {
    let given = tags::given(input.tags.as_deref());
    let (service_spec, template_file) = (input.service_spec.take(), input.template_file.take());
    let service_spec = service_spec.map(String::from);
    let component = new_component(engine, writer, input, tokened.token.clone(), service_spec.as_deref()).await?;
    check_free(engine, writer, &component).await?;
    let wanted = ComponentState {
        attachment: component.attachment.clone(),
        service_spec,
        template_file: template_file.map(String::from).unwrap_or_default(),
    };
    let now = engine.now();
    let change = component.begin(target::Operation::Create, Some(wanted), engine.fresh_id(), now)?;
    let change =
        change.ok_or_else(|| Refusal::Conflict(format!("The {} cannot be created now. Try again.", component.what())))?;
    writer.apply(&change, now).await?;
    writer.put_component(&component).await?;
    writer.put_tags(&component.target.arn, &all_tags(engine, &component, &given)?).await?;
    tokened.remember(engine, writer).await
}

/// The record of the component, in the environment that is named or that the instance runs in.
async fn new_component(
    engine: &Engine,
    writer: &mut Writer,
    input: CreateComponentInput,
    last_client_token: Option<String>,
    service_spec: Option<&str>,
) -> Result<Component, ApiError> {
    let name = input.name.unwrap_or_default();
    let manifest = input.manifest.map(String::from).unwrap_or_default();
    check_manifest(&manifest)?;
    let attachment = component_attachment::next(None, input.service_name.as_deref(), input.service_instance_name.as_deref())?;
    component::check_spec(attachment.as_ref(), service_spec)?;
    let environment = environment(engine, writer, &name, input.environment_name, attachment.as_ref(), service_spec).await?;
    let now = engine.now();
    let stack = stack_name::component(&name, engine.entropy());
    Ok(Component {
        target: absent_target(engine.arns.component(&name), stack, now),
        name,
        environment,
        attachment,
        description: input.description.map(String::from),
        manifest,
        last_client_token,
        modified_at: now,
        deployed: None,
    })
}

async fn environment(
    engine: &Engine,
    writer: &mut Writer,
    name: &str,
    given: Option<String>,
    attachment: Option<&Attachment>,
    service_spec: Option<&str>,
) -> Result<String, ApiError> {
    let environment = match (given, attachment) {
        (given, Some(attachment)) => {
            let instance = instance(engine, writer, attachment).await?;
            let environment = given.unwrap_or_else(|| instance.environment.clone());
            check_attachment(writer, name, &environment, attachment, true, &instance, service_spec).await?;
            environment
        }
        (Some(given), None) => given,
        (None, None) => {
            return Err(ApiError::invalid(
                "environmentName is required, unless serviceName and serviceInstanceName say what to attach the component to.",
            ));
        }
    };
    let found = existing_environment(engine, writer, &environment).await?;
    let connection = match &found.members.connection_id {
        Some(id) => writer.account_connection(id).await?,
        None => None,
    };
    component::check_environment(&found, connection.as_ref())?;
    Ok(environment)
}

/// Refuses a name that is taken, and one more than the quota.
async fn check_free(engine: &Engine, writer: &mut Writer, component: &Component) -> Result<(), ApiError> {
    if writer.component(&component.name).await?.is_some() {
        return Err(Refusal::Conflict(format!("The {} exists already. Use another name, or update it.", component.what())).into());
    }
    let count = writer.count_components().await?;
    Ok(quota::check(count, engine.config.quotas.components, "components", "components")?)
}

//! UpdateComponent: the description, or a deployment with a new file, spec or attachment.

use proton_model::{ComponentDeploymentUpdateType, Operation, UpdateComponentInput, UpdateComponentOutput};

use super::component_input::{Tokened, all_tags, base, check_attachment, instance};
use super::get_component::existing;
use super::{ApiError, Engine, component_view as view};
use crate::domain::component::{Component, Given, check_spec};
use crate::domain::component_attachment;
use crate::domain::idempotency::fingerprint;
use crate::domain::refusal::Refusal;
use crate::domain::tags::Tag;
use crate::domain::target;
use crate::store::Writer;

pub(super) async fn handle(engine: &Engine, mut input: UpdateComponentInput) -> Result<UpdateComponentOutput, ApiError> {
    let token = input.client_token.take().filter(|token| !token.is_empty());
    let request = serde_json::to_value(&input).map_err(|error| ApiError::invalid(error.to_string()))?;
    let name = input.name.clone().unwrap_or_default();
    let tokened = Tokened {
        operation: Operation::UpdateComponent,
        token,
        fingerprint: fingerprint(&request),
        arn: engine.arns.component(&name),
    };
    let mut writer = engine.store.write().await?;
    let stored = existing(engine, &mut writer, &name).await?;
    if !tokened.is_replay(engine, &mut writer).await? {
        stored.check_quiet()?;
        update(engine, &mut writer, stored, input, &tokened).await?;
    }
    let updated = writer.component(&name).await?.map(view::component);
    engine.commit(writer).await?;
    Ok(UpdateComponentOutput { component: updated })
}

async fn update(
    engine: &Engine,
    writer: &mut Writer,
    stored: Component,
    mut input: UpdateComponentInput,
    tokened: &Tokened,
) -> Result<(), ApiError> {
    let mut next = stored.clone();
    next.modified_at = engine.now();
    next.last_client_token = tokened.token.clone().or(next.last_client_token);
    next.description = input.description.take().map(String::from).or(next.description);
    match input.deployment_type {
        Some(ComponentDeploymentUpdateType::CurrentVersion) => deploy(engine, writer, &stored, &mut next, input).await?,
        // The constraints of the request leave no other value.
        _ => check_nothing_to_deploy(&input)?,
    }
    writer.put_component(&next).await?;
    let customers: Vec<Tag> = writer.tags(&next.target.arn).await?.into_iter().filter(|tag| !tag.is_managed()).collect();
    writer.put_tags(&next.target.arn, &all_tags(engine, &next, &customers)?).await?;
    tokened.remember(engine, writer).await
}

/// Begins the deployment of `next`, with the attachment that the request makes of the stored one.
async fn deploy(
    engine: &Engine,
    writer: &mut Writer,
    stored: &Component,
    next: &mut Component,
    input: UpdateComponentInput,
) -> Result<(), ApiError> {
    let names = (input.service_name.as_deref(), input.service_instance_name.as_deref());
    next.attachment = component_attachment::next(stored.attachment.as_ref(), names.0, names.1)?;
    let given =
        Given { service_spec: input.service_spec.map(String::from), template_file: input.template_file.map(String::from) };
    check_spec(next.attachment.as_ref(), given.service_spec.as_deref())?;
    // A detached component is also refused while the instance that it leaves is deployed with its outputs.
    if let Some(attachment) = next.attachment.as_ref().or(stored.attachment.as_ref()) {
        let is_new = stored.attachment.as_ref() != Some(attachment);
        let instance = instance(engine, writer, attachment).await?;
        let spec = given.service_spec.as_deref();
        check_attachment(writer, &next.name, &next.environment, attachment, is_new, &instance, spec).await?;
    }
    let base = base(writer, stored).await?;
    let base = base.ok_or_else(|| ApiError::invalid("The component was never deployed: delete it and create it again."))?;
    let now = engine.now();
    let change = next.begin(target::Operation::Update, Some(next.wanted(base, given)), engine.fresh_id(), now)?;
    let change = change.ok_or_else(|| Refusal::Conflict(format!("The {} cannot be updated now. Try again.", next.what())))?;
    Ok(writer.apply(&change, now).await?)
}

/// With deploymentType NONE only the description can change (API model, UpdateComponent).
fn check_nothing_to_deploy(input: &UpdateComponentInput) -> Result<(), ApiError> {
    let members = [
        ("serviceName", input.service_name.is_some()),
        ("serviceInstanceName", input.service_instance_name.is_some()),
        ("serviceSpec", input.service_spec.is_some()),
        ("templateFile", input.template_file.is_some()),
    ];
    let given: Vec<&str> = members.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
    if given.is_empty() {
        return Ok(());
    }
    Err(ApiError::invalid(format!(
        "{} cannot be given with deploymentType NONE, which deploys nothing. Use CURRENT_VERSION.",
        given.join(" and ")
    )))
}

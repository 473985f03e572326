//! CreateServiceInstance: adds one instance to a service. The pipeline is not deployed again.

use proton_model::{CreateServiceInstanceInput, CreateServiceInstanceOutput, Operation};

use super::client_tokens::Token;
use super::service_input::{TEMPLATE_KIND, check_instance, existing, existing_instance, template, version};
use super::service_instance_begin::{NewInstance, check_count, create, inherited};
use super::tags::given;
use super::{ApiError, Engine, manual_change, service_view};
use crate::domain::refusal::Refusal;
use crate::domain::resolve::{self, Template as Offered, Wanted};
use crate::domain::service::{self, Service};
use crate::domain::service_sequence::Event;
use crate::domain::service_spec;
use crate::domain::tags;
use crate::domain::template_version::TemplateVersion;
use crate::store::Writer;

pub(super) async fn handle(
    engine: &Engine,
    mut input: CreateServiceInstanceInput,
) -> Result<CreateServiceInstanceOutput, ApiError> {
    let token = Token::new(Operation::CreateServiceInstance, input.client_token.take(), &input)?;
    let (of, name) = (input.service_name.clone().unwrap_or_default(), input.name.clone().unwrap_or_default());
    let arn = engine.arns.service_instance(&of, &name);
    let mut writer = engine.store.write().await?;
    if !token.is_replay(engine, &mut writer, &arn).await? {
        let service = existing(engine, &mut writer, &of).await?;
        add(engine, &mut writer, service, input, token.text()).await?;
        manual_change::note(engine, &mut writer, Operation::CreateServiceInstance, &of, Some(&name)).await?;
        token.remember(engine, &mut writer, &arn).await?;
    }
    let shown = existing_instance(engine, &mut writer, &of, &name).await?;
    engine.commit(writer).await?;
    Ok(CreateServiceInstanceOutput { service_instance: Some(service_view::instance(shown)) })
}

async fn add(
    engine: &Engine,
    writer: &mut Writer,
    mut service: Service,
    input: CreateServiceInstanceInput,
    client_token: Option<String>,
) -> Result<(), ApiError> {
    // What an update of the service may not disturb, a new instance may not either.
    service::event(&service, Event::Update)?;
    let name = input.name.clone().unwrap_or_default();
    check_new(engine, writer, &service, &name).await?;
    let stored = service_spec::read(&service.spec)?;
    let document = service_spec::resolved(input.spec.as_ref().map(|spec| spec.as_str()).unwrap_or_default(), &stored)?;
    let missing = || ApiError::invalid(format!("The spec has no entry for the instance {name} under `instances:`. Add it."));
    let entry = document.spec.instance(&name).ok_or_else(missing)?;
    let version = resolved(engine, writer, &service, &input).await?;
    let environment = check_instance(engine, writer, &version, entry).await?;
    let tags = tags::merged(&inherited(writer, &service).await?, &given(input.tags.as_deref()))?;
    let number = version.number;
    let new = NewInstance { entry, environment: &environment, version: number, spec: &document.text, tags: &tags, client_token };
    create(engine, writer, &service, new).await?;
    let merged = service_spec::with_instance(&stored, entry);
    service.spec = service_spec::merged_text(&merged, &service.spec, &document)?;
    service.modified_at = engine.now();
    service.creation.modified = true;
    Ok(writer.put_service(&service).await?)
}

async fn check_new(engine: &Engine, writer: &mut Writer, service: &Service, name: &str) -> Result<(), ApiError> {
    if let Some(there) = writer.service_instance(&service.name, name).await? {
        return Err(Refusal::Conflict(format!("The {} exists already.", there.what())).into());
    }
    let count = writer.service_instances(Some(&service.name)).await?.len().saturating_add(1);
    // The API lists no ServiceQuotaExceededException for this operation.
    Ok(check_count(engine, count).map_err(Refusal::Invalid)?)
}

/// Without a major version that of the service; without a minor version the recommended one.
async fn resolved(
    engine: &Engine,
    writer: &mut Writer,
    service: &Service,
    input: &CreateServiceInstanceInput,
) -> Result<TemplateVersion, ApiError> {
    let (template, offers) = template(engine, writer, &service.template_name).await?;
    let of_service = service.version.major.to_string();
    let major = input.template_major_version.as_deref().unwrap_or(&of_service);
    let offered = Offered { kind: TEMPLATE_KIND, arn: &template.arn, offers: &offers };
    let asked = Wanted { major: Some(major), minor: input.template_minor_version.as_deref() };
    let number = resolve::for_create(&offered, asked)?;
    version(writer, &template, number).await
}

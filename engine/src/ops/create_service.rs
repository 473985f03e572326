//! CreateService: a service with its first instances, and its pipeline after them.

use proton_model::{CreateServiceInput, CreateServiceOutput};

use super::service_input::{TEMPLATE_KIND, check_instance, check_pipeline, template, version};
use super::service_instance_begin::{NewInstance, check_count, create as create_instance, inherited};
use super::tags::given;
use super::{ApiError, Engine, service_view};
use crate::bundle::spec::ServiceSpec;
use crate::domain::idempotency::{self, Creation, Verdict};
use crate::domain::quota;
use crate::domain::refusal::Refusal;
use crate::domain::resolve::{self, Template as Offered, Wanted};
use crate::domain::service::{self, Service};
use crate::domain::service_plan::Plan;
use crate::domain::service_sequence::{Event, Stage};
use crate::domain::service_spec::{self, Document};
use crate::domain::service_target::{ServicePipeline, absent};
use crate::domain::stack_name;
use crate::domain::tags;
use crate::domain::target::TargetKind;
use crate::domain::template::Template;
use crate::domain::template_version::TemplateVersion;
use crate::sequence;
use crate::store::Writer;

pub(super) async fn handle(engine: &Engine, input: CreateServiceInput) -> Result<CreateServiceOutput, ApiError> {
    let name = input.name.clone().unwrap_or_default();
    let request = serde_json::to_value(&input).map_err(|error| ApiError::invalid(error.to_string()))?;
    let fingerprint = idempotency::fingerprint(&request);
    let mut writer = engine.store.write().await?;
    if let Some(stored) = writer.service(&name).await? {
        check_replay(&stored, &fingerprint)?;
        return Ok(CreateServiceOutput { service: Some(service_view::shown(&mut writer, stored).await?) });
    }
    check_quota(engine, &mut writer).await?;
    let created = create(engine, &mut writer, input, fingerprint).await?;
    let shown = service_view::shown(&mut writer, created).await?;
    engine.commit(writer).await?;
    Ok(CreateServiceOutput { service: Some(shown) })
}

fn check_replay(stored: &Service, fingerprint: &str) -> Result<(), Refusal> {
    let what = service::what(&stored.name);
    if matches!(stored.stage, Stage::Deleting | Stage::DeleteFailed) {
        return Err(Refusal::Conflict(format!("The {what} is being deleted. Create it again when it is gone.")));
    }
    match idempotency::decide(Some(&stored.creation), fingerprint, &what)? {
        Verdict::Replay | Verdict::Create => Ok(()),
    }
}

async fn check_quota(engine: &Engine, writer: &mut Writer) -> Result<(), ApiError> {
    let count = writer.count_services().await?;
    Ok(quota::check(count, engine.config.quotas.services, "services", "services")?)
}

/// Everything that a create needs, read and checked.
struct Checked {
    template: Template,
    version: TemplateVersion,
    document: Document,
}

async fn check(engine: &Engine, writer: &mut Writer, input: &mut CreateServiceInput) -> Result<Checked, ApiError> {
    let (template, offers) = template(engine, writer, input.template_name.as_deref().unwrap_or_default()).await?;
    let asked = Wanted { major: input.template_major_version.as_deref(), minor: input.template_minor_version.as_deref() };
    let offered = Offered { kind: TEMPLATE_KIND, arn: &template.arn, offers: &offers };
    let version = version(writer, &template, resolve::for_create(&offered, asked)?).await?;
    let text = input.spec.take().map(String::from).unwrap_or_default();
    let document = service_spec::resolved(&text, &ServiceSpec::default())?;
    check_pipeline(&template, &version, &document.spec)?;
    check_count(engine, document.spec.instances.len()).map_err(Refusal::Quota)?;
    Ok(Checked { template, version, document })
}

async fn create(
    engine: &Engine,
    writer: &mut Writer,
    mut input: CreateServiceInput,
    fingerprint: String,
) -> Result<Service, ApiError> {
    let checked = check(engine, writer, &mut input).await?;
    let managed = tags::of_service(&engine.arns, &checked.template.name, input.name.as_deref().unwrap_or_default());
    let tags = tags::merged(&managed, &given(input.tags.as_deref()))?;
    let mut service = record(engine, &checked, input, fingerprint)?;
    writer.put_service(&service).await?;
    writer.put_tags(&service.arn, &tags).await?;
    if !checked.template.customer_managed {
        writer.put_service_pipeline(&pipeline(engine, &service)).await?;
        writer.put_tags(&engine.arns.service_pipeline(&service.name), &managed).await?;
    }
    let tags = inherited(writer, &service).await?;
    for entry in &checked.document.spec.instances {
        let environment = check_instance(engine, writer, &checked.version, entry).await?;
        let (version, spec) = (checked.version.number, checked.document.text.as_str());
        let new = NewInstance { entry, environment: &environment, version, spec, tags: &tags, client_token: None };
        service.plan.pending.push(create_instance(engine, writer, &service, new).await?);
    }
    let transition = service::event(&service, Event::Create)?;
    let begun = sequence::begin(writer, service, transition, engine.ids(), engine.now()).await?;
    begun.ok_or_else(|| ApiError::invalid("The service was deleted while it was created."))
}

fn record(engine: &Engine, checked: &Checked, input: CreateServiceInput, fingerprint: String) -> Result<Service, Refusal> {
    let name = input.name.unwrap_or_default();
    let has_pipeline = !checked.template.customer_managed;
    let now = engine.now();
    Ok(Service {
        arn: engine.arns.service(&name),
        name,
        template_name: checked.template.name.clone(),
        version: checked.version.number,
        description: input.description.map(String::from),
        repository: service::repository(input.repository_connection_arn, input.repository_id, input.branch_name, has_pipeline)?,
        spec: checked.document.text.clone(),
        stage: Stage::Absent,
        message: None,
        plan: Plan::default(),
        created_at: now,
        modified_at: now,
        creation: Creation { fingerprint, modified: false },
    })
}

fn pipeline(engine: &Engine, service: &Service) -> ServicePipeline {
    let arn = engine.arns.service_pipeline(&service.name);
    let stack = stack_name::service_pipeline(&service.name, engine.entropy());
    ServicePipeline {
        service: service.name.clone(),
        template_name: service.template_name.clone(),
        target: absent(arn, TargetKind::ServicePipeline, stack, engine.now()),
        deployed: None,
    }
}

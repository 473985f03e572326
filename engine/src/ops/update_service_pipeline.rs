//! UpdateServicePipeline: deploys a service's pipeline again. The given `pipeline:` section becomes the one of the service.

use proton_model::{UpdateServicePipelineInput, UpdateServicePipelineOutput};

use super::service_input::{
    TEMPLATE_KIND, attempted, check_pipeline, deployment_type, existing, existing_pipeline, template, version,
};
use super::{ApiError, Engine, service_view};
use crate::domain::refusal::Refusal;
use crate::domain::resolve::{self, DeploymentType, Template as Offered, Wanted};
use crate::domain::service::{self, Service};
use crate::domain::service_sequence::Event;
use crate::domain::service_spec;
use crate::domain::service_state::ServicePipelineState;
use crate::domain::service_target::{ServicePipeline, check_quiet};
use crate::domain::target::Operation;
use crate::sequence;
use crate::store::Writer;

pub(super) async fn handle(engine: &Engine, input: UpdateServicePipelineInput) -> Result<UpdateServicePipelineOutput, ApiError> {
    let name = input.service_name.clone().unwrap_or_default();
    let mut writer = engine.store.write().await?;
    let pipeline = existing_pipeline(engine, &mut writer, &name).await?;
    let service = existing(engine, &mut writer, &name).await?;
    // A sequence of the service deploys the pipeline itself.
    service::event(&service, Event::Update)?;
    check_quiet(&pipeline.target, &pipeline.what())?;
    deploy(engine, &mut writer, service, &pipeline, input).await?;
    let shown = existing_pipeline(engine, &mut writer, &name).await?;
    engine.commit(writer).await?;
    Ok(UpdateServicePipelineOutput { pipeline: Some(service_view::pipeline(shown)) })
}

async fn deploy(
    engine: &Engine,
    writer: &mut Writer,
    mut service: Service,
    pipeline: &ServicePipeline,
    input: UpdateServicePipelineInput,
) -> Result<(), ApiError> {
    let last = attempted(writer, &pipeline.target).await?;
    let base = pipeline.base(last.as_ref(), sequence::of_service(&service));
    let stored = service_spec::read(&service.spec)?;
    let document = service_spec::resolved(input.spec.as_ref().map(|spec| spec.as_str()).unwrap_or_default(), &stored)?;
    let kind = deployment_type(input.deployment_type.as_ref());
    if kind == DeploymentType::None {
        return Ok(check_spec_unchanged(&base.state, document.spec.pipeline.as_ref())?);
    }
    let (template, offers) = template(engine, writer, &pipeline.template_name).await?;
    let asked = Wanted { major: input.template_major_version.as_deref(), minor: input.template_minor_version.as_deref() };
    let offered = Offered { kind: TEMPLATE_KIND, arn: &template.arn, offers: &offers };
    let Some(number) = resolve::for_update(&offered, kind, asked, base.now(base.state.version))? else {
        return Ok(());
    };
    check_pipeline(&template, &version(writer, &template, number).await?, &document.spec)?;
    let merged = service_spec::with_pipeline(&stored, document.spec.pipeline.clone());
    service.spec = service_spec::merged_text(&merged, &service.spec, &document)?;
    service.creation.modified = true;
    writer.put_service(&service).await?;
    let wanted = ServicePipelineState { version: number, spec: document.text, ..base.state };
    let (id, now) = (engine.fresh_id(), engine.now());
    let environment = sequence::environment_of(&service.spec);
    match pipeline.begin(Operation::Update, environment, Some(wanted), id, now)? {
        Some(change) => Ok(writer.apply(&change, now).await?),
        None => Ok(()),
    }
}

fn check_spec_unchanged(
    now: &ServicePipelineState,
    given: Option<&serde_json::Map<String, serde_json::Value>>,
) -> Result<(), Refusal> {
    let now = service_spec::read(&now.spec)?;
    if now.pipeline.as_ref() == given {
        return Ok(());
    }
    Err(Refusal::Invalid(
        "spec cannot be changed with deploymentType NONE, which deploys nothing. Use CURRENT_VERSION.".to_owned(),
    ))
}

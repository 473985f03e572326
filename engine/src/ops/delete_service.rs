//! DeleteService: removes all instances and the pipeline, then the service.

use proton_model::{DeleteServiceInput, DeleteServiceOutput};

use super::{ApiError, Engine, component_guard, service_view};
use crate::domain::deployment::{Event as TargetEvent, State, step};
use crate::domain::refusal::Refusal;
use crate::domain::service::{self, Service};
use crate::domain::service_sequence::Event;
use crate::domain::target::Target;
use crate::sequence;
use crate::store::Writer;

pub(super) async fn handle(engine: &Engine, input: DeleteServiceInput) -> Result<DeleteServiceOutput, ApiError> {
    let name = input.name.unwrap_or_default();
    let mut writer = engine.store.write().await?;
    let Some(stored) = writer.service(&name).await? else {
        // A retry after the deletion ended is a success (API model, documentation of idempotent deletes).
        return Ok(DeleteServiceOutput::default());
    };
    let transition = service::event(&stored, Event::Delete)?;
    if transition.effects.is_empty() {
        return Ok(DeleteServiceOutput { service: Some(service_view::shown(&mut writer, stored).await?) });
    }
    check(&mut writer, &name).await?;
    // A service without instances and pipeline is gone at once.
    let last = Service { stage: transition.stage, message: None, ..stored.clone() };
    let left = sequence::begin(&mut writer, stored, transition, engine.ids(), engine.now()).await?;
    let shown = service_view::shown(&mut writer, left.unwrap_or(last)).await?;
    engine.commit(writer).await?;
    Ok(DeleteServiceOutput { service: Some(shown) })
}

/// Refuses while anything of the service is being deployed.
async fn check(writer: &mut Writer, name: &str) -> Result<(), ApiError> {
    for instance in writer.service_instances(Some(name)).await? {
        check_target(&instance.target, &instance.what())?;
        component_guard::check_detached(writer, &instance.service, &instance.name).await?;
    }
    if let Some(pipeline) = writer.service_pipeline(name).await? {
        check_target(&pipeline.target, &pipeline.what())?;
    }
    Ok(())
}

fn check_target(target: &Target, what: &str) -> Result<(), Refusal> {
    if target.state == State::Absent {
        return Ok(());
    }
    step(target.kind, target.state, TargetEvent::Delete).map(|_| ()).map_err(|reason| Refusal::of_event(reason, what))
}

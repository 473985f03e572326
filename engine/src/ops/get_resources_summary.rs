//! GetResourcesSummary: how many resources of each kind there are, and how they are.

use std::collections::BTreeMap;

use proton_model::{CountsSummary, GetResourcesSummaryInput, GetResourcesSummaryOutput, ResourceCountsSummary};

use super::{ApiError, Engine};
use crate::bundle::TemplateKind;
use crate::domain::deployment::State;
use crate::domain::resource_counts::Counts;
use crate::domain::target::TargetKind;
use crate::domain::template;
use crate::domain::version::{VersionNumber, recommended};
use crate::store::{Reader, TargetGroup};

pub(super) async fn handle(engine: &Engine, _input: GetResourcesSummaryInput) -> Result<GetResourcesSummaryOutput, ApiError> {
    let mut reader = engine.store.read().await?;
    let targets = targets(engine, &mut reader).await?;
    let of = |kind| targets.get(&kind).copied().unwrap_or_default();
    let counts = CountsSummary {
        components: Some(without_versions(of(TargetKind::Component.name()))),
        environment_templates: Some(total(reader.count_templates_of(TemplateKind::Environment).await?)),
        environments: Some(shown(of(TargetKind::Environment.name()))),
        pipelines: Some(shown(of(TargetKind::ServicePipeline.name()))),
        service_instances: Some(shown(of(TargetKind::ServiceInstance.name()))),
        service_templates: Some(total(reader.count_templates_of(TemplateKind::Service).await?)),
        services: Some(without_versions(services(&mut reader).await?)),
    };
    Ok(GetResourcesSummaryOutput { counts: Some(counts) })
}

/// The counts by the name of the kind. A pipeline that was never deployed is not shown anywhere, so it does not count.
async fn targets(engine: &Engine, reader: &mut Reader) -> Result<BTreeMap<&'static str, Counts>, ApiError> {
    let mut counts: BTreeMap<&'static str, Counts> = BTreeMap::new();
    let mut newest: BTreeMap<String, Option<VersionNumber>> = BTreeMap::new();
    for group in reader.target_groups().await?.into_iter().filter(|group| group.state != State::Absent) {
        let mut better = None;
        if let Some(arn) = template_arn(engine, &group) {
            if !newest.contains_key(&arn) {
                newest.insert(arn.clone(), recommended(&reader.offers(&arn).await?));
            }
            better = newest.get(&arn).copied().flatten();
        }
        let deployed = group.deployed.as_ref().map(|(_, number)| *number);
        counts.entry(group.kind.name()).or_default().add(group.count, group.state.status(), deployed, better);
    }
    Ok(counts)
}

fn template_arn(engine: &Engine, group: &TargetGroup) -> Option<String> {
    let (name, _) = group.deployed.as_ref()?;
    let kind = match group.kind {
        TargetKind::Environment => TemplateKind::Environment,
        TargetKind::ServiceInstance | TargetKind::ServicePipeline => TemplateKind::Service,
        TargetKind::Component => return None,
    };
    Some(template::arn(&engine.arns, kind, name))
}

async fn services(reader: &mut Reader) -> Result<Counts, ApiError> {
    let mut counts = Counts::default();
    for (stage, count) in reader.service_groups().await? {
        counts.add(count, stage.status(), None, None);
    }
    Ok(counts)
}

fn number(count: i64) -> Option<i32> {
    Some(i32::try_from(count).unwrap_or(i32::MAX))
}

/// Of templates only their number is told (API model, shape CountsSummary).
fn total(count: i64) -> ResourceCountsSummary {
    ResourceCountsSummary { total: number(count), ..ResourceCountsSummary::default() }
}

fn without_versions(counts: Counts) -> ResourceCountsSummary {
    ResourceCountsSummary { failed: number(counts.failed), ..total(counts.total) }
}

fn shown(counts: Counts) -> ResourceCountsSummary {
    ResourceCountsSummary {
        behind_major: number(counts.behind_major),
        behind_minor: number(counts.behind_minor),
        up_to_date: number(counts.up_to_date),
        ..without_versions(counts)
    }
}

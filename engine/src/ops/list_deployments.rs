//! ListDeployments: newest first, of everything or of what is named.

use proton_model::{ListDeploymentsInput, ListDeploymentsOutput};

use super::get_environment::existing;
use super::{ApiError, Engine, get_component, service_input, view};
use crate::domain::paging::Page;
use crate::store::DeploymentFilter;

pub(super) async fn handle(engine: &Engine, input: ListDeploymentsInput) -> Result<ListDeploymentsOutput, ApiError> {
    check(&input)?;
    let filter =
        serde_json::json!([input.environment_name, input.service_name, input.service_instance_name, input.component_name]);
    let page = Page::new("ListDeployments", &filter, input.next_token.as_deref(), input.max_results.map(i64::from))?;
    let mut reader = engine.store.read().await?;
    if let Some(name) = &input.environment_name {
        existing(engine, &mut reader, name).await?;
    }
    if let Some(service) = &input.service_name {
        service_input::existing(engine, &mut reader, service).await?;
        if let Some(name) = &input.service_instance_name {
            service_input::existing_instance(engine, &mut reader, service, name).await?;
        }
    }
    if let Some(name) = &input.component_name {
        get_component::existing(engine, &mut reader, name).await?;
    }
    let filter = DeploymentFilter {
        environment: input.environment_name,
        service: input.service_name,
        service_instance: input.service_instance_name,
        component: input.component_name,
    };
    let before = page.after.as_deref().and_then(|ordinal| ordinal.parse().ok());
    let rows = reader.deployments(&filter, before, page.limit()).await?;
    let (rows, next_token) = page.cut(rows, |(ordinal, _)| ordinal.to_string());
    let deployments = rows.iter().map(|(_, deployment)| view::deployment_summary(&engine.arns, deployment)).collect();
    Ok(ListDeploymentsOutput { deployments: Some(deployments), next_token })
}

/// Refuses filters that name what cannot be.
fn check(input: &ListDeploymentsInput) -> Result<(), ApiError> {
    if input.service_instance_name.is_some() && input.service_name.is_none() {
        return Err(ApiError::invalid("serviceInstanceName needs serviceName, because it is unique in its service only."));
    }
    Ok(())
}

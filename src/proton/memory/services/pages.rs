//! Rows and pages of lists in memory.

use crate::proton::types::*;

pub(super) fn row(deployment: &Deployment) -> DeploymentSummary {
    DeploymentSummary {
        id: deployment.id.clone(),
        target_arn: deployment.target_arn.clone(),
        deployment_status: deployment.deployment_status.clone(),
        created_at: deployment.created_at,
        completed_at: deployment.completed_at,
    }
}

/// The page of 100 rows that a token names.
pub(super) fn page<T>(rows: Vec<T>, next_token: Option<&str>) -> Page<T> {
    let start: usize = next_token.map_or(0, |token| token.parse().unwrap());
    let end = (start + 100).min(rows.len());
    let next_token = (end < rows.len()).then(|| end.to_string());
    Page { items: rows.into_iter().skip(start).take(100).collect(), next_token }
}

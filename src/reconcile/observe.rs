//! What a plan needs to see: GetEnvironment, and beside it only the calls that [`Needs`] names, all at once.

use jiff::Timestamp;

use crate::plan::{Desired, Memory, Needs, Observed};
use crate::proton::error::optional;
use crate::proton::{Deployment, DeploymentSummary, EnvironmentView, Output, Proton, Result, Tag};

/// The most pages of ListDeployments that one pass reads: rows of instances in the environment are among them.
const HISTORY_PAGES: usize = 10;

/// Looks at an environment.
///
/// # Errors
/// When any of the calls fails other than by not finding something.
pub async fn environment(proton: &dyn Proton, desired: &Desired, memory: &Memory, now: Timestamp) -> Result<Observed> {
    let view = optional(proton.get_environment(&desired.name).await)?;
    let needs = Needs::of(desired, memory, view.as_ref());
    let (tags, attempted, rollback, recommended_minor, history, outputs) = tokio::try_join!(
        tags(proton, view.as_ref().filter(|_| needs.tags)),
        deployment(proton, needs.attempted.as_deref()),
        deployment(proton, needs.rollback.as_deref()),
        recommended_minor(proton, desired, needs.recommended_minor),
        history(proton, view.as_ref().filter(|_| needs.history)),
        outputs(proton, &desired.name, needs.outputs.clone()),
    )?;
    Ok(Observed {
        now,
        environment: view,
        tags,
        attempted,
        rollback,
        recommended_minor,
        history,
        outputs,
        dependents: Vec::new(),
    })
}

async fn tags(proton: &dyn Proton, view: Option<&EnvironmentView>) -> Result<Vec<Tag>> {
    match view {
        Some(view) => Ok(optional(proton.list_tags(&view.arn).await)?.unwrap_or_default()),
        None => Ok(Vec::new()),
    }
}

async fn deployment(proton: &dyn Proton, id: Option<&str>) -> Result<Option<Deployment>> {
    match id {
        Some(id) => optional(proton.get_deployment(id).await),
        None => Ok(None),
    }
}

async fn recommended_minor(proton: &dyn Proton, desired: &Desired, needed: bool) -> Result<Option<String>> {
    if !needed {
        return Ok(None);
    }
    let major = Some(desired.template_major_version.as_str());
    let versions = optional(proton.list_environment_template_versions(&desired.template_name, major).await)?;
    Ok(versions.into_iter().flatten().find_map(|version| version.recommended_minor))
}

async fn history(proton: &dyn Proton, view: Option<&EnvironmentView>) -> Result<Option<Vec<DeploymentSummary>>> {
    let Some(view) = view else {
        return Ok(None);
    };
    let (mut rows, mut token) = (Vec::new(), None::<String>);
    for _ in 0..HISTORY_PAGES {
        let Some(page) = optional(proton.list_environment_deployments(&view.name, token.as_deref()).await)? else {
            break;
        };
        rows.extend(page.items.into_iter().filter(|row| row.target_arn == view.arn));
        token = page.next_token;
        if token.is_none() {
            break;
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.created_at));
    Ok(Some(rows))
}

async fn outputs(proton: &dyn Proton, name: &str, deployment_id: Option<String>) -> Result<Option<(String, Vec<Output>)>> {
    let Some(id) = deployment_id else {
        return Ok(None);
    };
    let found = optional(proton.list_environment_outputs(name, Some(&id)).await)?;
    Ok(found.map(|outputs| (id, outputs)))
}

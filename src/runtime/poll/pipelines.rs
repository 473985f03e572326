//! Services and their pipelines that are waited for: ListServices tells what each service does as a whole, ListDeployments what its
//! pipeline does.
//!
//! | service as a whole | its pipeline's newest deployment | state |
//! |---|---|---|
//! | changes, or its creation or deletion failed | any | the service's; the deployment, if it is among the newest |
//! | rests | listed | the deployment's |
//! | rests | not listed | asked for with GetService |

use std::collections::{HashMap, HashSet};

use super::{Awaited, Seen};
use crate::plan::service;
use crate::proton::error::optional;
use crate::proton::{DeploymentStatus, DeploymentSummary, Proton, Result, ServiceView};

type States = HashMap<Awaited, Seen>;

/// Fewer are asked for by name: the two lists are at least two calls.
const BATCH: usize = 3;

/// Looks at the named services with as few calls as do.
pub(super) async fn look(proton: &dyn Proton, names: &HashSet<&str>) -> Result<States> {
    let mut states = States::new();
    let mut unclear: Vec<&str> = names.iter().copied().collect();
    if names.len() >= BATCH {
        let words = words(proton, names).await?;
        let resting = words.iter().filter(|(_, word)| service::status_as_a_whole(word).is_none());
        let deployments = newest(proton, &resting.map(|(name, _)| name.as_str()).collect()).await?;
        unclear.retain(|name| words.contains_key(*name));
        for (name, word) in &words {
            if let Some(state) = state(word, deployments.get(name)) {
                states.insert(Awaited::Service(name.clone()), state);
                unclear.retain(|other| other != name);
            }
        }
    }
    for name in unclear {
        let view = optional(proton.get_service(name).await)?;
        states.extend(view.map(|view| (Awaited::Service(name.to_owned()), Seen::from(&view))));
    }
    Ok(states)
}

/// See the table above; `None` where the lists do not tell.
fn state(word: &str, deployment: Option<&DeploymentSummary>) -> Option<Seen> {
    use DeploymentStatus::{DeleteComplete, DeleteFailed, DeleteInProgress};
    // The record of a deletion need not be what GetService shows as the last attempted deployment.
    let shown = deployment.filter(|row| !matches!(row.deployment_status, DeleteInProgress | DeleteFailed | DeleteComplete));
    let last_attempted = shown.map(|row| row.id.clone());
    let status = service::status_as_a_whole(word).or_else(|| shown.map(|row| row.deployment_status.clone()))?;
    Some(Seen { status, last_attempted })
}

/// What the named services do as a whole.
async fn words(proton: &dyn Proton, names: &HashSet<&str>) -> Result<HashMap<String, String>> {
    let (mut words, mut token) = (HashMap::new(), None::<String>);
    loop {
        let page = proton.list_services(token.as_deref()).await?;
        let rows = page.items.into_iter().filter(|row| names.contains(row.name.as_str()));
        words.extend(rows.map(|row| (row.name, row.status)));
        token = page.next_token;
        if token.is_none() || words.len() == names.len() {
            return Ok(words);
        }
    }
}

/// The newest deployment of each pipeline on the newest page, and on more pages as long as there were fewer of them than pipelines of
/// `resting` are still missing: to ask for those by name takes as many calls.
async fn newest(proton: &dyn Proton, resting: &HashSet<&str>) -> Result<HashMap<String, DeploymentSummary>> {
    let (mut found, mut token) = (HashMap::<String, DeploymentSummary>::new(), None::<String>);
    for pages in 1.. {
        let page = proton.list_deployments(token.as_deref()).await?;
        for row in page.items {
            if let Some(name) = pipeline_of(&row.target_arn) {
                found.entry(name.to_owned()).or_insert(row);
            }
        }
        token = page.next_token;
        let missing = resting.iter().filter(|name| !found.contains_key(**name)).count();
        if token.is_none() || missing <= pages {
            break;
        }
    }
    Ok(found)
}

/// The service whose pipeline an ARN names: `…:service/{name}/pipeline`, in some samples with an id behind it (AWS Proton User Guide, page
/// resources).
fn pipeline_of(arn: &str) -> Option<&str> {
    let (name, rest) = arn.split_once(":service/")?.1.split_once('/')?;
    (rest == "pipeline" || rest.starts_with("pipeline/")).then_some(name)
}

impl From<&ServiceView> for Seen {
    fn from(view: &ServiceView) -> Self {
        let last = view.pipeline.as_ref().and_then(|pipeline| pipeline.last_attempted_deployment_id.clone());
        Self { status: crate::plan::service::status(view), last_attempted: last }
    }
}

//! The part of an observation that is the same for instances, pipelines and components: tags, deployments, history, outputs.

use jiff::Timestamp;

use crate::plan::{Desired, Memory, Needs, Observed};
use crate::proton::error::optional;
use crate::proton::{Deployment, DeploymentSummary, EnvironmentView, Proton, Result, TargetName};

/// The most pages of ListDeployments that one pass reads.
const HISTORY_PAGES: usize = 10;

/// What to look at, and how to read it.
pub struct Look<'a> {
    /// The endpoint.
    pub proton: &'a dyn Proton,
    /// The target.
    pub target: TargetName,
    /// ARN under which deployments of the target are listed.
    pub arn: Option<String>,
    /// Brings a deployment into the form of any target.
    pub neutral: &'a (dyn Fn(Deployment) -> Deployment + Sync),
}

impl Look<'_> {
    /// Looks at everything that a plan needs of a target whose view is `view`.
    ///
    /// # Errors
    /// When any of the calls fails other than by not finding something.
    pub async fn observe(
        &self,
        view: Option<EnvironmentView>,
        desired: &Desired,
        memory: &Memory,
        now: Timestamp,
    ) -> Result<Observed> {
        let needs = Needs::of(desired, memory, view.as_ref());
        let (tags, attempted, rollback, recommended_minor, history, outputs) = tokio::try_join!(
            async {
                match view.as_ref().filter(|_| needs.tags) {
                    Some(view) => Ok(optional(self.proton.list_tags(&view.arn).await)?.unwrap_or_default()),
                    None => Ok(Vec::new()),
                }
            },
            self.deployment(needs.attempted.as_deref()),
            self.deployment(needs.rollback.as_deref()),
            self.recommended_minor(desired, view.as_ref(), needs.recommended_minor),
            self.history(view.as_ref(), needs.history),
            async {
                let Some(id) = needs.outputs.clone() else {
                    return Ok(None);
                };
                let found = optional(self.proton.list_target_outputs(&self.target, &id).await)?;
                Ok(found.map(|outputs| (id, outputs)))
            },
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

    /// A deployment in the form of any target.
    ///
    /// # Errors
    /// As above.
    pub async fn deployment(&self, id: Option<&str>) -> Result<Option<Deployment>> {
        match id {
            Some(id) => Ok(optional(self.proton.get_deployment(id).await)?.map(self.neutral)),
            None => Ok(None),
        }
    }

    async fn recommended_minor(&self, desired: &Desired, view: Option<&EnvironmentView>, needed: bool) -> Result<Option<String>> {
        let template = view.map_or(desired.template_name.as_str(), |view| view.template_name.as_str());
        if !needed || template.is_empty() {
            return Ok(None);
        }
        let versions = self.proton.list_service_template_versions(template, &desired.template_major_version).await;
        Ok(optional(versions)?.into_iter().flatten().find_map(|version| version.recommended_minor))
    }

    async fn history(&self, view: Option<&EnvironmentView>, needed: bool) -> Result<Option<Vec<DeploymentSummary>>> {
        let Some(view) = view.filter(|_| needed) else {
            return Ok(None);
        };
        let listed = self.arn.as_ref().unwrap_or(&view.arn);
        let (mut rows, mut token) = (Vec::new(), None::<String>);
        for _ in 0..HISTORY_PAGES {
            let Some(page) = optional(self.proton.list_target_deployments(&self.target, token.as_deref()).await)? else {
                break;
            };
            rows.extend(page.items.into_iter().filter(|row| row.target_arn == *listed));
            token = page.next_token;
            if token.is_none() {
                break;
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.created_at));
        Ok(Some(rows))
    }
}

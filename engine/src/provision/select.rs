//! Which provisioner serves a job. Chosen once, at a deployment's first pass, and kept in the journal: a script that
//! changes meanwhile does not move a running deployment to another provisioner.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::simulate::{Script, Simulate};
use super::unprovided::Unprovided;
use super::{Job, Journal, Method, ProvisionError, Provisioner, Step};

/// The provisioner that the worker is given: it hands each job to the one that serves it.
pub struct Select {
    cloudformation: Option<Arc<dyn Provisioner>>,
    simulate: Simulate,
}

/// The provisioners by the names that the journal uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum By {
    CloudFormation,
    Simulate,
    Unprovided,
}

#[derive(Serialize, Deserialize)]
struct Chosen {
    by: By,
    journal: Journal,
}

impl Select {
    /// `--provisioner auto`: a rule of the script that matches decides for simulation, else the manifest's method.
    pub fn auto(cloudformation: Arc<dyn Provisioner>, script: Option<Script>) -> Self {
        Self { cloudformation: Some(cloudformation), simulate: Simulate::new(script) }
    }

    /// `--provisioner simulate`: everything is simulated; what no rule matches succeeds at once.
    pub fn simulate(script: Option<Script>) -> Self {
        Self { cloudformation: None, simulate: Simulate::new(script) }
    }

    /// The rule is looked up once and travels in the journal, so that choosing and simulating can't disagree.
    fn choose(&self, job: &Job, now: jiff::Timestamp) -> Result<Chosen, ProvisionError> {
        let rule = self.simulate.begin(job, now)?;
        let by = by(self.cloudformation.is_some(), rule.is_some(), job.method);
        Ok(Chosen { by, journal: rule.unwrap_or(Journal::Null) })
    }

    fn provisioner(&self, by: By) -> Result<&dyn Provisioner, ProvisionError> {
        match (by, &self.cloudformation) {
            (By::CloudFormation, Some(cloudformation)) => Ok(cloudformation.as_ref()),
            (By::CloudFormation, None) => Err(ProvisionError::permanent(
                "this deployment was begun with CloudFormation and the engine was restarted with --provisioner simulate \
                 while it ran. Its stack is left as it is: restart with --provisioner auto and deploy again.",
            )),
            (By::Simulate, _) => Ok(&self.simulate),
            (By::Unprovided, _) => Ok(&Unprovided),
        }
    }
}

/// The decision. Pure.
fn by(auto: bool, rule_matches: bool, method: Method) -> By {
    match (auto, rule_matches, method) {
        (false, _, _) | (_, true, _) => By::Simulate,
        (true, false, Method::CloudFormation) => By::CloudFormation,
        (true, false, Method::Terraform | Method::CodeBuild) => By::Unprovided,
    }
}

#[async_trait::async_trait]
impl Provisioner for Select {
    async fn advance(&self, job: &Job, journal: &Journal, now: jiff::Timestamp) -> Result<Step, ProvisionError> {
        let chosen = if journal.is_null() { self.choose(job, now)? } else { Chosen::deserialize(journal).map_err(unreadable)? };
        let step = self.provisioner(chosen.by)?.advance(job, &chosen.journal, now).await?;
        wrap(chosen.by, step)
    }
}

fn wrap(by: By, step: Step) -> Result<Step, ProvisionError> {
    match step {
        Step::Finished(outcome) => Ok(Step::Finished(outcome)),
        Step::Waiting { journal, after } => {
            let journal = serde_json::to_value(Chosen { by, journal }).map_err(unreadable)?;
            Ok(Step::Waiting { journal, after })
        }
    }
}

fn unreadable(error: serde_json::Error) -> ProvisionError {
    ProvisionError::permanent(format!(
        "the deployment's journal can't be read ({error}); it was written by another version of the engine. Deploy again."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case(true, false, Method::CloudFormation, By::CloudFormation)]
    #[case(true, false, Method::Terraform, By::Unprovided)]
    #[case(true, false, Method::CodeBuild, By::Unprovided)]
    #[case(true, true, Method::CloudFormation, By::Simulate)]
    #[case(true, true, Method::Terraform, By::Simulate)]
    #[case(false, false, Method::CloudFormation, By::Simulate)]
    #[case(false, true, Method::CodeBuild, By::Simulate)]
    fn the_one_that_serves(#[case] auto: bool, #[case] rule: bool, #[case] method: Method, #[case] expected: By) {
        assert_eq!(by(auto, rule, method), expected);
    }
}

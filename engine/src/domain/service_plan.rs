//! What a running sequence of a service waits for, and what it needs to know to go on.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::service_sequence::{Event, Stage};

/// The memory of a sequence; empty when nothing runs.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Plan {
    /// Ids of the deployments that the stage waits for.
    pub pending: Vec<String>,
    /// ARNs of what failed in the stage.
    pub failed: Vec<String>,
    /// Names of the instances that the request added.
    pub added: Vec<String>,
    /// Names of the instances that the request left out.
    pub removed: Vec<String>,
    /// The document before the request. Sensitive.
    pub previous_spec: Option<String>,
    /// The document of the request. Sensitive.
    pub accepted_spec: Option<String>,
}

impl Plan {
    /// Notes the end of a deployment. False if the stage does not wait for it.
    pub fn ended(&mut self, deployment_id: &str, target_arn: &str, succeeded: bool) -> bool {
        let before = self.pending.len();
        self.pending.retain(|id| id != deployment_id);
        let waited = self.pending.len() < before;
        if waited && !succeeded {
            self.failed.push(target_arn.to_owned());
        }
        waited
    }

    /// What the stage came to, once nothing is pending.
    pub fn outcome(&self, stage: Stage) -> Option<Event> {
        let over = stage.is_running() && self.pending.is_empty();
        over.then_some(if self.failed.is_empty() { Event::Succeeded } else { Event::Failed })
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Plan").field("pending", &self.pending).field("failed", &self.failed).finish_non_exhaustive()
    }
}

/// What a stage that failed tells the client, as the service's status message.
pub fn message(stage: Stage, failed: &[String]) -> Option<String> {
    let which = match stage {
        Stage::CreatingInstances | Stage::AddingInstances => "failed to deploy",
        Stage::RemovingInstances | Stage::CleaningUp | Stage::Deleting => "could not be deleted",
        Stage::CreatingPipeline | Stage::UpdatingPipeline | Stage::UpdatingPipelineWithRemains => "failed to deploy",
        _ => return None,
    };
    let kind = match failed.iter().all(|arn| arn.ends_with("/pipeline")) {
        true => "Service pipeline",
        false => "Service Instance(s)",
    };
    Some(format!("{kind}: [{}] {which}", failed.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_over_when_nothing_is_pending() {
        let mut plan = Plan { pending: vec!["a".to_owned(), "b".to_owned()], ..Plan::default() };
        assert_eq!(plan.outcome(Stage::CreatingInstances), None);
        assert!(plan.ended("b", "arn:b", true));
        assert!(!plan.ended("b", "arn:b", false), "an outcome counts once");
        assert!(!plan.ended("x", "arn:x", false), "another deployment does not count");
        assert_eq!(plan.outcome(Stage::CreatingInstances), None);
        assert!(plan.ended("a", "arn:a", false));
        assert_eq!(plan.outcome(Stage::CreatingInstances), Some(Event::Failed));
        assert_eq!(plan.outcome(Stage::Active), None);
        assert_eq!(Plan::default().outcome(Stage::CreatingPipeline), Some(Event::Succeeded));
    }

    #[test]
    fn a_failure_names_what_failed() {
        let failed = ["arn:a".to_owned(), "arn:b".to_owned()];
        assert_eq!(message(Stage::CreatingInstances, &failed).unwrap(), "Service Instance(s): [arn:a, arn:b] failed to deploy");
        let pipeline = ["arn:service/shop/pipeline".to_owned()];
        assert!(message(Stage::UpdatingPipeline, &pipeline).unwrap().starts_with("Service pipeline: ["));
        assert_eq!(message(Stage::Active, &failed), None);
    }

    #[test]
    fn debug_shows_no_document() {
        let plan = Plan { previous_spec: Some("secret".to_owned()), ..Plan::default() };
        assert!(!format!("{plan:?}").contains("secret"));
    }
}

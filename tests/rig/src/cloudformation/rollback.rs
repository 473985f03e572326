//! How failures, cancellations and continued rollbacks go.

use std::time::Instant;

use super::answer::Refusal;
use super::behaviour::{Behaviour, Cancellation, Failure};
use super::stack::{Stack, word};
use super::timeline::{Step, later};

impl Stack {
    /// Lets the failing resource fail at `end`, the others with it, and the stack roll back.
    pub(super) fn plan_failure(&mut self, end: Instant, behaviour: &Behaviour, create: bool) {
        let Some(failure) = &behaviour.fail else { return };
        let (verb, doing) = if create { ("CREATE", "creation") } else { ("UPDATE", "update") };
        self.timeline.add(end, failed(failure, word(verb, "FAILED")));
        for id in self.others(&failure.resource) {
            let reason = Some(format!("Resource {doing} cancelled"));
            self.timeline.add(end, Step::Resource(id, word(verb, "FAILED"), reason));
        }
        self.timeline.add(end, Step::Execution("EXECUTE_FAILED"));
        let reason = format!("The following resource(s) failed to {}: [{}]. ", verb.to_lowercase(), failure.resource);
        if create {
            self.timeline.add(end, Step::Status("ROLLBACK_IN_PROGRESS", Some(format!("{reason}Rollback requested by user."))));
            self.timeline.add(later(end, behaviour.rollback), Step::Status("ROLLBACK_COMPLETE", None));
        } else {
            self.timeline.add(end, Step::Status("UPDATE_ROLLBACK_IN_PROGRESS", Some(reason)));
            self.plan_update_rollback(end, behaviour, behaviour.fail_rollback.as_ref());
        }
    }

    fn plan_update_rollback(&mut self, from: Instant, behaviour: &Behaviour, fail: Option<&Failure>) {
        let end = later(from, behaviour.rollback);
        match fail {
            None => {
                self.timeline.add(end, Step::Status("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", None));
                self.timeline.add(end, Step::Status("UPDATE_ROLLBACK_COMPLETE", None));
            }
            Some(failure) => {
                self.timeline.add(end, failed(failure, "UPDATE_FAILED"));
                let reason = format!("The following resource(s) failed to update: [{}].", failure.resource);
                self.timeline.add(end, Step::Status("UPDATE_ROLLBACK_FAILED", Some(reason)));
            }
        }
    }

    /// `CancelUpdateStack`.
    pub(super) fn cancel(&mut self, now: Instant, behaviour: &Behaviour, token: Option<&str>) -> Result<(), Refusal> {
        let refusal = || Refusal::validation("CancelUpdateStack cannot be called from current stack status");
        if self.status != "UPDATE_IN_PROGRESS" {
            return Err(refusal());
        }
        if behaviour.cancel == Cancellation::TooLate {
            self.hurry();
            return Err(refusal());
        }
        self.timeline.clear();
        self.token = token.map(str::to_owned);
        for id in self.others("") {
            self.set_resource(&id, "UPDATE_FAILED", Some("Resource update cancelled".to_owned()));
        }
        self.set_status("UPDATE_ROLLBACK_IN_PROGRESS", Some("User Initiated".to_owned()));
        self.timeline.add(now, Step::Execution("EXECUTE_FAILED"));
        let stuck = Failure::new("Cancelled", "the previous state can't be restored");
        let fails = (behaviour.cancel == Cancellation::Fails).then(|| behaviour.fail_rollback.as_ref().unwrap_or(&stuck));
        self.plan_update_rollback(now, behaviour, fails);
        Ok(())
    }

    /// `ContinueUpdateRollback`.
    pub(super) fn continue_rollback(&mut self, now: Instant, behaviour: &Behaviour, token: Option<&str>) -> Result<(), Refusal> {
        if self.status != "UPDATE_ROLLBACK_FAILED" {
            let message = format!("Stack:{} is in {} state and can not continue rollback.", self.arn, self.status);
            return Err(Refusal::validation(message));
        }
        self.token = token.map(str::to_owned);
        self.set_status("UPDATE_ROLLBACK_IN_PROGRESS", Some("User Initiated".to_owned()));
        let fails = behaviour.fail_rollback.as_ref().filter(|_| !behaviour.continue_succeeds);
        self.plan_update_rollback(now, behaviour, fails);
        Ok(())
    }

    /// Begins a deletion.
    pub(super) fn delete(&mut self, now: Instant, behaviour: &Behaviour, token: Option<&str>) {
        self.timeline.clear();
        self.token = token.map(str::to_owned);
        self.set_status("DELETE_IN_PROGRESS", Some("User Initiated".to_owned()));
        let end = later(now, behaviour.deletion);
        match &behaviour.fail_deletion {
            None => self.timeline.add(end, Step::Status("DELETE_COMPLETE", None)),
            Some(failure) => {
                self.timeline.add(end, failed(failure, "DELETE_FAILED"));
                let reason = format!("The following resource(s) failed to delete: [{}].", failure.resource);
                self.timeline.add(end, Step::Status("DELETE_FAILED", Some(reason)));
            }
        }
    }

    /// Ids of all resources but one.
    fn others(&self, but: &str) -> Vec<String> {
        self.resources.iter().map(|resource| resource.id.clone()).filter(|id| id != but).collect()
    }
}

fn failed(failure: &Failure, status: &'static str) -> Step {
    Step::Resource(failure.resource.clone(), status, Some(failure.reason.clone()))
}

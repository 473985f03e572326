//! Finding the cause of a failure in a stack's events. Pure.

use super::observation::Event;

/// CloudFormation's type of a stack itself.
const STACK: &str = "AWS::CloudFormation::Stack";

impl Event {
    /// True for events about the stack as a whole, not about a nested one: their two ids are the stack's.
    pub(super) fn is_about(&self, stack_arn: &str) -> bool {
        self.kind == STACK && self.physical_id == stack_arn
    }

    /// True for the event with which an operation on the stack begins; a rollback is part of its operation.
    pub(super) fn begins_operation(&self, stack_arn: &str) -> bool {
        let starts = ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS"];
        self.is_about(stack_arn) && starts.contains(&self.status.as_str())
    }

    /// A resource that failed by itself, and not because another one's failure cancelled it.
    fn is_cause(&self) -> bool {
        let cancelled = |reason: &String| reason.starts_with("Resource ") && reason.trim_end_matches('.').ends_with(" cancelled");
        self.status.ends_with("_FAILED") && !self.is_the_stack() && !self.reason.as_ref().is_some_and(cancelled)
    }

    fn is_the_stack(&self) -> bool {
        self.kind == STACK && self.physical_id.contains(&format!(":stack/{}/", self.logical_id))
    }
}

/// The first resource that failed in one operation, and CloudFormation's reason. `events` are oldest first.
pub(super) fn first_failure(events: &[Event]) -> Option<String> {
    let event = events.iter().find(|event| event.is_cause())?;
    let reason = event.reason.as_deref().unwrap_or("CloudFormation gave no reason");
    Some(format!("{} ({}) is {}: {}", event.logical_id, event.kind, event.status, sentence(reason)))
}

/// The text with a full stop at its end.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/S/1";

    fn event(logical_id: &str, kind: &str, status: &str, reason: &str) -> Event {
        let physical_id = if logical_id == "S" { ARN } else { "x" }.to_owned();
        let reason = (!reason.is_empty()).then(|| reason.to_owned());
        Event {
            logical_id: logical_id.to_owned(),
            physical_id,
            kind: kind.to_owned(),
            status: status.to_owned(),
            reason,
            token: None,
        }
    }

    #[test]
    fn the_first_that_failed_by_itself() {
        let events = [
            event("S", STACK, "CREATE_IN_PROGRESS", "User Initiated"),
            event("B", "AWS::SNS::Topic", "CREATE_FAILED", "Resource creation cancelled"),
            event("A", "AWS::S3::Bucket", "CREATE_FAILED", "the name is taken"),
            event("C", "AWS::SQS::Queue", "CREATE_FAILED", "later"),
            event("S", STACK, "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [A]."),
        ];
        let expected = "A (AWS::S3::Bucket) is CREATE_FAILED: the name is taken.";
        assert_eq!(first_failure(&events).as_deref(), Some(expected));
    }

    #[rstest::rstest]
    #[case("Resource creation cancelled", false)]
    #[case("Resource update cancelled", false)]
    #[case("Resource deletion cancelled.", false)]
    #[case("Resource handler returned message: \"cancelled\"", true)]
    #[case("", true)]
    fn followers_are_no_cause(#[case] reason: &str, #[case] cause: bool) {
        assert_eq!(event("A", "AWS::S3::Bucket", "UPDATE_FAILED", reason).is_cause(), cause);
    }

    #[test]
    fn the_stack_is_no_cause_but_a_nested_one_is() {
        assert!(!event("S", STACK, "CREATE_FAILED", "x").is_cause());
        assert!(event("Nested", STACK, "CREATE_FAILED", "x").is_cause());
        assert!(event("S", STACK, "UPDATE_IN_PROGRESS", "").begins_operation(ARN));
        assert!(!event("S", STACK, "UPDATE_ROLLBACK_IN_PROGRESS", "").begins_operation(ARN));
        assert!(!event("Nested", STACK, "CREATE_IN_PROGRESS", "").begins_operation(ARN));
    }
}

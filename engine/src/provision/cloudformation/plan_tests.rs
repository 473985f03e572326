//! The tables of `plan.rs` against its code, and the cases that a table can't hold.

use strum::VariantArray as _;

use super::super::memory::Cancel;
use super::super::observation::{Event, Status};
use super::*;
use crate::provision::{Method, Template};

const ARN: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/AWSProton-x/1";
const OURS: &str = "arn:aws:cloudformation:eu-west-1:123456789012:changeSet/proton-d1/9";
const OTHER: &str = "arn:aws:cloudformation:eu-west-1:123456789012:changeSet/proton-d0/9";

fn job(operation: JobOperation, cancel_requested: bool) -> Job {
    Job {
        deployment_id: "d1".to_owned(),
        operation,
        cancel_requested,
        target_arn: "arn:aws:proton:eu-west-1:123456789012:environment/x".to_owned(),
        stack_name: "AWSProton-x".to_owned(),
        method: Method::CloudFormation,
        template: Some(Template { file: "f".to_owned(), body: String::new() }),
        tags: Vec::new(),
        role_arn: None,
        account_id: "123456789012".to_owned(),
        region: "eu-west-1".to_owned(),
    }
}

fn update() -> Job {
    job(JobOperation::Update, false)
}

fn seen(status: &str) -> Observation {
    let stack = (status != "none").then(|| Stack {
        arn: ARN.to_owned(),
        status: Status::parse(status),
        reason: None,
        change_set: None,
        outputs: Vec::new(),
    });
    Observation { stack, ..Observation::default() }
}

fn with(status: &str, state: ChangeSetState) -> Observation {
    Observation { change_set: Some(ChangeSet { state, reason: None }), ..seen(status) }
}

fn event(token: &str) -> Event {
    Event { token: Some(token.to_owned()), ..Event::default() }
}

/// An action in the words of the tables.
fn word(action: &Action) -> String {
    match action {
        Action::Wait => "wait",
        Action::CreateStack => "create",
        Action::CreateChangeSet { new: true } => "fill",
        Action::CreateChangeSet { new: false } => "update",
        Action::ExecuteChangeSet => "execute",
        Action::DiscardChangeSet => "discard",
        Action::Clear => "clear",
        Action::Undo => "undo",
        Action::Cancel => "cancel",
        Action::ContinueRollback => "continue",
        Action::Delete => "delete",
        Action::Conclude(ending) => return format!("conclude {}", ending_word(ending)),
        Action::Tidy(ending) => return format!("tidy, {}", ending_word(ending)),
        Action::Finish(ending) => ending_word(ending),
    }
    .to_owned()
}

fn ending_word(ending: &Ending) -> &'static str {
    match ending {
        Ending::Succeeded => "succeeded",
        Ending::NoChanges => "no changes",
        Ending::Failed(_) => "failed",
        Ending::Cancelled => "cancelled",
    }
}

/// The rows of the doc comment's table whose header begins with `head`.
fn table(head: &str) -> Vec<Vec<&'static str>> {
    let lines = include_str!("plan.rs").lines().map(|line| line.trim_start_matches("//! "));
    let rows = lines.skip_while(|line| !line.starts_with(&format!("| {head} |"))).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

#[test]
fn the_table_of_stacks_is_the_code() {
    let rows = table("stack");
    for row in &rows {
        let executed = Memory { executed: true, ..Memory::default() };
        let actions = [
            plan(&update(), &Memory::default(), &seen(row[0])),
            plan(&update(), &executed, &seen(row[0])),
            plan(&job(JobOperation::Update, true), &executed, &seen(row[0])),
            plan(&job(JobOperation::Delete, false), &Memory::default(), &seen(row[0])),
        ];
        for (action, cell) in actions.iter().zip(&row[1..]) {
            let plain = cell.split(", or ").next().unwrap();
            assert_eq!(word(action), plain, "{row:?}");
        }
    }
    let named: Vec<&str> = rows.iter().map(|row| row[0]).filter(|name| *name != "none").collect();
    let known: Vec<&str> = StackStatus::VARIANTS.iter().map(|status| status.as_str()).collect();
    assert_eq!(named, known, "every state has its row");
}

#[test]
fn creating_is_planned_like_updating() {
    for row in table("stack") {
        for memory in [Memory::default(), Memory { executed: true, ..Memory::default() }] {
            for cancel in [false, true] {
                let create = plan(&job(JobOperation::Create, cancel), &memory, &seen(row[0]));
                assert_eq!(create, plan(&job(JobOperation::Update, cancel), &memory, &seen(row[0])), "{row:?}");
            }
        }
    }
}

fn change_set_of(row: &str, status: &str) -> Observation {
    let state = match row {
        "none" => return seen(status),
        "pending" => ChangeSetState::Pending,
        "ready" => ChangeSetState::Ready,
        "obsolete" => ChangeSetState::Obsolete,
        "deleting" => ChangeSetState::Deleting,
        _ => ChangeSetState::Failed,
    };
    let mut seen = with(status, state);
    if row == "failed, no changes" {
        let reason = "The submitted information didn't contain changes. Submit different information to create a change set.";
        seen.change_set = Some(ChangeSet { state, reason: Some(reason.to_owned()) });
    }
    seen
}

#[test]
fn the_table_of_change_sets_is_the_code() {
    let rows = table("change set");
    assert_eq!(rows.len(), 7);
    for row in rows {
        let observed = change_set_of(row[0], "UPDATE_COMPLETE");
        let action = word(&plan(&update(), &Memory::default(), &observed));
        assert_eq!(action.replace("update", "fill or update"), row[1]);
        let cancelled = plan(&job(JobOperation::Update, true), &Memory::default(), &observed);
        assert_eq!(word(&cancelled), row[2], "{row:?}");
    }
}

#[test]
fn in_review_no_changes_is_a_failure_because_nothing_exists() {
    let observed = change_set_of("failed, no changes", "REVIEW_IN_PROGRESS");
    assert_eq!(word(&plan(&update(), &Memory::default(), &observed)), "conclude failed");
}

#[rstest::rstest]
#[case(ChangeSetState::Executed, "UPDATE_COMPLETE", "succeeded")]
#[case(ChangeSetState::Executed, "ROLLBACK_COMPLETE", "failed")]
#[case(ChangeSetState::Executing, "UPDATE_IN_PROGRESS", "wait")]
#[case(ChangeSetState::Executing, "REVIEW_IN_PROGRESS", "wait")]
#[case(ChangeSetState::ExecutionFailed, "UPDATE_ROLLBACK_COMPLETE", "failed")]
#[case(ChangeSetState::ExecutionFailed, "UPDATE_COMPLETE", "failed")]
#[case(ChangeSetState::ExecutionFailed, "REVIEW_IN_PROGRESS", "failed")]
fn the_change_set_alone_proves_the_execution(#[case] state: ChangeSetState, #[case] status: &str, #[case] expected: &str) {
    assert_eq!(word(&plan(&update(), &Memory::default(), &with(status, state))), expected);
}

#[rstest::rstest]
#[case(Some(OURS), None, "UPDATE_COMPLETE", "succeeded")]
#[case(Some(OTHER), None, "UPDATE_COMPLETE", "update")]
#[case(Some(OURS), None, "REVIEW_IN_PROGRESS", "fill")]
#[case(None, Some("d1"), "ROLLBACK_COMPLETE", "failed")]
#[case(None, Some("d0"), "ROLLBACK_COMPLETE", "clear")]
#[case(None, Some("d1-clear"), "ROLLBACK_COMPLETE", "clear")]
fn without_a_change_set_the_stack_and_its_events_prove_it(
    #[case] change_set: Option<&str>,
    #[case] token: Option<&str>,
    #[case] status: &str,
    #[case] expected: &str,
) {
    let mut observed = seen(status);
    observed.stack.as_mut().unwrap().change_set = change_set.map(str::to_owned);
    observed.events = token.into_iter().map(event).collect();
    assert_eq!(word(&plan(&update(), &Memory::default(), &observed)), expected);
}

#[test]
fn an_execution_that_the_stack_does_not_show_yet_is_waited_for() {
    let mut observed = with("UPDATE_COMPLETE", ChangeSetState::Executing);
    observed.stack.as_mut().unwrap().change_set = Some(OTHER.to_owned());
    assert_eq!(plan(&update(), &Memory::default(), &observed), Action::Wait);
    observed.stack.as_mut().unwrap().change_set = Some(OURS.to_owned());
    assert_eq!(word(&plan(&update(), &Memory::default(), &observed)), "succeeded");
}

#[rstest::rstest]
#[case(Some(Cancel::Accepted), None, "UPDATE_ROLLBACK_COMPLETE", "cancelled")]
#[case(None, Some("d1-cancel"), "UPDATE_ROLLBACK_COMPLETE", "cancelled")]
#[case(Some(Cancel::TooLate), Some("d1-cancel"), "UPDATE_ROLLBACK_COMPLETE", "cancelled")]
#[case(Some(Cancel::TooLate), None, "UPDATE_ROLLBACK_COMPLETE", "failed")]
#[case(Some(Cancel::TooLate), None, "UPDATE_COMPLETE", "succeeded")]
#[case(Some(Cancel::Accepted), None, "UPDATE_ROLLBACK_FAILED", "failed")]
#[case(Some(Cancel::Accepted), None, "UPDATE_IN_PROGRESS", "wait")]
#[case(Some(Cancel::Accepted), None, "CREATE_IN_PROGRESS", "wait")]
#[case(Some(Cancel::Accepted), None, "none", "cancelled")]
#[case(Some(Cancel::Refused("no.".to_owned())), None, "UPDATE_IN_PROGRESS", "wait")]
#[case(Some(Cancel::Refused("no.".to_owned())), None, "UPDATE_COMPLETE", "failed")]
fn how_a_cancellation_ends(
    #[case] cancel: Option<Cancel>,
    #[case] token: Option<&str>,
    #[case] status: &str,
    #[case] expected: &str,
) {
    let memory = Memory { executed: true, cancel, ..Memory::default() };
    let observed = Observation { events: token.into_iter().map(event).collect(), ..seen(status) };
    assert_eq!(word(&plan(&job(JobOperation::Update, true), &memory, &observed)), expected);
}

#[test]
fn a_rollback_is_continued_once_and_then_explained() {
    let memory = Memory { continued: true, ..Memory::default() };
    let Action::Finish(Ending::Failed(message)) = plan(&update(), &memory, &seen("UPDATE_ROLLBACK_FAILED")) else {
        panic!("not failed");
    };
    assert!(message.contains("continue-update-rollback --stack-name AWSProton-x"), "{message}");
}

#[rstest::rstest]
#[case(Memory { deleting: true, ..Memory::default() }, None, "failed")]
#[case(Memory::default(), Some("d1-delete"), "failed")]
#[case(Memory::default(), Some("d0-delete"), "delete")]
fn a_failed_deletion_is_told_from_an_earlier_one(#[case] memory: Memory, #[case] token: Option<&str>, #[case] expected: &str) {
    let observed = Observation { events: token.into_iter().map(event).collect(), ..seen("DELETE_FAILED") };
    assert_eq!(word(&plan(&job(JobOperation::Delete, false), &memory, &observed)), expected);
}

#[test]
fn a_conclusion_is_tidied_up_and_then_told() {
    let memory = Memory { ending: Some(Ending::NoChanges), ..Memory::default() };
    let tidy = plan(&update(), &memory, &with("UPDATE_COMPLETE", ChangeSetState::Failed));
    assert_eq!(word(&tidy), "tidy, no changes");
    assert_eq!(word(&plan(&update(), &memory, &seen("UPDATE_COMPLETE"))), "no changes");
}

#[test]
fn states_of_a_later_cloudformation() {
    assert_eq!(word(&plan(&update(), &Memory::default(), &seen("REFACTOR_IN_PROGRESS"))), "wait");
    assert_eq!(word(&plan(&update(), &Memory::default(), &seen("REFACTOR_HALTED"))), "failed");
}

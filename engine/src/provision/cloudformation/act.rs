//! The calls that change something, one function each, between two failpoints each.
//!
//! Answers that only say "done already" or "the stack has moved on" are no errors: the next pass observes what is.

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::{Capability, ChangeSetType, Tag};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::error::{self, classify};
use super::memory::Cancel;
use super::names::Names;
use super::observe::call;
use super::template_url::Source;
use crate::failpoint::Failpoint;
use crate::provision::{Job, ProvisionError};

/// Makes the stack; false if one of the name is there already.
pub(super) async fn create_stack(client: &Client, job: &Job, source: Source) -> Result<bool, ProvisionError> {
    let request = client
        .create_stack()
        .stack_name(&job.stack_name)
        .client_request_token(Names::of(job).execute_token())
        .capabilities(Capability::CapabilityNamedIam)
        .capabilities(Capability::CapabilityAutoExpand)
        .set_tags(Some(tags(job)));
    let request = match source {
        Source::Body(body) => request.template_body(body),
        Source::Url(url) => request.template_url(url),
    };
    Failpoint::BeforeCreateStack.hit();
    let answer = request.send().await;
    Failpoint::AfterCreateStack.hit();
    tolerate(job, "cloudformation:CreateStack", answer, |code, _| {
        ["AlreadyExistsException", "TokenAlreadyExistsException"].contains(&code)
    })
}

/// Makes this deployment's change set. `new`: for a stack in review.
pub(super) async fn create_change_set(client: &Client, job: &Job, source: Source, new: bool) -> Result<(), ProvisionError> {
    let request = client
        .create_change_set()
        .stack_name(&job.stack_name)
        .change_set_name(Names::of(job).change_set())
        .change_set_type(if new { ChangeSetType::Create } else { ChangeSetType::Update })
        .description(format!("Deployment {} of {}", job.deployment_id, job.target_arn))
        .capabilities(Capability::CapabilityNamedIam)
        .capabilities(Capability::CapabilityAutoExpand)
        .set_tags(Some(tags(job)));
    let request = match source {
        Source::Body(body) => request.template_body(body),
        Source::Url(url) => request.template_url(url),
    };
    Failpoint::BeforeCreateChangeSet.hit();
    let answer = request.send().await;
    Failpoint::AfterCreateChangeSet.hit();
    tolerate(job, "cloudformation:CreateChangeSet", answer, |code, message| {
        code == "AlreadyExistsException" || (code == "ValidationError" && moved_on(message))
    })
    .map(|_done| ())
}

fn tags(job: &Job) -> Vec<Tag> {
    job.tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The stack is no longer in the state that the pass observed.
fn moved_on(message: &str) -> bool {
    let says = |words: &str| message.contains(words);
    (says("IN_PROGRESS") && (says("can not be") || says("cannot be")))
        || says("already exists and cannot be created again")
        || says("does not exist")
}

/// Executes the change set; false if CloudFormation says that its state doesn't allow that.
pub(super) async fn execute_change_set(client: &Client, job: &Job) -> Result<bool, ProvisionError> {
    let names = Names::of(job);
    let request = client
        .execute_change_set()
        .stack_name(&job.stack_name)
        .change_set_name(names.change_set())
        .client_request_token(names.execute_token());
    Failpoint::BeforeExecuteChangeSet.hit();
    let answer = request.send().await;
    Failpoint::AfterExecuteChangeSet.hit();
    tolerate(job, "cloudformation:ExecuteChangeSet", answer, |code, message| {
        ["InvalidChangeSetStatus", "ChangeSetNotFound", "TokenAlreadyExistsException"].contains(&code)
            || (code == "ValidationError" && moved_on(message))
    })
}

/// Deletes the change set.
pub(super) async fn delete_change_set(client: &Client, job: &Job) -> Result<(), ProvisionError> {
    let name = Names::of(job).change_set();
    let request = client.delete_change_set().stack_name(&job.stack_name).change_set_name(name);
    Failpoint::BeforeDeleteChangeSet.hit();
    let answer = request.send().await;
    Failpoint::AfterDeleteChangeSet.hit();
    tolerate(job, "cloudformation:DeleteChangeSet", answer, |code, message| {
        ["InvalidChangeSetStatus", "ChangeSetNotFound"].contains(&code) || (code == "ValidationError" && moved_on(message))
    })
    .map(|_done| ())
}

/// Cancels the running update. A refusal isn't an error of the pass: the update goes on and must be watched to its end.
pub(super) async fn cancel_update(client: &Client, job: &Job) -> Result<Cancel, ProvisionError> {
    let token = Names::of(job).cancel_token();
    let request = client.cancel_update_stack().stack_name(&job.stack_name).client_request_token(token);
    Failpoint::BeforeCancelUpdateStack.hit();
    let answer = request.send().await;
    Failpoint::AfterCancelUpdateStack.hit();
    let Err(error) = answer else { return Ok(Cancel::Accepted) };
    match error::code(&error) {
        Some("TokenAlreadyExistsException") => Ok(Cancel::Accepted),
        Some("ValidationError") => Ok(Cancel::TooLate),
        _ => refused(classify(call(job, "cloudformation:CancelUpdateStack"), &error)),
    }
}

fn refused(error: ProvisionError) -> Result<Cancel, ProvisionError> {
    if error.is_retryable() { Err(error) } else { Ok(Cancel::Refused(error.message)) }
}

/// Continues a rollback that failed. That it can't be continued shows at the next pass.
pub(super) async fn continue_rollback(client: &Client, job: &Job) -> Result<(), ProvisionError> {
    let token = Names::of(job).continue_token();
    let request = client.continue_update_rollback().stack_name(&job.stack_name).client_request_token(token);
    Failpoint::BeforeContinueUpdateRollback.hit();
    let answer = request.send().await;
    Failpoint::AfterContinueUpdateRollback.hit();
    tolerate(job, "cloudformation:ContinueUpdateRollback", answer, |code, _| {
        ["ValidationError", "TokenAlreadyExistsException"].contains(&code)
    })
    .map(|_done| ())
}

/// Deletes the stack; a stack that is gone already is no error.
pub(super) async fn delete_stack(client: &Client, job: &Job, token: String) -> Result<(), ProvisionError> {
    let request = client.delete_stack().stack_name(&job.stack_name).client_request_token(token);
    Failpoint::BeforeDeleteStack.hit();
    let answer = request.send().await;
    Failpoint::AfterDeleteStack.hit();
    tolerate(job, "cloudformation:DeleteStack", answer, |code, message| {
        code == "TokenAlreadyExistsException" || (code == "ValidationError" && moved_on(message))
    })
    .map(|_done| ())
}

/// True if the call was carried out, false if it was refused in a way that the next pass can deal with.
fn tolerate<T, E>(
    job: &Job,
    action: &'static str,
    answer: Result<T, SdkError<E, HttpResponse>>,
    harmless: impl FnOnce(&str, &str) -> bool,
) -> Result<bool, ProvisionError>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let Err(error) = answer else { return Ok(true) };
    let message = error::message(&error).unwrap_or_default();
    match error::code(&error) {
        Some(code) if harmless(code, message) => {
            tracing::info!(action, code, stack = %job.stack_name, "the stack is looked at again");
            Ok(false)
        }
        _ => Err(classify(call(job, action), &error)),
    }
}

#[cfg(test)]
mod tests {
    use super::moved_on;

    #[rstest::rstest]
    #[case("Stack:arn:… is in UPDATE_IN_PROGRESS state and can not be updated.", true)]
    #[case("Stack [x] cannot be deleted while in status UPDATE_IN_PROGRESS", true)]
    #[case("Stack [x] already exists and cannot be created again with the changeSet [y].", true)]
    #[case("Stack [x] does not exist", true)]
    #[case("Template format error: unsupported structure.", false)]
    #[case("Stack [x] cannot be deleted while TerminationProtection is enabled", false)]
    #[case("Stack:arn:… is in ROLLBACK_COMPLETE state and can not be updated.", false)]
    fn sentences_that_mean_look_again(#[case] message: &str, #[case] expected: bool) {
        assert_eq!(moved_on(message), expected);
    }
}

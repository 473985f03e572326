//! Looking at a stack: DescribeStacks, DescribeChangeSet and, where the decision needs them, DescribeStackEvents.

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types;

use super::error::{self, Call, classify};
use super::memory::Memory;
use super::names::Names;
use super::observation::{ChangeSet, ChangeSetState, Event, Observation, Stack, Status};
use super::plan;
use super::status::Phase;
use crate::provision::{Job, JobOperation, ProvisionError};

/// Pages of events that are looked at for one operation. A page has about a hundred.
const EVENT_PAGES: usize = 20;

/// Observes everything that the next decision needs, and no more.
pub(super) async fn observe(client: &Client, job: &Job, memory: &Memory) -> Result<Observation, ProvisionError> {
    let mut seen = Observation { stack: stack(client, job).await?, ..Observation::default() };
    if needs_change_set(job, memory, &seen) {
        seen.change_set = change_set(client, job).await?;
    }
    if plan::needs_events(job, memory, &seen)
        && let Some(stack) = &seen.stack
    {
        seen.events = events(client, job, &stack.arn).await?;
    }
    Ok(seen)
}

/// While CloudFormation works on what is known to be executed, the change set can't tell anything more.
fn needs_change_set(job: &Job, memory: &Memory, seen: &Observation) -> bool {
    let running = memory.executed && seen.phase() == Phase::Busy;
    job.operation != JobOperation::Delete && seen.stack.is_some() && !running
}

async fn stack(client: &Client, job: &Job) -> Result<Option<Stack>, ProvisionError> {
    let answer = client.describe_stacks().stack_name(&job.stack_name).send().await;
    match answer {
        Ok(answer) => Ok(answer.stacks.unwrap_or_default().into_iter().next().map(read_stack)),
        Err(error) if is_missing(error::code(&error), error::message(&error)) => Ok(None),
        Err(error) => Err(classify(call(job, "cloudformation:DescribeStacks"), &error)),
    }
}

/// CloudFormation says with a general code that a stack isn't there; only the message tells.
fn is_missing(code: Option<&str>, message: Option<&str>) -> bool {
    code == Some("ValidationError") && message.is_some_and(|message| message.contains("does not exist"))
}

fn read_stack(stack: types::Stack) -> Stack {
    let outputs = stack.outputs.unwrap_or_default().into_iter();
    Stack {
        arn: stack.stack_id.unwrap_or_default(),
        status: Status::parse(stack.stack_status.as_ref().map_or("", |status| status.as_str())),
        reason: stack.stack_status_reason.filter(|reason| !reason.is_empty()),
        change_set: stack.change_set_id.filter(|arn| !arn.is_empty()),
        outputs: outputs.filter_map(|output| Some((output.output_key?, output.output_value?))).collect(),
    }
}

async fn change_set(client: &Client, job: &Job) -> Result<Option<ChangeSet>, ProvisionError> {
    let name = Names::of(job).change_set();
    let answer = client.describe_change_set().stack_name(&job.stack_name).change_set_name(name).send().await;
    match answer {
        Ok(answer) => {
            let status = answer.status.as_ref().map_or("", |status| status.as_str());
            let execution = answer.execution_status.as_ref().map_or("", |status| status.as_str());
            Ok(Some(ChangeSet { state: ChangeSetState::of(status, execution), reason: answer.status_reason }))
        }
        Err(error) if error::code(&error) == Some("ChangeSetNotFound") => Ok(None),
        Err(error) if is_missing(error::code(&error), error::message(&error)) => Ok(None),
        Err(error) => Err(classify(call(job, "cloudformation:DescribeChangeSet"), &error)),
    }
}

/// The events of the last operation, oldest first. CloudFormation gives the newest first.
async fn events(client: &Client, job: &Job, arn: &str) -> Result<Vec<Event>, ProvisionError> {
    let mut events = Vec::new();
    let mut pages = client.describe_stack_events().stack_name(arn).into_paginator().send();
    for _ in 0..EVENT_PAGES {
        let Some(page) = pages.next().await else { break };
        let page = page.map_err(|error| classify(call(job, "cloudformation:DescribeStackEvents"), &error))?;
        if take_operation(&mut events, page.stack_events.unwrap_or_default(), arn) {
            break;
        }
    }
    events.reverse();
    Ok(events)
}

/// Adds a page's events up to the one with which the operation began; true when that was found.
fn take_operation(events: &mut Vec<Event>, page: Vec<types::StackEvent>, arn: &str) -> bool {
    for event in page.into_iter().map(read_event) {
        let begins = event.begins_operation(arn);
        events.push(event);
        if begins {
            return true;
        }
    }
    false
}

fn read_event(event: types::StackEvent) -> Event {
    Event {
        logical_id: event.logical_resource_id.unwrap_or_default(),
        physical_id: event.physical_resource_id.unwrap_or_default(),
        kind: event.resource_type.unwrap_or_default(),
        status: event.resource_status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
        reason: event.resource_status_reason.filter(|reason| !reason.is_empty()),
        token: event.client_request_token,
    }
}

/// A call on the job's stack.
pub(super) fn call<'a>(job: &'a Job, action: &'static str) -> Call<'a> {
    Call { action, resource: &job.stack_name, role: job.role_arn.as_deref() }
}

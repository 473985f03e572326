//! CreateChangeSet, DescribeChangeSet, ExecuteChangeSet, DeleteChangeSet and ListChangeSets.

use std::time::Instant;

use super::answer::{Answer, Refusal, Xml};
use super::behaviour::Behaviour;
use super::change_set::ChangeSet;
use super::objects;
use super::request::Request;
use super::stack::{Operation, Stack};
use super::template::Template;
use super::world::{World, change_set_arn};

/// What CloudFormation says when a change set would change nothing.
const NO_CHANGES: &str = "The submitted information didn't contain changes. Submit different information to create a change set.";

pub(super) fn create(world: &mut World, request: &Request, now: Instant) -> Answer {
    let (id, name) = (request.required("StackName")?, request.required("ChangeSetName")?);
    let template = template(world, request)?;
    check_capabilities(&template, request)?;
    let behaviour = world.behaviour(request.stack_name());
    match (request.get("ChangeSetType").unwrap_or("UPDATE"), world.find(id)) {
        ("CREATE", None) => _ = world.add(id),
        ("CREATE", Some(stack)) if stack.status != "REVIEW_IN_PROGRESS" => {
            let message = format!("Stack [{id}] already exists and cannot be created again with the changeSet [{name}].");
            return Err(Refusal::validation(message));
        }
        ("UPDATE", Some(stack)) if !stack.is_updatable() => {
            let message = format!("Stack:{} is in {} state and can not be updated.", stack.arn, stack.status);
            return Err(Refusal::validation(message));
        }
        _ => {}
    }
    add(world.stack_mut(id)?, request, template, &behaviour, now)
}

fn add(stack: &mut Stack, request: &Request, template: Template, behaviour: &Behaviour, now: Instant) -> Answer {
    let name = request.required("ChangeSetName")?;
    if stack.change_sets.iter().any(|change_set| change_set.name == name) {
        return Err(Refusal::new("AlreadyExistsException", format!("ChangeSet {name} already exists")));
    }
    let tags = request.tags();
    let same = stack.status != "REVIEW_IN_PROGRESS" && template.body == stack.template.body && tags == stack.tags;
    let arn = change_set_arn(name);
    let mut answer = Xml::default();
    answer.text("Id", &arn).text("StackId", &stack.arn);
    stack.change_sets.push(ChangeSet {
        name: name.to_owned(),
        arn,
        template,
        tags,
        ready_at: super::timeline::later(now, behaviour.change_set),
        problem: same.then(|| NO_CHANGES.to_owned()).or_else(|| behaviour.fail_change_set.clone()),
        execution: None,
    });
    Ok(answer)
}

/// The template out of the request, or out of the bucket that it names.
pub(super) fn template(world: &World, request: &Request) -> Result<Template, Refusal> {
    match (request.get("TemplateBody"), request.get("TemplateURL")) {
        (Some(body), _) if body.len() > 51_200 => Err(Refusal::validation(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length \
             less than or equal to 51200",
        )),
        (Some(body), _) => Template::parse(body),
        (None, Some(url)) => Template::parse(&objects::text(world, url)?),
        (None, None) => Err(Refusal::validation("Either Template URL or Template Body must be specified.")),
    }
}

pub(super) fn check_capabilities(template: &Template, request: &Request) -> Result<(), Refusal> {
    if template.has_iam() && !request.list("Capabilities").contains(&"CAPABILITY_NAMED_IAM") {
        let message = "Requires capabilities : [CAPABILITY_NAMED_IAM]";
        return Err(Refusal::new("InsufficientCapabilitiesException", message));
    }
    Ok(())
}

pub(super) fn describe(world: &mut World, request: &Request, now: Instant) -> Answer {
    let stack = world.stack_mut(request.required("StackName")?)?;
    let change_set = find(stack, request)?;
    let mut answer = Xml::default();
    answer.text("ChangeSetName", &change_set.name).text("ChangeSetId", &change_set.arn);
    answer.text("StackName", &stack.name).text("StackId", &stack.arn);
    answer.text("Status", change_set.status(now)).text("ExecutionStatus", change_set.execution_status(now));
    answer.optional("StatusReason", change_set.reason(now));
    Ok(answer)
}

fn find<'a>(stack: &'a Stack, request: &Request) -> Result<&'a ChangeSet, Refusal> {
    let name = request.change_set_name().unwrap_or_default();
    let found = stack.change_sets.iter().find(|change_set| change_set.name == name);
    found.ok_or_else(|| Refusal::new("ChangeSetNotFound", format!("ChangeSet [{name}] does not exist")))
}

pub(super) fn execute(world: &mut World, request: &Request, now: Instant) -> Answer {
    let behaviour = world.behaviour(request.stack_name());
    let stack = world.stack_mut(request.required("StackName")?)?;
    let change_set = find(stack, request)?.clone();
    let (status, execution) = (change_set.status(now), change_set.execution_status(now));
    if execution != "AVAILABLE" || stack.is_busy() {
        let message = format!("ChangeSet [{}] cannot be executed in its current status of [{status}]", change_set.arn);
        return Err(Refusal::new("InvalidChangeSetStatus", message));
    }
    // The others are no longer valid for the changed stack.
    stack.change_sets = vec![ChangeSet { execution: Some("EXECUTE_IN_PROGRESS"), ..change_set.clone() }];
    if behaviour.forget_change_sets {
        stack.change_sets.clear();
    }
    let create = stack.status == "REVIEW_IN_PROGRESS";
    let token = request.token().map(str::to_owned);
    stack.executed = Some(change_set.arn);
    let operation = Operation { template: change_set.template, tags: change_set.tags, token, create };
    stack.begin(now, &behaviour, operation);
    Ok(Xml::default())
}

pub(super) fn delete(world: &mut World, request: &Request, now: Instant) -> Answer {
    let stack = world.stack_mut(request.required("StackName")?)?;
    // Deleting one that isn't there succeeds.
    let Ok(change_set) = find(stack, request) else { return Ok(Xml::default()) };
    if change_set.status(now) == "CREATE_IN_PROGRESS" || change_set.execution == Some("EXECUTE_IN_PROGRESS") {
        let message = format!("ChangeSet [{}] cannot be deleted in its current status", change_set.arn);
        return Err(Refusal::new("InvalidChangeSetStatus", message));
    }
    let arn = change_set.arn.clone();
    stack.change_sets.retain(|change_set| change_set.arn != arn);
    Ok(Xml::default())
}

pub(super) fn list(world: &mut World, request: &Request, now: Instant) -> Answer {
    let stack = world.stack_mut(request.required("StackName")?)?;
    let summaries = stack.change_sets.iter().map(|change_set| {
        let mut summary = Xml::default();
        summary.text("ChangeSetName", &change_set.name).text("ChangeSetId", &change_set.arn);
        summary.text("StackName", &stack.name).text("StackId", &stack.arn);
        summary.text("Status", change_set.status(now)).text("ExecutionStatus", change_set.execution_status(now));
        summary
    });
    let mut answer = Xml::default();
    answer.list("Summaries", summaries.collect::<Vec<_>>());
    Ok(answer)
}

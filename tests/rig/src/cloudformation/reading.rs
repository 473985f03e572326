//! DescribeStacks, DescribeStackEvents and ListStackResources.

use super::answer::{Answer, Refusal, Xml};
use super::request::Request;
use super::stack::{Event, Stack};
use super::world::World;

pub(super) fn stacks(world: &World, request: &Request) -> Answer {
    let found: Vec<&Stack> = match request.get("StackName") {
        Some(id) => vec![find(world, id)?],
        None => world.stacks.iter().filter(|stack| stack.status != "DELETE_COMPLETE").collect(),
    };
    let mut answer = Xml::default();
    answer.list("Stacks", found.into_iter().map(stack));
    Ok(answer)
}

fn find<'a>(world: &'a World, id: &str) -> Result<&'a Stack, Refusal> {
    world.find(id).ok_or_else(|| Refusal::validation(format!("Stack with id {id} does not exist")))
}

fn stack(stack: &Stack) -> Xml {
    let mut xml = Xml::default();
    xml.text("StackId", &stack.arn).text("StackName", &stack.name);
    xml.optional("ChangeSetId", stack.executed.as_deref());
    xml.text("CreationTime", &stack.created_at.to_string()).text("StackStatus", stack.status);
    xml.optional("StackStatusReason", stack.reason.as_deref()).text("DisableRollback", "false");
    xml.list("Tags", stack.tags.iter().map(|tag| pair(("Key", "Value"), tag)));
    xml.list("Outputs", stack.outputs.iter().map(|output| pair(("OutputKey", "OutputValue"), output)));
    xml
}

fn pair((key, value): (&str, &str), (left, right): &(String, String)) -> Xml {
    let mut xml = Xml::default();
    xml.text(key, left).text(value, right);
    xml
}

/// Newest first, in pages.
pub(super) fn events(world: &World, request: &Request) -> Answer {
    let stack = find(world, request.required("StackName")?)?;
    let page = if world.page == 0 { 100 } else { world.page };
    let start: usize = request.get("NextToken").and_then(|token| token.parse().ok()).unwrap_or(0);
    let next = start.saturating_add(page);
    let mut answer = Xml::default();
    answer.list("StackEvents", stack.events.iter().rev().skip(start).take(page).map(|one| event(stack, one)));
    if next < stack.events.len() {
        answer.text("NextToken", &next.to_string());
    }
    Ok(answer)
}

fn event(stack: &Stack, event: &Event) -> Xml {
    let mut xml = Xml::default();
    xml.text("StackId", &stack.arn).text("StackName", &stack.name).text("EventId", &event.id);
    xml.text("LogicalResourceId", &event.logical_id).text("PhysicalResourceId", &event.physical_id);
    xml.text("ResourceType", &event.kind).text("ResourceStatus", event.status);
    xml.optional("ResourceStatusReason", event.reason.as_deref());
    xml.optional("ClientRequestToken", event.token.as_deref()).text("Timestamp", &event.at.to_string());
    xml
}

pub(super) fn resources(world: &World, request: &Request) -> Answer {
    let stack = find(world, request.required("StackName")?)?;
    let summaries = stack.resources.iter().map(|resource| {
        let mut summary = Xml::default();
        summary.text("LogicalResourceId", &resource.id).text("ResourceType", &resource.kind);
        summary.text("PhysicalResourceId", &format!("{}-{}", stack.name, resource.id));
        summary.text("ResourceStatus", resource.status).text("LastUpdatedTimestamp", &stack.created_at.to_string());
        summary
    });
    let mut answer = Xml::default();
    answer.list("StackResourceSummaries", summaries);
    Ok(answer)
}

//! CreateStack, UpdateStack, CancelUpdateStack and ContinueUpdateRollback.

use std::time::Instant;

use super::answer::{Answer, Refusal, Xml};
use super::change_sets::{check_capabilities, template};
use super::request::Request;
use super::stack::Operation;
use super::world::World;

pub(super) fn create(world: &mut World, request: &Request, now: Instant) -> Answer {
    let name = request.required("StackName")?;
    let template = template(world, request)?;
    check_capabilities(&template, request)?;
    if let Some(stack) = world.find(name) {
        let same = request.token().is_some() && request.token() == stack.token.as_deref();
        let refusal = Refusal::new("AlreadyExistsException", format!("Stack [{name}] already exists"));
        return if same { Ok(id(&stack.arn)) } else { Err(refusal) };
    }
    let behaviour = world.behaviour(name);
    let operation = Operation { template, tags: request.tags(), token: token(request), create: true };
    let stack = world.add(name);
    stack.events.clear();
    stack.begin(now, &behaviour, operation);
    Ok(id(&stack.arn))
}

pub(super) fn update(world: &mut World, request: &Request, now: Instant) -> Answer {
    let template = template(world, request)?;
    check_capabilities(&template, request)?;
    let behaviour = world.behaviour(request.stack_name());
    let stack = world.stack_mut(request.required("StackName")?)?;
    if stack.is_busy() && request.token().is_some() && request.token() == stack.token.as_deref() {
        return Ok(id(&stack.arn));
    }
    if !stack.is_updatable() {
        let message = format!("Stack:{} is in {} state and can not be updated.", stack.arn, stack.status);
        return Err(Refusal::validation(message));
    }
    if template.body == stack.template.body && request.tags() == stack.tags {
        return Err(Refusal::validation("No updates are to be performed."));
    }
    let operation = Operation { template, tags: request.tags(), token: token(request), create: false };
    stack.begin(now, &behaviour, operation);
    Ok(id(&stack.arn))
}

pub(super) fn cancel(world: &mut World, request: &Request, now: Instant) -> Answer {
    let behaviour = world.behaviour(request.stack_name());
    world.stack_mut(request.required("StackName")?)?.cancel(now, &behaviour, request.token())?;
    Ok(Xml::default())
}

pub(super) fn continue_rollback(world: &mut World, request: &Request, now: Instant) -> Answer {
    let behaviour = world.behaviour(request.stack_name());
    world.stack_mut(request.required("StackName")?)?.continue_rollback(now, &behaviour, request.token())?;
    Ok(Xml::default())
}

fn token(request: &Request) -> Option<String> {
    request.token().map(str::to_owned)
}

fn id(arn: &str) -> Xml {
    let mut answer = Xml::default();
    answer.text("StackId", arn);
    answer
}

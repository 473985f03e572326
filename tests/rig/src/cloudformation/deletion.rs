//! DeleteStack.

use std::time::Instant;

use super::answer::{Answer, Refusal, Xml};
use super::request::Request;
use super::world::World;

pub(super) fn delete(world: &mut World, request: &Request, now: Instant) -> Answer {
    let behaviour = world.behaviour(request.stack_name());
    // Deleting a stack that isn't there succeeds.
    let Some(stack) = world.find_mut(request.required("StackName")?) else { return Ok(Xml::default()) };
    match stack.status {
        "DELETE_IN_PROGRESS" | "DELETE_COMPLETE" => Ok(Xml::default()),
        "UPDATE_IN_PROGRESS" | "UPDATE_ROLLBACK_IN_PROGRESS" | "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" => {
            let message = format!("Stack [{}] cannot be deleted while in status {}", stack.name, stack.status);
            Err(Refusal::validation(message))
        }
        _ => {
            stack.delete(now, &behaviour, request.token());
            Ok(Xml::default())
        }
    }
}

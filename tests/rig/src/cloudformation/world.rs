//! Everything that the double remembers.

use std::collections::BTreeMap;
use std::time::Instant;

use bytes::Bytes;

use super::answer::Refusal;
use super::behaviour::Behaviour;
use super::call::Call;
use super::glob;
use super::stack::Stack;

/// The account and the region that the double's ARNs name.
const PLACE: &str = "eu-west-1:123456789012";

#[derive(Debug, Default)]
pub(super) struct World {
    /// Also deleted ones.
    pub(super) stacks: Vec<Stack>,
    /// The latest that matches a name decides.
    pub(super) behaviours: Vec<(String, Behaviour)>,
    pub(super) calls: Vec<Call>,
    /// S3 objects by `/bucket/key`.
    pub(super) objects: BTreeMap<String, Bytes>,
    /// Access keys that were given out, with the roles that they stand for.
    pub(super) sessions: BTreeMap<String, String>,
    /// Size of a page of events; 0: 100, as the real one.
    pub(super) page: usize,
}

impl World {
    /// Lets happen everything that has become due.
    pub(super) fn settle(&mut self, now: Instant) {
        self.stacks.iter_mut().for_each(|stack| stack.settle(now));
    }

    /// The behaviour of a name.
    pub(super) fn behaviour(&self, name: &str) -> Behaviour {
        let latest = self.behaviours.iter().rev().find(|(pattern, _)| glob::matches(pattern, name));
        latest.map(|(_, behaviour)| behaviour.clone()).unwrap_or_default()
    }

    /// Refuses calls that are throttled or denied by the behaviour of `name`.
    pub(super) fn admit(&mut self, action: &str, name: &str) -> Result<(), Refusal> {
        let mut latest = self.behaviours.iter_mut().rev();
        let Some((_, behaviour)) = latest.find(|(pattern, _)| glob::matches(pattern, name)) else { return Ok(()) };
        if behaviour.takes_throttle(action) {
            return Err(Refusal::new("Throttling", "Rate exceeded"));
        }
        if behaviour.denies(action) {
            let message = format!("User is not authorized to perform: cloudformation:{action} on resource: {name}");
            return Err(Refusal::new("AccessDenied", message));
        }
        Ok(())
    }

    /// The stack of a name or an ARN; a deleted one only by its ARN.
    pub(super) fn find(&self, id: &str) -> Option<&Stack> {
        self.stacks.iter().rev().find(|stack| is(stack, id))
    }

    /// The same, to change it.
    pub(super) fn find_mut(&mut self, id: &str) -> Option<&mut Stack> {
        self.stacks.iter_mut().rev().find(|stack| is(stack, id))
    }

    /// The same, where there must be one.
    pub(super) fn stack_mut(&mut self, id: &str) -> Result<&mut Stack, Refusal> {
        self.find_mut(id).ok_or_else(|| Refusal::validation(format!("Stack [{id}] does not exist")))
    }

    /// A new stack in review.
    pub(super) fn add(&mut self, name: &str) -> &mut Stack {
        let arn = format!("arn:aws:cloudformation:{PLACE}:stack/{name}/{}", uuid::Uuid::new_v4());
        self.stacks.push(Stack::in_review(name, arn));
        let last = self.stacks.len() - 1;
        #[allow(clippy::indexing_slicing, reason = "it was pushed just now")]
        &mut self.stacks[last]
    }
}

/// ARN of a new change set.
pub(super) fn change_set_arn(name: &str) -> String {
    format!("arn:aws:cloudformation:{PLACE}:changeSet/{name}/{}", uuid::Uuid::new_v4())
}

fn is(stack: &Stack, id: &str) -> bool {
    stack.arn == id || (stack.name == id && stack.status != "DELETE_COMPLETE")
}

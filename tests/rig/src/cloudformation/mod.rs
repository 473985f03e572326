//! A CloudFormation double: what happens to a stack while it is in progress, fails, rolls back or is cancelled.
//!
//! It speaks the real wire protocol (AWS Query: form-encoded requests, XML answers) for the operations that a
//! provisioner uses, `sts:AssumeRole`, and puts and gets of S3 objects with the bucket in the path. Stacks live in
//! memory and change with the clock, as their [`Behaviour`] says; every call is recorded. It runs on a thread of its
//! own, so an engine that is killed and started again finds the stacks as they have become meanwhile.
//!
//! Not checked: signatures and the semantics of resources. Outputs are literals, or made of stack and logical id.

mod answer;
mod behaviour;
mod call;
mod change_set;
mod change_sets;
mod deletion;
mod double;
mod glob;
mod identity;
mod objects;
mod reading;
mod request;
mod rollback;
mod router;
mod stack;
mod stacks;
mod template;
mod timeline;
mod world;

pub use behaviour::{Behaviour, Cancellation, Failure};
pub use call::Call;
pub use double::Double;
pub use stack::StackView;

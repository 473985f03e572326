//! CloudFormation stacks: AWS-managed provisioning
//! (AWS Proton User Guide, page "How AWS Proton provisions infrastructure").
//!
//! A stack is made by one `CreateStack`: its name and the request token make that safe to repeat, and nothing empty stays
//! behind when it is refused. It is updated through change sets: they tell when nothing would change, and they prove
//! afterwards whether they were executed.
//!
//! Each pass observes the stack, this deployment's change set and, where they matter, the events ([`observe`]); a pure
//! table decides ([`plan`]); at most one call acts ([`act`]). Whether this deployment was begun is read from what is
//! observed, never from memory alone, so a pass whose record was lost is repeated without doing anything twice:
//! the change set's name and every request token are made of the deployment's id ([`names`]).
//!
//! The engine needs, as itself or as the environment's role, the actions CreateStack, CreateChangeSet, DescribeChangeSet,
//! ExecuteChangeSet, DeleteChangeSet, DescribeStacks, DescribeStackEvents, CancelUpdateStack, ContinueUpdateRollback and
//! DeleteStack, and those that the template's resources need.

mod act;
mod driver;
mod error;
mod events;
mod explain;
mod memory;
mod names;
mod observation;
mod observe;
mod plan;
mod status;
mod template_url;

pub use driver::{CloudFormation, Settings};
pub use memory::Pace;

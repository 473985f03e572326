//! Decisions of the operator: pure, total functions from what is wanted, what was observed and what is remembered to the one next step.
//!
//! `environment::plan(&Desired, &Observed, &Memory) -> Decision`. Nothing here does I/O, reads a clock or draws random numbers. The
//! driver observes what [`Needs`] names, calls `plan`, **writes `Decision::status` first** (if it differs, with the resourceVersion it
//! was planned from) and only then performs `Decision::act`; so an intent is always recorded before a call that cannot be repeated.
//! What came of the act goes into [`LastAct`], and the next pass begins as `Decision::requeue` says.

pub mod attempt;
pub mod compare;
pub mod component;
pub mod conditions;
pub mod decision;
pub mod deletion;
pub mod dependent;
pub mod deployment;
pub mod desired;
pub mod document;
pub mod environment;
pub mod failure;
pub mod gate;
pub mod history;
pub mod instance;
pub mod memory;
pub mod metadata;
pub mod mirror;
pub mod notice;
pub mod observed;
pub mod ownership;
pub mod place;
pub mod references;
pub mod request;
pub mod rest;
pub mod service;
pub mod service_creation;
pub mod service_document;
pub mod supersede;
pub mod tags;
pub mod target;
pub mod version;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod simulation;
#[cfg(test)]
pub(crate) mod table;

pub use conditions::{Phase, Standing};
pub use decision::{Act, ActKey, ActKind, Decision, Requeue, Step};
pub use desired::{Desired, Identity, Policy, Requests};
pub use environment::{blocked, observation_failed, plan, waiting};
pub use memory::{Failure, LastAct, Memory};
pub use notice::{Notice, NoticeType};
pub use observed::{Needs, Observed};
pub use references::{Dependency, Referred};
pub use service_document::ServiceDocument;
pub use target::TargetKind;

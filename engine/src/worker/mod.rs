//! Performs the effects that the outbox holds.
//!
//! Every effect is performed at least once and in small steps. A [`Performer`] loads what the effect is about, makes one
//! step, and commits what came of it together with the outbox row: rewritten for the next step, or removed at the end.
//! A process that dies at any point leaves a row that says what to do; the next one goes on from there. Rows are
//! claimed in memory only, because one process serves a data directory.
//!
//! To add a kind of effect: its name in `domain::effect`, a `Performer` here, and its line where the worker is built.

mod back_off;
mod commit;
mod component_preparation;
mod deployment;
mod driver;
mod environment_preparation;
mod fetch;
mod job;
mod material;
mod performer;
mod record;
mod registration;
mod registration_check;
#[cfg(test)]
mod registration_tests;
#[cfg(test)]
pub(crate) mod scripted;
mod service_preparation;
mod subject;

#[cfg(test)]
mod tests;

pub use back_off::back_off;
pub use deployment::Deployments;
pub use driver::{Running, Worker};
pub use fetch::{FetchBundle, FetchError};
pub use performer::{Performer, Trouble};
pub use registration::Registrations;

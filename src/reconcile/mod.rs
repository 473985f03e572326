//! The driver: observe → plan → act → record, a bounded number of steps per pass.
//!
//! Nothing in here decides; [`crate::plan`] does. What is here does the input and output that a decision needs, in an order that
//! survives a crash at any point. [`objects`], [`events`], [`outputs`], [`finalizer`] and [`memories`] know no kind.

pub mod act;
pub mod component;
pub mod dependents;
pub mod driver;
pub mod environment;
pub mod events;
pub mod finalizer;
pub mod instance;
pub mod memories;
pub mod objects;
pub mod observe;
pub mod outputs;
pub mod rewrite;
pub mod service;
pub mod subject;
pub mod surroundings;
pub mod target;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod kube_double;
#[cfg(test)]
mod lives;

//! Simulated provisioning, for rehearsal, demos and tests: nothing is provisioned, and the status message says so.
//!
//! A script decides how long a deployment takes, whether it fails and what a cancellation does; the outputs are made
//! from the rendered template's `Outputs`. See [`script`] for the script and [`outputs`] for the values.

mod evaluate;
mod glob;
pub mod outputs;
mod plan;
mod pseudo;
pub mod rule;
mod run;
pub mod script;
#[cfg(test)]
mod testing;

pub use run::Simulate;
pub use script::Script;

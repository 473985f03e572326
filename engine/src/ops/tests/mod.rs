//! Operations in one process: JSON bodies through `Api::call`, a worker that runs when the test says so.

mod account_connections;
mod account_settings;
mod around_a_deployment;
mod components;
mod crash;
mod deployments;
mod environment_lifecycle;
mod history;
mod idempotency;
mod lists;
mod repositories;
mod resources_summary;
pub(crate) mod rig;
mod service_lifecycle;
mod service_random;
mod service_templates;
mod service_update;
mod sync;
mod tags;
mod versions;
mod wire;

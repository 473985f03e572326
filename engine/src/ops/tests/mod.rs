//! Operations in one process: JSON bodies through `Api::call`, a worker that runs when the test says so.

mod crash;
mod deployments;
mod environment_lifecycle;
mod history;
mod idempotency;
mod lists;
pub(crate) mod rig;
mod service_templates;
mod versions;
mod wire;

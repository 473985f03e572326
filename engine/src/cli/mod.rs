//! The command line: `serve`, `register`, `render`, `check`.

mod check;
mod client;
mod client_keys;
mod local_bundle;
mod quota;
mod register;
mod register_options;
mod registration_call;
mod render;
mod render_service;
mod run;
mod serve;
mod serve_options;
pub mod server;
mod signals;
mod start_up;
mod telemetry;

pub use quota::Quota;
pub use run::run;
pub use serve_options::{ProvisionerChoice, ServeOptions};

//! The engine's listener: AWS JSON 1.0 over HTTP, authentication, the upload of bundles, health and metrics.
//!
//! | Route                                   | Signed | Does                                                     |
//! |-----------------------------------------|--------|----------------------------------------------------------|
//! | `POST /`                                | yes    | the operation that `X-Amz-Target` names                  |
//! | `PUT /_proton-engine/bundles/{sha256}`  | yes    | keeps a template bundle under its hash (admin only)      |
//! | `GET /healthz`                          | no     | 200 while the process serves                             |
//!
//! A second listener, for operators of the engine, has `/metrics`, `/healthz` and `/readyz`, unsigned.
//! Nothing in here decides what an operation does: that is [`crate::ops::Api`].

mod body;
pub mod credentials;
mod extension;
pub mod first_start;
pub mod listener;
pub mod metrics;
pub mod metrics_routes;
mod operation;
mod protocol;
pub mod role;
mod routes;
mod service;
pub mod sigv4;
pub mod throttle;
pub mod tls;
mod wire_error;

#[cfg(test)]
mod tests;

pub use body::READ_TIMEOUT as BODY_TIMEOUT;
pub use credentials::{Caller, Credentials};
pub use extension::BUNDLES_PATH;
pub use role::Role;
pub use routes::router;
pub use service::Service;
pub use wire_error::WireError;

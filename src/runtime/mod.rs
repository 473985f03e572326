//! What runs the reconcilers: watches fill a cache and a fair queue, workers take keys out of it, a poller watches deployments in
//! flight in batches, a small server answers scrapes and probes.
//!
//! Nothing in here knows what a pass decides. Everything in here knows how to end: a cancelled token stops the taking of keys
//! and lets passes finish.

pub mod cache;
pub mod dispatch;
pub mod drivers;
pub mod fence;
pub mod jitter;
pub mod key;
pub mod lease;
pub mod metrics;
pub mod poll;
pub mod queue;
pub mod readiness;
pub mod server;
pub mod settings;
pub mod shutdown;
pub mod start;
pub mod telemetry;
pub mod users;
pub mod watch;
pub mod workers;

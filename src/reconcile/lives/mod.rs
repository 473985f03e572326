//! Whole lives of services, instances and components, with a Proton and an API server in memory.

mod platform;
mod stage;

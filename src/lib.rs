//! proton-operator: keeps environments, services, service instances and components of AWS Proton as Kubernetes resources, by
//! calling an endpoint that speaks the AWS Proton API.
//!
//! Rooms: [`api`] the custom resources, [`plan`] pure decisions, [`proton`] the client, [`reconcile`] the driver that observes,
//! plans, records and acts, [`runtime`] watches, queue, workers, poller and server, [`cli`] the commands, [`kubectl`] the plugin.

pub mod api;
pub mod cli;
pub mod failpoint;
pub mod kubectl;
pub mod plan;
pub mod proton;
pub mod reconcile;
pub mod runtime;

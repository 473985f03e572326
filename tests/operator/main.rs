//! The operator against a real kube-apiserver, and the whole against the engine, moto and the CloudFormation double.

#![allow(clippy::indexing_slicing, reason = "an index that is not there fails the test, in its helper functions too")]

mod admission;
mod any_order;
mod bad_input;
mod bundles;
mod clients_agree;
mod coexist;
mod crash;
mod deletion;
mod examples;
mod gitops;
mod kubectl_proton;
mod leader;
mod lifecycle;
mod ownership;
mod platform;
mod structure;
mod system;

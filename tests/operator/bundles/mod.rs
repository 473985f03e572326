//! Real template bundles, registered and deployed through custom resources.
//!
//! They are no part of the project; where the folder is missing the tests say so and skip.

mod broken;
mod catalogue;
mod environments;
mod generated;
mod mirror;
mod moto;
mod objects;
mod prepared;
mod remote;
mod rendered;
mod renderings;
mod services;
mod simulate;
mod table;

//! proton-engine: a server that speaks the AWS Proton API and really provisions.
//!
//! A request comes in through [`http`], is answered by an operation in [`ops`] out of rules in [`domain`] and records in
//! [`store`]; what has to be done afterwards waits in the store's outbox, and [`worker`] does it with [`bundle`],
//! [`render`], in processes of [`render_pool`], and [`provision`].

pub mod ambient;
pub mod aws;
pub mod bundle;
pub mod cli;
pub mod domain;
pub mod failpoint;
pub mod http;
pub mod ops;
pub mod provision;
pub mod render;
pub mod render_pool;
pub mod s3_bundles;
pub mod sequence;
pub mod store;
pub mod worker;

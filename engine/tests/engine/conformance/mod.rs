//! What a real client gets from a real engine, recorded.
//!
//! The client is the AWS SDK for Rust, the engine a process of its own whose deployments are simulated. Each operation
//! is called so that it succeeds, and so that it is refused with each error that the API model lists for it.
//! `docs/coverage.json` says which of these were seen; the README's table is made from it, and claims no more. Errors
//! for which there is no situation in which they would be true are listed with the reason in `docs/compatibility.md`.

#![allow(deprecated, reason = "the SDK marks every call of this API as deprecated")]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

mod account_connections;
mod bundle;
mod component_calls;
mod components;
mod coverage;
mod deployments;
mod enumerations;
mod environment_templates;
mod environments;
mod every_call;
mod every_operation;
mod link_calls;
mod never;
mod quotas;
mod raw;
mod record;
mod refusals;
mod repositories;
mod requests;
mod service_templates;
mod services;
mod stage;
mod sync;
mod tags;
mod template_versions;

use record::Record;
use stage::Stage;

/// One test, because the record is one: whatever was not seen by its end is missing in it.
#[tokio::test(flavor = "multi_thread")]
async fn the_record_is_what_the_engine_answers() {
    let record = Record::default();
    tokio::join!(on_one_engine(&record), quotas::run(&record), refusals::throttled(&record), refusals::broken(&record));
    coverage::compare(&record);
}

async fn on_one_engine(record: &Record) {
    let stage = Stage::with_template(&[]).await;
    environment_templates::run(&stage, record).await;
    template_versions::run(&stage, record).await;
    environments::run(&stage, record).await;
    deployments::run(&stage, record).await;
    service_templates::run(&stage, record).await;
    services::run(&stage, record).await;
    tags::run(&stage, record).await;
    components::run(&stage, record).await;
    repositories::run(&stage, record).await;
    sync::run(&stage, record).await;
    account_connections::run(&stage, record).await;
    refusals::denied(&stage, record).await;
    every_operation::run(&stage, record).await;
}

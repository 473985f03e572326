//! The engine's memory: the only place with SQL.
//!
//! [`Store`] gives transactions: a [`Reader`] sees one consistent snapshot, a [`Writer`] is the only one at its time and
//! can do all that a reader can. Each table has a file here with `impl Reader { … }` for what reads it and
//! `impl Writer { … }` for what writes it; operations load, decide and write inside one transaction, then
//! [`Writer::commit`], which also wakes the worker. A transaction that is dropped changes nothing.
//!
//! SQL is portable: TEXT, BIGINT and BLOB, `$1` placeholders, no functions of one database only. What is particular to
//! SQLite is in `sqlite.rs`, and [`Backend`] names it once. Times are milliseconds since 1970, flags 0 or 1, lists and
//! states JSON. Migrations are the numbered files of `migrations/`; a released one never changes.

mod account_connection;
mod account_settings;
mod bundle;
mod catalogue;
mod change;
mod client_token;
mod component;
mod decode;
mod deployment;
mod dump;
mod environment;
mod environment_list;
mod error;
mod migrate;
mod outbox;
mod repository;
mod resource_counts;
#[cfg(test)]
pub(crate) mod sample;
mod sequence;
mod service;
mod service_sync;
mod service_target;
mod sqlite;
mod sync_blocker;
mod tag;
mod target;
mod template;
mod template_sync;
mod template_version;
mod transaction;

#[cfg(test)]
mod tests;

pub use account_connection::ConnectionFilter;
pub use catalogue::{CatalogueTemplate, CatalogueVersion};
pub use component::{ComponentFilter, InstanceVersion};
pub use deployment::DeploymentFilter;
pub use environment_list::TemplateFilter;
pub use error::{StoreError, StoreErrorClass};
pub use outbox::Effect;
pub use resource_counts::TargetGroup;
pub use sqlite::{Backend, Connection};
pub use transaction::{Reader, Store, Writer};

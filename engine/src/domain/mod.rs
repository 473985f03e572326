//! The rules of the API as pure, total functions: no I/O, no clock, no randomness.
//!
//! The caller brings the present instant and fresh ids as values. What is refused comes back as a [`refusal::Refusal`],
//! what is decided as new records; `store` writes them and `worker` carries out their effects.

pub mod account_connection;
pub mod account_settings;
pub mod arn;
pub mod client_token;
pub mod component;
pub mod component_attachment;
pub mod component_state;
pub mod deployment;
pub mod effect;
pub mod environment;
pub mod environment_members;
pub mod idempotency;
pub mod lifecycle;
pub mod notify;
pub mod paging;
pub mod quota;
pub mod refusal;
pub mod repository;
pub mod resolve;
pub mod resource_counts;
pub mod service;
pub mod service_instance_list;
pub mod service_plan;
pub mod service_sequence;
pub mod service_spec;
pub mod service_state;
pub mod service_target;
pub mod stack_name;
pub mod state;
pub mod sync_blocker;
pub mod sync_config;
pub mod tags;
pub mod target;
pub mod template;
pub mod template_deletion;
pub mod template_numbering;
pub mod template_version;
pub mod uploaded;
pub mod version;

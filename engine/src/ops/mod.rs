//! The operations of the API: one file each, and in each the same four steps.
//!
//! 1. **parse** (in `call`): JSON to the request's type, and all its constraint violations at once;
//! 2. **load** inside one transaction of the store;
//! 3. **decide** with a pure function of `domain`, which brings new records and effects, or a refusal;
//! 4. **commit** the records and the effects together; the worker does the rest.
//!
//! A write transaction is exclusive and what was loaded is loaded inside it, so requests for one target are serial.
//! An operation is a file with `pub(super) async fn handle(engine: &Engine, input: XInput) -> Result<XOutput, ApiError>`,
//! with the caller in between where it matters who calls, and a line in `call`.

mod accept_environment_account_connection;
mod account_connection;
mod call;
mod caller_account;
mod cancel_component_deployment;
mod cancel_environment_deployment;
mod cancel_service_instance_deployment;
mod cancel_service_pipeline_deployment;
mod client_tokens;
mod component_guard;
mod component_input;
mod component_view;
mod create_component;
mod create_environment;
mod create_environment_account_connection;
mod create_environment_template;
mod create_environment_template_version;
mod create_repository;
mod create_service;
mod create_service_instance;
mod create_service_sync_config;
mod create_service_template;
mod create_service_template_version;
mod create_template_sync_config;
mod delete_component;
mod delete_deployment;
mod delete_environment;
mod delete_environment_account_connection;
mod delete_environment_template;
mod delete_environment_template_version;
mod delete_repository;
mod delete_service;
mod delete_service_sync_config;
mod delete_service_template;
mod delete_service_template_version;
mod delete_template_sync_config;
mod engine;
mod environment_input;
mod environment_template_view;
mod error;
mod get_account_settings;
mod get_component;
mod get_deployment;
mod get_environment;
mod get_environment_account_connection;
mod get_environment_template;
mod get_environment_template_version;
mod get_repository;
mod get_repository_sync_status;
mod get_resources_summary;
mod get_service;
mod get_service_instance;
mod get_service_instance_sync_status;
mod get_service_sync_blocker_summary;
mod get_service_sync_config;
mod get_service_template;
mod get_service_template_version;
mod get_template_sync_config;
mod get_template_sync_status;
mod linked_repository;
mod list_component_outputs;
mod list_component_provisioned_resources;
mod list_components;
mod list_deployments;
mod list_environment_account_connections;
mod list_environment_outputs;
mod list_environment_provisioned_resources;
mod list_environment_template_versions;
mod list_environment_templates;
mod list_environments;
mod list_repositories;
mod list_repository_sync_definitions;
mod list_service_instance_outputs;
mod list_service_instance_provisioned_resources;
mod list_service_instances;
mod list_service_pipeline_outputs;
mod list_service_pipeline_provisioned_resources;
mod list_service_template_versions;
mod list_service_templates;
mod list_services;
mod list_tags_for_resource;
mod manual_change;
mod notify_resource_deployment_status_change;
mod outputs;
mod put_bundle;
mod reject_environment_account_connection;
mod service_input;
mod service_instance_begin;
mod service_sync;
mod service_template_lists;
mod service_template_view;
mod service_view;
mod sync_source;
mod sync_view;
mod tag_resource;
mod tags;
mod template;
mod template_sync;
mod template_version;
mod template_version_create;
mod untag_resource;
mod update_account_settings;
mod update_component;
mod update_environment;
mod update_environment_account_connection;
mod update_environment_template;
mod update_environment_template_version;
mod update_service;
mod update_service_instance;
mod update_service_pipeline;
mod update_service_sync_blocker;
mod update_service_sync_config;
mod update_service_template;
mod update_service_template_version;
mod update_template_sync_config;
mod view;

#[cfg(test)]
pub(crate) mod tests;

pub use engine::{Config, Engine, Quotas};
pub use error::{ApiError, ErrorCode};

use proton_model::Operation;

use crate::http::Caller;

/// What the listener serves: the operations of the API, and the extensions beside it.
#[async_trait::async_trait]
pub trait Api: Send + Sync + 'static {
    /// Performs an operation. `body` is the request as a JSON document, the result the response as one. Whether the
    /// caller may call the operation is decided before.
    async fn call(&self, operation: Operation, caller: &Caller, body: &[u8]) -> Result<Vec<u8>, ApiError>;

    /// UpdateService, if the SHA-256 of the service's `spec`, in lower-case hexadecimal digits, is `expected_spec`; else a
    /// ConflictException. An extension: the API has no such member.
    async fn update_service_if(&self, caller: &Caller, expected_spec: &str, body: &[u8]) -> Result<Vec<u8>, ApiError>;

    /// Keeps a bundle (gzip-compressed tar) under its SHA-256 in lower-case hexadecimal digits. Repeating is harmless.
    async fn put_bundle(&self, caller: &Caller, sha256_hex: &str, bytes: Vec<u8>) -> Result<(), ApiError>;
}

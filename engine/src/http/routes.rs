//! The table of routes of the main listener.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post, put};

use super::extension::BUNDLES_PATH;
use super::service::Service;
use super::{extension, operation};

/// The routes, ready to be served.
pub fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route("/", post(operation::handle).fallback(operation::unknown))
        .route("/healthz", get(|| async { "ok\n" }))
        .route(&format!("{BUNDLES_PATH}{{sha256}}"), put(extension::put_bundle).fallback(operation::unknown))
        .fallback(operation::unknown)
        .with_state(service)
}
